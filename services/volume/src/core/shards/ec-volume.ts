import { layoutOfShard, layoutOfVolume, type ShardLayout } from '@needlestack/erasure-coding';
import { type IndexEntry, TOMBSTONE_SIZE, type VolumeFileName } from '@needlestack/needle-format';
import type { EncodedVolumeInfo, OpenedShard, SharedShardFiles } from './ec-ports.ts';

/** What one disk holds of a volume, as the master is told. */
export interface ShardReport {
  readonly volumeId: number;
  readonly collection: string;
  readonly diskId: number;
  readonly diskType: string;
  readonly expireAtSec: number;
  readonly encodeTsNs: bigint;
  readonly fileCount: number;
  readonly deleteCount: number;
  /** In ascending order of their ids. */
  readonly shards: readonly { readonly shardId: number; readonly sizeBytes: number }[];
}

/** The mounted shards of one encoding of a volume, on whichever disks they lie. */
export class EcVolume {
  readonly name: VolumeFileName;
  readonly info: EncodedVolumeInfo;
  readonly shared: SharedShardFiles;
  readonly #shards = new Map<number, OpenedShard>();
  readonly #layout: ShardLayout;
  /** Shards here that are known to be damaged: reads make their bytes out of the others. */
  distrusted: ReadonlySet<number> = new Set();
  /** Set by who mounted it: the type of the disk that the volume came from. */
  diskType: string | undefined;

  constructor(first: OpenedShard, shared: SharedShardFiles) {
    const { info, file } = first;
    this.name = first.name;
    this.info = info;
    this.shared = shared;
    this.#layout =
      info.datFileBytes > 0 ? layoutOfVolume(info.datFileBytes, info.ratio) : layoutOfShard(file.endBytes, info.ratio);
    this.#shards.set(first.shardId, first);
  }

  get volumeId(): number {
    return this.name.volumeId;
  }

  get collection(): string {
    return this.name.collection;
  }

  get layout(): ShardLayout {
    return this.#layout;
  }

  /** By their ids. */
  get shards(): ReadonlyMap<number, OpenedShard> {
    return this.#shards;
  }

  get diskIds(): number[] {
    return [...new Set([...this.#shards.values()].map(({ diskId }) => diskId))].sort((a, b) => a - b);
  }

  /** False when such a shard is mounted already. */
  add(shard: OpenedShard): boolean {
    if (this.#shards.has(shard.shardId)) return false;
    this.#shards.set(shard.shardId, shard);
    return true;
  }

  /** Takes a shard out. Its file stays open. */
  remove(shardId: number): OpenedShard | undefined {
    const shard = this.#shards.get(shardId);
    this.#shards.delete(shardId);
    return shard;
  }

  /** Where a needle lies; TOMBSTONE_SIZE for one that was deleted. Undefined for one that was never there. */
  async find(id: bigint): Promise<IndexEntry | undefined> {
    const entry = await this.shared.index.find(id);
    if (entry === undefined || !this.shared.journal.ids.has(id)) return entry;
    return { ...entry, sizeBytes: TOMBSTONE_SIZE };
  }

  /** Exactly so many bytes of a shard that is mounted, in `into` where given; undefined when it ends before or cannot be read. */
  readShard(shardId: number, offsetBytes: number, lengthBytes: number, into?: Buffer): Promise<Buffer | undefined> {
    const shard = this.#shards.get(shardId);
    if (shard === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const target = into ?? Buffer.allocUnsafe(lengthBytes);
      shard.file.read(target, lengthBytes, offsetBytes, (error, bytesRead) => {
        resolve(error === undefined && bytesRead === lengthBytes ? target : undefined);
      });
    });
  }

  reports(): ShardReport[] {
    return this.diskIds.flatMap((diskId) => this.report(diskId) ?? []);
  }

  /** What one disk holds, or only one shard of it. */
  report(diskId: number, shardId?: number): ShardReport | undefined {
    const shards = [...this.#shards.values()]
      .filter((shard) => shard.diskId === diskId && (shardId === undefined || shard.shardId === shardId))
      .sort((a, b) => a.shardId - b.shardId);
    const [first] = shards;
    if (first === undefined) return undefined;
    return {
      volumeId: this.volumeId,
      collection: this.collection,
      diskId,
      diskType: this.diskType ?? first.diskType,
      expireAtSec: this.info.expireAtSec,
      encodeTsNs: this.info.encodeTsNs,
      fileCount: this.shared.index.rowCount,
      deleteCount: this.shared.journal.ids.size,
      shards: shards.map(({ shardId: id, file }) => ({ shardId: id, sizeBytes: file.endBytes })),
    };
  }

  async close(): Promise<void> {
    const shards = [...this.#shards.values()];
    this.#shards.clear();
    for (const { file } of shards) await file.close();
    await this.shared.journal.close();
    await this.shared.index.close();
  }
}
