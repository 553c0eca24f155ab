/** One volume on one server, as the server reports it. */
export interface VolumeRecord {
  readonly id: number;
  readonly sizeBytes: number;
  readonly collection: string;
  readonly fileCount: number;
  readonly deleteCount: number;
  readonly deletedBytes: number;
  readonly readOnly: boolean;
  /** `xyz` as a number. */
  readonly placement: number;
  /** Needle version. */
  readonly version: number;
  /** count << 8 | unit. */
  readonly ttl: number;
  readonly compactRevision: number;
  readonly modifiedAtSeconds: number;
  readonly remoteStorageName: string;
  readonly remoteStorageKey: string;
  /** The empty text is hdd. */
  readonly diskType: string;
  readonly diskId: number;
}

/** The shards of one EC volume on one disk of a server. */
export interface EcShardRecord {
  readonly id: number;
  readonly collection: string;
  /** Bit n is shard n. */
  readonly shardBits: number;
  readonly diskType: string;
  readonly diskId: number;
  readonly expireAtSeconds: number;
  readonly shardSizesBytes: readonly number[];
  readonly fileCount: number;
  readonly deleteCount: number;
  /** Nanoseconds as decimal text. */
  readonly encodeTsNs: string;
}

/** What decides where a new file may go. */
export interface LayoutKey {
  readonly collection: string;
  readonly placement: number;
  readonly ttl: number;
  readonly diskType: string;
}

export const layoutName = ({ collection, placement, ttl, diskType }: LayoutKey): string =>
  `${collection}/${placement}/${ttl}/${diskType}`;

/** The record of a volume that was just made. */
export const emptyVolumeRecord = (id: number, layout: LayoutKey): VolumeRecord => ({
  ...layout,
  id,
  sizeBytes: 0,
  fileCount: 0,
  deleteCount: 0,
  deletedBytes: 0,
  readOnly: false,
  version: 3,
  compactRevision: 0,
  modifiedAtSeconds: 0,
  remoteStorageName: '',
  remoteStorageKey: '',
  diskId: 0,
});

export const countShards = (shardBits: number): number => {
  let count = 0;
  for (let bits = shardBits >>> 0; bits !== 0; bits &= bits - 1) count += 1;
  return count;
};
