import { type ChannelSecurity, createGrpcClient, type GrpcClient, loadProtos, RpcError } from '@needlestack/rpc';
import type {
  ListNeedlesRequestInit,
  VolumeRepair,
  NeedleState as WireState,
} from '@needlestack/rpc/wire/needlestack-repair';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import type { NeedleSelection } from '../core/repair/list-needle-states.ts';
import type { NeedleState } from '../core/repair/needle-state.ts';
import type { CopyDigest, CopyPeers, OtherHolders } from '../core/repair/repair-ports.ts';
import { toGrpcAddress } from './master-client.ts';

export interface CopyClientOptions {
  /** `host:port.grpcPort` of all holders of a volume, this server among them. @throws VolumeError `unreachable` */
  readonly lookup: (volumeId: number, signal: AbortSignal) => Promise<readonly string[]>;
  readonly isOwnAddress: (address: string) => boolean;
  readonly security: ChannelSecurity;
}

interface Clients {
  readonly repair: GrpcClient<VolumeRepair>;
  readonly volumes: GrpcClient<VolumeServer>;
}

const KINDS: Readonly<Record<string, NeedleState['kind']>> = { LIVE: 'live', DELETED: 'deleted', DAMAGED: 'damaged' };
const CLIENTS_MAX = 64;
const ANSWER_MS = 30_000;
/** No needle is appended later than this. */
const THE_END_NS = 2n ** 63n - 1n;

/** The copies on other servers. Digests and lists come over our own contract, the bytes of records over SeaweedFS's. */
export class CopyClient implements CopyPeers {
  readonly #options: CopyClientOptions;
  readonly #clients = new Map<string, Clients>();

  constructor(options: CopyClientOptions) {
    this.#options = options;
  }

  async otherHolders(volumeId: number, signal: AbortSignal): Promise<OtherHolders> {
    const { lookup, isOwnAddress } = this.#options;
    const others = (await lookup(volumeId, signal)).filter((address) => !isOwnAddress(address));
    const areForeign = await Promise.all(others.map((address) => this.#isForeign(address, volumeId, signal)));
    return {
      comparable: others.filter((_, at) => areForeign[at] !== true),
      foreign: others.filter((_, at) => areForeign[at] === true),
    };
  }

  /** Asked each time: a server may be exchanged for one of the other kind. One that does not answer is not known to be foreign. */
  async #isForeign(address: string, volumeId: number, signal: AbortSignal): Promise<boolean> {
    const nothing = { volume_id: volumeId, since_ns: THE_END_NS };
    try {
      const answers = this.#client(address).repair.call.ListNeedles(nothing, { signal, deadlineMs: ANSWER_MS });
      for await (const _ of answers) break;
      return false;
    } catch (error) {
      return error instanceof RpcError && error.code === 'unimplemented';
    }
  }

  digest(address: string, volumeId: number, signal: AbortSignal): Promise<CopyDigest> {
    return this.#ask(address, volumeId, async ({ repair }) => {
      const options = { signal, deadlineMs: ANSWER_MS };
      const { digests, damaged, copies } = await repair.call.DigestNeedles({ volume_id: volumeId }, options);
      return { digests, isDamaged: damaged, copies };
    });
  }

  async *list(
    address: string,
    volumeId: number,
    selection: NeedleSelection,
    signal: AbortSignal,
  ): AsyncGenerator<NeedleState> {
    const answers = this.#client(address).repair.call.ListNeedles(toWireSelection(volumeId, selection), { signal });
    try {
      for await (const { needles } of answers) yield* needles.map(fromWireState);
    } catch (error) {
      throw failure(address, volumeId, error);
    }
  }

  readRecord(address: string, volumeId: number, state: NeedleState, signal: AbortSignal): Promise<Buffer> {
    return this.#ask(address, volumeId, async ({ volumes }) => {
      const request = { volume_id: volumeId, offset: state.offsetBytes, size: state.sizeBytes };
      return (await volumes.call.ReadNeedleBlob(request, { signal, deadlineMs: ANSWER_MS })).needle_blob;
    });
  }

  mend(address: string, volumeId: number, signal: AbortSignal): Promise<void> {
    return this.#ask(address, volumeId, async ({ repair }) => {
      await repair.call.MendVolume({ volume_id: volumeId, in_background: true }, { signal, deadlineMs: ANSWER_MS });
    });
  }

  close(): void {
    for (const clients of this.#clients.values()) closeAll(clients);
    this.#clients.clear();
  }

  async #ask<T>(address: string, volumeId: number, call: (clients: Clients) => Promise<T>): Promise<T> {
    try {
      return await call(this.#client(address));
    } catch (error) {
      throw failure(address, volumeId, error);
    }
  }

  #client(address: string): Clients {
    const known = this.#clients.get(address);
    if (known !== undefined) return known;
    const [oldest] = this.#clients;
    if (oldest !== undefined && this.#clients.size >= CLIENTS_MAX) {
      this.#clients.delete(oldest[0]);
      closeAll(oldest[1]);
    }
    const channel = { ...this.#options.security, address: toGrpcAddress(address) };
    const clients: Clients = {
      repair: createGrpcClient<VolumeRepair>({
        ...channel,
        protos: loadProtos(['repair.proto']),
        service: 'needlestack_repair.VolumeRepair',
      }),
      volumes: createGrpcClient<VolumeServer>({
        ...channel,
        protos: loadProtos(['volume_server.proto']),
        service: 'volume_server_pb.VolumeServer',
      }),
    };
    this.#clients.set(address, clients);
    return clients;
  }
}

function closeAll({ repair, volumes }: Clients): void {
  repair.close();
  volumes.close();
}

function toWireSelection(volumeId: number, selection: NeedleSelection): ListNeedlesRequestInit {
  switch (selection.kind) {
    case 'buckets':
      return { volume_id: volumeId, buckets: [...selection.buckets] };
    case 'since':
      return { volume_id: volumeId, since_ns: selection.sinceNs };
    case 'keys':
      return { volume_id: volumeId, keys: [...selection.keys] };
  }
}

function fromWireState({ key, kind, cookie, checksum, size, append_at_ns, offset }: WireState): NeedleState {
  return {
    key: BigInt(key),
    kind: KINDS[kind] ?? 'damaged',
    cookie,
    checksum,
    sizeBytes: size,
    appendAtNs: BigInt(append_at_ns),
    offsetBytes: Number(offset),
  };
}

function failure(address: string, volumeId: number, cause: unknown): VolumeError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VolumeError('unreachable', `the copy of volume ${volumeId} on ${address}: ${why}`, { cause });
}
