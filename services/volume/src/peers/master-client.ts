import type { ChannelSecurity } from '@needlestack/rpc';
import type { HeartbeatInit, HeartbeatResponse, Location } from '@needlestack/rpc/wire/master-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { ReportedVolumes } from '../core/heartbeat/reported-volumes.ts';
import type { StorageBackendOptions } from '../core/tiering/remote-ports.ts';
import { MasterSession } from './master-session.ts';

/** What the master client tells its server; all are for the log. */
export interface MasterClientEvents {
  masterConnected(address: string): void;
  masterLost(address: string, cause: unknown): void;
  duplicateDirectories(uuids: readonly string[]): void;
}

export interface MasterClientOptions {
  /** gRPC addresses, tried in turn. */
  readonly masters: readonly string[];
  readonly security: ChannelSecurity;
  readonly pulseMs: number;
  /** What this server has to say to a master that was told so much; undefined when it has left the cluster. */
  readonly buildBeat: (reported: ReportedVolumes) => Promise<HeartbeatInit | undefined>;
  /** The beat of a server that goes. */
  readonly lastBeat: () => HeartbeatInit;
  /** The size at which the masters close volumes. */
  readonly onVolumeSizeLimit: (bytes: number) => void;
  /** The stores that the master knows for volumes to be moved to; told with every connection. */
  readonly onStorages?: (backends: readonly StorageBackendOptions[]) => void;
  /** Another server has the same directories, and goes on having them: this one must not run. */
  readonly onDuplicate: (uuids: readonly string[]) => void;
  readonly events: MasterClientEvents;
  /** Waits before another try while directories seem to be in use elsewhere; a server that came back quickly meets its own ghost. */
  readonly duplicateWaitsMs?: readonly number[];
}

const LOOKUP_TIMEOUT_MS = 5_000;
const RECONNECT_FIRST_MS = 100;
const RECONNECT_MAX_MS = 5_000;
/** How long a master has to read the last beat. */
const GOODBYE_MS = 200;
const DUPLICATE_WAITS_MS = [2_000, 4_000, 8_000] as const;

/**
 * Keeps one heartbeat stream to the leading master: a full beat at once and at every pulse, a delta whenever a volume comes or
 * goes. Follows the leader that a master names, and goes round the list when one is lost.
 */
export class MasterClient {
  readonly #options: MasterClientOptions;
  readonly #stop = new AbortController();
  #session: MasterSession | undefined;
  #reported = new ReportedVolumes();
  #connected = false;
  #leader: string | undefined;
  /** Times in a row that the masters found our directories elsewhere. */
  #duplicates = 0;
  #running: Promise<void> | undefined;

  constructor(options: MasterClientOptions) {
    this.#options = options;
  }

  /** True while a master answers our beats. */
  get isConnected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Sends a delta, or with none the whole state, without waiting for the next pulse. */
  announce(delta?: HeartbeatInit): void {
    const session = this.#session;
    if (session === undefined) return;
    if (delta !== undefined) session.send(delta);
    else void this.#sendBeat(session);
  }

