import {
  bindService,
  createGrpcClient,
  type GrpcClient,
  type GrpcServer,
  loadProtos,
  PushQueue,
  RpcError,
  startGrpcServer,
} from '@needlestack/rpc';
import type {
  HeartbeatInit,
  HeartbeatResponse,
  Seaweed,
  VolumeInformationMessageInit,
} from '@needlestack/rpc/wire/master-pb';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';

export interface ScriptedServerOptions {
  readonly dataCenter?: string;
  readonly rack?: string;
  readonly maxVolumes?: number;
  /** The HTTP port it claims; also its name. */
  readonly port: number;
  readonly directoryUuids?: readonly string[];
}

/** A volume server without disks: takes commands over real gRPC and reports what it is told to have. */
export class ScriptedVolumeServer {
  readonly volumes = new Map<number, VolumeInformationMessageInit>();
  readonly deletedVolumes: number[] = [];
  readonly answers: HeartbeatResponse[] = [];
  maxFileKey = 0n;
  refusesAllocation = false;
  /** Share of garbage by volume; the others have none. */
  readonly garbage = new Map<number, number>();
  /** What was asked of it for vacuums, in order: `compact 3`. */
  readonly vacuumCalls: string[] = [];
  /** Called before a step of a vacuum; what it throws is the answer. */
  onVacuum: (call: string) => Promise<void> | void = () => {};
  readonly #options: ScriptedServerOptions;
  readonly #grpc: GrpcServer;
  readonly #master: GrpcClient<Seaweed>;
  readonly #beats = new PushQueue<HeartbeatInit>();
  #ended: Promise<unknown> = Promise.resolve();
  #onAnswer: (() => void) | undefined;

  private constructor(options: ScriptedServerOptions, grpc: GrpcServer, masterGrpcPort: number) {
    this.#options = options;
    this.#grpc = grpc;
    this.#master = createGrpcClient<Seaweed>({
      address: `127.0.0.1:${masterGrpcPort}`,
      protos: loadProtos(['master.proto']),
      service: 'master_pb.Seaweed',
    });
  }

  /** Starts it and waits until the master has registered it. */
  static async join(masterGrpcPort: number, options: ScriptedServerOptions): Promise<ScriptedVolumeServer> {
    const holder: { server?: ScriptedVolumeServer } = {};
    const own = (): ScriptedVolumeServer => {
      if (holder.server === undefined) throw new RpcError('unavailable', 'not ready');
      return holder.server;
    };
    const grpc = await startGrpcServer({
      host: '127.0.0.1',
      port: 0,
      protos: loadProtos(['volume_server.proto']),
      services: [
        bindService<VolumeServer>('volume_server_pb.VolumeServer', {
          AllocateVolume: (request) => own().#allocate(request),
          VolumeDelete: ({ volume_id }) => {
            own().deletedVolumes.push(volume_id);
            own().volumes.delete(volume_id);
            return {};
          },
          DeleteCollection: ({ collection }) => {
            const { volumes } = own();
            for (const [id, volume] of volumes) if (volume.collection === collection) volumes.delete(id);
            return {};
          },
          VacuumVolumeCheck: ({ volume_id }) => ({ garbage_ratio: own().garbage.get(volume_id) ?? 0 }),
          VacuumVolumeCompact: async function* ({ volume_id }) {
            await own().#vacuum(`compact ${volume_id}`);
            yield { processed_bytes: 1 };
          },
          VacuumVolumeCommit: async ({ volume_id }) => {
            await own().#vacuum(`commit ${volume_id}`);
            return { is_read_only: false };
          },
          VacuumVolumeCleanup: async ({ volume_id }) => {
            await own().#vacuum(`cleanup ${volume_id}`);
            return {};
          },
          Ping: () => ({ start_time_ns: 7n }),
        }),
      ],
    });
    const server = new ScriptedVolumeServer(options, grpc, masterGrpcPort);
    holder.server = server;
    server.#connect();
    await server.beat();
    await server.#answered();
    return server;
  }

  get url(): string {
    return `127.0.0.1:${this.#options.port}`;
  }

  get grpcPort(): number {
    return this.#grpc.port;
  }

  /** Sends a full report. */
  async beat(extra: HeartbeatInit = {}): Promise<void> {
    await this.#beats.push({
      ip: '127.0.0.1',
      port: this.#options.port,
      grpc_port: this.#grpc.port,
      data_center: this.#options.dataCenter ?? '',
      rack: this.#options.rack ?? '',
      max_volume_counts: { '': this.#options.maxVolumes ?? 100 },
      max_file_key: this.maxFileKey,
      location_uuids: this.#options.directoryUuids ?? [],
      volumes: [...this.volumes.values()],
      has_no_volumes: this.volumes.size === 0,
      ...extra,
    });
  }

  /** Sends exactly this. */
  async send(beat: HeartbeatInit): Promise<void> {
    await this.#beats.push(beat);
  }

  /** Ends the heartbeat stream; resolves with what ended it. */
  async leave(): Promise<unknown> {
    this.#beats.end();
    return this.#ended;
  }

  get ended(): Promise<unknown> {
    return this.#ended;
  }

  async close(): Promise<void> {
    await this.leave();
    this.#master.close();
    await this.#grpc.close();
  }

  #connect(): void {
    const read = async (): Promise<unknown> => {
      try {
        for await (const answer of this.#master.call.SendHeartbeat(this.#beats)) {
          this.answers.push(answer);
          this.#onAnswer?.();
        }
        return undefined;
      } catch (error) {
        this.#onAnswer?.();
        return error;
      }
    };
    this.#ended = read();
  }

  #answered(): Promise<void> {
    return this.answers.length > 0 ? Promise.resolve() : new Promise((resolve) => (this.#onAnswer = resolve));
  }

  async #vacuum(call: string): Promise<void> {
    this.vacuumCalls.push(call);
    await this.onVacuum(call);
  }

  #allocate(request: { volume_id: number; collection: string; replication: string; ttl: string }): object {
    if (this.refusesAllocation) throw new RpcError('unknown', 'No more free space left');
    this.volumes.set(request.volume_id, {
      id: request.volume_id,
      collection: request.collection,
      replica_placement: Number(request.replication),
      version: 3,
    });
    return {};
  }
}
