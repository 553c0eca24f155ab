import { bindService, type GrpcServer, loadProtos, PushQueue, startGrpcServer } from '@needlestack/rpc';
import type { Heartbeat, HeartbeatResponseInit, Seaweed, StorageBackendInit } from '@needlestack/rpc/wire/master-pb';

const LOOK_AGAIN_MS = 5;

/** A master that only listens: it keeps every beat, and knows where volumes are by them. */
export class FakeMaster {
  readonly beats: Heartbeat[] = [];
  /** Sent to every server as the answer to its first beat. */
  firstAnswer: HeartbeatResponseInit = { volume_size_limit: 2 ** 30 };
  /** Told to whoever asks for the configuration. */
  storageBackends: readonly StorageBackendInit[] = [];
  readonly #volumesByServer = new Map<string, Set<number>>();
  readonly #shardsByServer = new Map<string, { readonly grpcPort: number; readonly bits: Map<number, number> }>();
  readonly #latestStreams = new Map<string, object>();
  readonly #watchers: (() => void)[] = [];
  readonly #streams = new Set<PushQueue<HeartbeatResponseInit>>();
  #server: GrpcServer | undefined;

  static async start(): Promise<FakeMaster> {
    const master = new FakeMaster();
    master.#server = await startGrpcServer({
      host: '127.0.0.1',
      port: 0,
      protos: loadProtos(['master.proto']),
      services: [
        bindService<Seaweed>('master_pb.Seaweed', {
          SendHeartbeat: (beats) => master.#serve(beats),
          GetMasterConfiguration: () => ({ storage_backends: master.storageBackends }),
          LookupEcVolume: ({ volume_id }) => ({ volume_id, shard_id_locations: master.shardLocations(volume_id) }),
          Ping: () => ({ start_time_ns: 1 }),
          LookupVolume: (request) => ({
            volume_id_locations: request.volume_or_file_ids.map((text) => ({
              volume_or_file_id: text,
              locations: [
                ...master.holders(Number(text)).map((url) => ({
                  url,
                  public_url: url,
                  grpc_port: master.grpcPortOf(url),
                })),
                ...master.foreignHolders.map((url) => ({ url, grpc_port: Number(url.split(':')[1]) })),
              ],
            })),
          }),
        }),
      ],
    });
    return master;
  }

  get address(): string {
    return `127.0.0.1:${this.#server?.port}`;
  }

  /** Servers of another kind, as `host:gRPC port`, that hold all volumes too. This port itself serves nothing of a volume server. */
  foreignHolders: readonly string[] = [];

  holders(volumeId: number): string[] {
    return [...this.#volumesByServer].filter(([, volumes]) => volumes.has(volumeId)).map(([url]) => url);
  }

  grpcPortOf(url: string): number {
    return this.#shardsByServer.get(url)?.grpcPort ?? 0;
  }

  /** Which servers hold which shards of a volume. */
  shardLocations(volumeId: number) {
    const ids = [...Array(32).keys()].filter((shardId) => this.shardHolders(volumeId, shardId).length > 0);
    return ids.map((shardId) => ({
      shard_id: shardId,
      locations: this.shardHolders(volumeId, shardId).map(({ url, grpcPort }) => ({ url, grpc_port: grpcPort })),
    }));
  }

  shardHolders(volumeId: number, shardId: number): { url: string; grpcPort: number }[] {
    return [...this.#shardsByServer].flatMap(([url, { grpcPort, bits }]) =>
      (((bits.get(volumeId) ?? 0) >>> shardId) & 1) === 1 ? [{ url, grpcPort }] : [],
    );
  }

  /** Waits until the beats say so, however long that takes. Looks after each of them, and in between for what does not come by a beat. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_AGAIN_MS);
        this.#watchers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits for a beat that is as wanted, among those from the given one on: a busy machine may hear several at once. */
  async untilBeat(from: number, isWanted: (beat: Heartbeat) => boolean): Promise<Heartbeat> {
    let found: Heartbeat | undefined;
    await this.until(() => {
      found = this.beats.slice(from).find(isWanted);
      return found !== undefined;
    });
    if (found === undefined) throw new Error('a beat that was there is gone');
    return found;
  }

  /** Answers every server once more. */
  answer(answer: HeartbeatResponseInit): void {
    for (const stream of this.#streams) stream.tryPush(answer);
  }

  /** Breaks all streams, as a master that restarts does. */
  dropStreams(): void {
    for (const stream of this.#streams) stream.end();
  }

  async close(): Promise<void> {
    this.dropStreams();
    await this.#server?.close(AbortSignal.abort());
  }

  #serve(beats: AsyncIterable<Heartbeat>): AsyncIterable<HeartbeatResponseInit> {
    const answers = new PushQueue<HeartbeatResponseInit>();
    this.#streams.add(answers);
    answers.tryPush(this.firstAnswer);
    void this.#listen(beats, answers).finally(() => answers.end());
    return answers;
  }

  async #listen(beats: AsyncIterable<Heartbeat>, stream: object): Promise<void> {
    let url = '';
    try {
      for await (const beat of beats) {
        url = `${beat.ip}:${beat.port}`;
        this.#latestStreams.set(url, stream);
        this.#take(beat);
      }
    } catch {
      // The server went away.
    }
    // As a master does, it forgets a server whose stream has ended, unless that has opened another one meanwhile.
    if (this.#latestStreams.get(url) !== stream) return;
    this.#volumesByServer.delete(url);
    this.#shardsByServer.delete(url);
    for (const look of this.#watchers.splice(0)) look();
  }

  #take(beat: Heartbeat): void {
    this.beats.push(beat);
    const url = `${beat.ip}:${beat.port}`;
    const volumes = this.#volumesByServer.get(url) ?? new Set<number>();
    this.#volumesByServer.set(url, volumes);
    if (beat.volumes.length > 0 || beat.has_no_volumes) volumes.clear();
    for (const { id } of [...beat.volumes, ...beat.new_volumes]) volumes.add(id);
    for (const { id } of beat.deleted_volumes) volumes.delete(id);
    this.#takeShards(url, beat);
    for (const look of this.#watchers.splice(0)) look();
  }

  #takeShards(url: string, beat: Heartbeat): void {
    const { bits } = this.#shardsByServer.get(url) ?? { bits: new Map<number, number>() };
    this.#shardsByServer.set(url, { grpcPort: beat.grpc_port, bits });
    if (beat.ec_shards.length > 0 || beat.has_no_ec_shards) bits.clear();
    for (const { id, ec_index_bits } of [...beat.ec_shards, ...beat.new_ec_shards]) {
      bits.set(id, (bits.get(id) ?? 0) | ec_index_bits);
    }
    for (const { id, ec_index_bits } of beat.deleted_ec_shards) bits.set(id, (bits.get(id) ?? 0) & ~ec_index_bits);
  }
}