  /** `host:port` of the HTTP of every server that holds the volume. @throws VolumeError `unreachable` */
  async lookupVolume(volumeId: number, signal?: AbortSignal): Promise<readonly string[]> {
    return (await this.#lookup(volumeId, signal)).map(({ url }) => url);
  }

  /** `host:port.grpcPort` of every server that holds the volume. @throws VolumeError `unreachable` */
  async lookupServers(volumeId: number, signal?: AbortSignal): Promise<readonly string[]> {
    return (await this.#lookup(volumeId, signal)).map(addressOf);
  }

  /** `host:port.grpcPort` of every server with a shard of the volume, by shard. @throws VolumeError `unreachable` */
  async lookupShards(volumeId: number): Promise<ReadonlyMap<number, readonly string[]>> {
    const session = this.#session;
    if (session === undefined) throw new VolumeError('unreachable', 'no master is connected');
    try {
      const answer = await session.call.LookupEcVolume({ volume_id: volumeId }, { deadlineMs: LOOKUP_TIMEOUT_MS });
      return new Map(answer.shard_id_locations.map(({ shard_id, locations }) => [shard_id, locations.map(addressOf)]));
    } catch (error) {
      throw new VolumeError('unreachable', `the master did not say where shards of ${volumeId} are`, { cause: error });
    }
  }

  /** The clock of a master, in nanoseconds. */
  async ping(address: string, signal: AbortSignal): Promise<bigint> {
    const session =
      this.#session?.address === address ? this.#session : new MasterSession(address, this.#options.security);
    try {
      return BigInt((await session.call.Ping({}, { signal })).start_time_ns);
    } finally {
      if (session !== this.#session) session.close();
    }
  }

  /** Ends with an empty beat, so that the master forgets this server at once. No further beats follow. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#sayGoodbye(this.#session);
    const timer = setTimeout(() => this.#session?.close(), GOODBYE_MS);
    await this.#running;
    clearTimeout(timer);
  }

  async #lookup(volumeId: number, signal: AbortSignal | undefined): Promise<readonly Location[]> {
    const session = this.#session;
    if (session === undefined) throw new VolumeError('unreachable', 'no master is connected');
    try {
      const request = { volume_or_file_ids: [String(volumeId)] };
      const answer = await session.call.LookupVolume(request, signal === undefined ? {} : { signal });
      return answer.volume_id_locations[0]?.locations ?? [];
    } catch (error) {
      throw new VolumeError('unreachable', `the master did not say where volume ${volumeId} is`, { cause: error });
    }
  }

  async #run(): Promise<void> {
    const { masters, events } = this.#options;
    let waitMs = RECONNECT_FIRST_MS;
    for (let turn = 0; !this.#stop.signal.aborted; turn += 1) {
      const address = this.#leader ?? masters[turn % masters.length];
      if (address === undefined) return;
      this.#leader = undefined;
      try {
        await this.#stayConnected(address);
        waitMs = RECONNECT_FIRST_MS;
      } catch (error) {
        if (this.#connected) waitMs = RECONNECT_FIRST_MS;
        if (!this.#stop.signal.aborted) events.masterLost(address, error);
      }
      this.#connected = false;
      if (this.#duplicates > 0) await this.#pause(this.#duplicateWaits[this.#duplicates - 1] ?? 0);
      else if (this.#leader === undefined) {
        await this.#pause(waitMs);
        waitMs = Math.min(waitMs * 2, RECONNECT_MAX_MS);
      }
    }
  }

  async #stayConnected(address: string): Promise<void> {
    const session = new MasterSession(address, this.#options.security);
    this.#session = session;
    this.#reported = new ReportedVolumes();
    const timer = setInterval(() => void this.#sendBeat(session), this.#options.pulseMs);
    try {
      await this.#sendBeat(session);
      void this.#askStorages(session);
      for await (const answer of session.answers()) {
        if (!this.#takeAnswer(address, answer)) return;
      }
    } finally {
      clearInterval(timer);
      if (this.#session === session) this.#session = undefined;
      session.close();
    }
  }

  /** Masters that know no stores, or no such question, leave things as they are. */
  async #askStorages(session: MasterSession): Promise<void> {
    const { onStorages } = this.#options;
    if (onStorages === undefined) return;
    try {
      const { storage_backends } = await session.call.GetMasterConfiguration({}, { signal: this.#stop.signal });
      if (storage_backends.length > 0) onStorages(storage_backends);
    } catch {
      // The stream to the same master tells of one that is away.
    }
  }

  /** False when the stream must end: another master leads, or our directories are in use elsewhere. */
  #takeAnswer(address: string, answer: HeartbeatResponse): boolean {
    const { duplicated_uuids: uuids } = answer;
    if (uuids.length > 0) {
      this.#duplicates += 1;
      this.#options.events.duplicateDirectories(uuids);
      if (this.#duplicates > this.#duplicateWaits.length) {
        this.#stop.abort();
        this.#options.onDuplicate(uuids);
      }
      return false;
    }
    this.#duplicates = 0;
    const volumeSizeLimitBytes = Number(answer.volume_size_limit);
    if (volumeSizeLimitBytes > 0) this.#options.onVolumeSizeLimit(volumeSizeLimitBytes);
    if (answer.volume_digest_supported) this.#reported.acceptChanges();
    if (answer.resend_full_volume_list) this.#reported.requestAll();
    if (answer.leader !== '' && toGrpcAddress(answer.leader) !== address) {
      this.#leader = toGrpcAddress(answer.leader);
      return false;
    }
    if (!this.#connected) this.#options.events.masterConnected(address);
    this.#connected = true;
    return true;
  }

  get #duplicateWaits(): readonly number[] {
    return this.#options.duplicateWaitsMs ?? DUPLICATE_WAITS_MS;
  }

  async #sendBeat(session: MasterSession): Promise<void> {
    try {
      const beat = await this.#options.buildBeat(this.#reported);
      if (beat !== undefined) {
        session.send(beat);
        return;
      }
      this.#stop.abort();
      this.#sayGoodbye(session);
    } catch (error) {
      this.#options.events.masterLost(session.address, error);
    }
  }

  #sayGoodbye(session: MasterSession | undefined): void {
    session?.send(this.#options.lastBeat());
    session?.end();
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}

function addressOf({ url, grpc_port }: Pick<Location, 'url' | 'grpc_port'>): string {
  return grpc_port > 0 ? `${url}.${grpc_port}` : url;
}

/** `host:port.grpcPort`, as masters name one another, or `host:port` with the usual distance between the ports. */
export function toGrpcAddress(address: string): string {
  const match = /^(.*):(\d+)\.(\d+)$/.exec(address);
  if (match !== null) return `${match[1]}:${match[3]}`;
  const colon = address.lastIndexOf(':');
  return `${address.slice(0, colon)}:${Number(address.slice(colon + 1)) + 10_000}`;
}
