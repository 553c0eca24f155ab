import { EC_SHARDS_PER_SLOT } from './limits.ts';
import { countShards, type EcShardRecord, type VolumeRecord } from './volume-record.ts';

/** Where a server is and how it is reached; what the first report of a connection says. */
export interface ServerIdentity {
  /** Stable; `ip:port` when the server gives none. */
  readonly id: string;
  readonly ip: string;
  readonly port: number;
  readonly grpcPort: number;
  readonly publicUrl: string;
  readonly dataCenter: string;
  readonly rack: string;
}

/** What a server says of its disks, by disk type where it says so. */
export interface ServerCapacity {
  readonly maxVolumeCounts: ReadonlyMap<string, number>;
  readonly diskTotalBytes: ReadonlyMap<string, number>;
  readonly diskFreeBytes: ReadonlyMap<string, number>;
  readonly diskTags: readonly DiskTags[];
}

export interface DiskTags {
  readonly diskId: number;
  readonly diskType: string;
  readonly tags: readonly string[];
  readonly maxVolumeCount: number;
}

export const NO_CAPACITY: ServerCapacity = {
  maxVolumeCounts: new Map(),
  diskTotalBytes: new Map(),
  diskFreeBytes: new Map(),
  diskTags: [],
};

/** Shards of one EC volume may lie on several disks of a server, each with a record of its own. */
export const ecShardKey = (id: number, diskId: number): string => `${id}/${diskId}`;

/** A connected volume server: who it is, what it holds, and which of its slots are promised. */
export class VolumeServerNode {
  readonly identity: ServerIdentity;
  readonly volumes = new Map<number, VolumeRecord>();
  /** By `ecShardKey`. */
  readonly ecShards = new Map<string, EcShardRecord>();
  /** Volumes registered because the master made them, not because the server reported them: id to time. */
  readonly provisionalSinceMs = new Map<number, number>();
  capacity: ServerCapacity = NO_CAPACITY;
  isInMaintenance = false;
  readonly #reserved = new Map<string, number>();

  constructor(identity: ServerIdentity) {
    this.identity = identity;
  }

  /** `host:port` of HTTP as servers reach each other. */
  get url(): string {
    return `${this.identity.ip}:${this.identity.port}`;
  }

  get grpcAddress(): string {
    return `${this.identity.ip}:${this.identity.grpcPort}`;
  }

  get diskTypes(): Set<string> {
    const types = new Set(this.capacity.maxVolumeCounts.keys());
    for (const { diskType } of this.volumes.values()) types.add(diskType);
    for (const { diskType } of this.ecShards.values()) types.add(diskType);
    return types;
  }

  /** Slots of a disk type that hold nothing and are not promised. Never negative. */
  freeSlots(diskType: string): number {
    let used = this.#reserved.get(diskType) ?? 0;
    for (const volume of this.volumes.values()) {
      if (volume.diskType === diskType && volume.remoteStorageName === '') used += 1;
    }
    let shards = 0;
    for (const shard of this.ecShards.values()) if (shard.diskType === diskType) shards += countShards(shard.shardBits);
    used += Math.ceil(shards / EC_SHARDS_PER_SLOT);
    return Math.max(0, (this.capacity.maxVolumeCounts.get(diskType) ?? 0) - used);
  }

  /** Promises a slot until the returned function is called. */
  reserveSlot(diskType: string): () => void {
    this.#reserved.set(diskType, (this.#reserved.get(diskType) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#reserved.set(diskType, (this.#reserved.get(diskType) ?? 1) - 1);
    };
  }
}
