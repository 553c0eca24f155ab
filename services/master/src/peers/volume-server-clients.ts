import { formatReplicaPlacement, formatTtl, replicaPlacementFromByte, ttlFromUint32 } from '@needlestack/needle-format';
import { type ChannelSecurity, createGrpcClient, type GrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { ALLOCATE_DEADLINE_MS, VACUUM_CHECK_MS_PER_GIB, VACUUM_COMPACT_MS_PER_GIB } from '../core/limits.ts';
import type { NewVolume, VolumeServers } from '../core/ports.ts';
import type { VolumeServerNode } from '../core/volume-server-node.ts';

const NEEDLE_VERSION = 3;
const GIB = 2 ** 30;

/** Commands volume servers over gRPC, one connection for each address. */
export class VolumeServerClients implements VolumeServers {
  readonly #security: ChannelSecurity;
  /** GiB of the largest volume, rounded up: what calls that read through one take their time from. */
  readonly #volumeGib: number;
  readonly #clients = new Map<string, GrpcClient<VolumeServer>>();

  constructor(security: ChannelSecurity, volumeSizeLimitBytes: number) {
    this.#security = security;
    this.#volumeGib = Math.ceil(volumeSizeLimitBytes / GIB);
  }

  async allocateVolume(server: VolumeServerNode, volume: NewVolume): Promise<void> {
    await this.#client(server).call.AllocateVolume(
      {
        volume_id: volume.id,
        collection: volume.collection,
        preallocate: volume.preallocateBytes,
        replication: formatReplicaPlacement(replicaPlacementFromByte(volume.placement)),
        ttl: formatTtl(ttlFromUint32(volume.ttl)),
        memory_map_max_size_mb: volume.memoryMapMaxSizeMb,
        disk_type: volume.diskType,
        version: NEEDLE_VERSION,
      },
      { deadlineMs: ALLOCATE_DEADLINE_MS },
    );
  }

  async deleteVolume(server: VolumeServerNode, volumeId: number): Promise<void> {
    await this.#client(server).call.VolumeDelete({ volume_id: volumeId, only_empty: true });
  }

  async deleteCollection(server: VolumeServerNode, collection: string): Promise<void> {
    await this.#client(server).call.DeleteCollection({ collection });
  }

  async garbageRatio(server: VolumeServerNode, volumeId: number): Promise<number> {
    const answer = await this.#client(server).call.VacuumVolumeCheck(
      { volume_id: volumeId },
      { deadlineMs: this.#volumeGib * VACUUM_CHECK_MS_PER_GIB },
    );
    return answer.garbage_ratio;
  }

  async compactVolume(
    server: VolumeServerNode,
    volumeId: number,
    preallocateBytes: number,
    signal: AbortSignal,
  ): Promise<void> {
    const progress = this.#client(server).call.VacuumVolumeCompact(
      { volume_id: volumeId, preallocate: preallocateBytes },
      { deadlineMs: this.#volumeGib * VACUUM_COMPACT_MS_PER_GIB, signal },
    );
    // How far it is interests nobody here; that it goes on shows by the stream.
    for await (const _ of progress);
  }

  async commitCompaction(server: VolumeServerNode, volumeId: number): Promise<{ readonly isReadOnly: boolean }> {
    const answer = await this.#client(server).call.VacuumVolumeCommit(
      { volume_id: volumeId },
      { deadlineMs: this.#volumeGib * VACUUM_COMPACT_MS_PER_GIB },
    );
    return { isReadOnly: answer.is_read_only };
  }

  async discardCompaction(server: VolumeServerNode, volumeId: number): Promise<void> {
    await this.#client(server).call.VacuumVolumeCleanup({ volume_id: volumeId });
  }

  async ping(server: VolumeServerNode): Promise<bigint> {
    const { start_time_ns } = await this.#client(server).call.Ping({});
    return BigInt(start_time_ns);
  }

  /** Drops the connection to a server that has left. */
  forget(server: VolumeServerNode): void {
    this.#clients.get(server.grpcAddress)?.close();
    this.#clients.delete(server.grpcAddress);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  #client(server: VolumeServerNode): GrpcClient<VolumeServer> {
    const address = server.grpcAddress;
    let client = this.#clients.get(address);
    if (client === undefined) {
      client = createGrpcClient<VolumeServer>({
        ...this.#security,
        address,
        protos: loadProtos(['volume_server.proto']),
        service: 'volume_server_pb.VolumeServer',
      });
      this.#clients.set(address, client);
    }
    return client;
  }
}
