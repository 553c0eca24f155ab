import type { ShardLayout, ShardRatio } from '@needlestack/erasure-coding';
import type { IndexEntry, NeedleVersion, OffsetWidth, VolumeFileName } from '@needlestack/needle-format';
import type { OpenedVolume, RecordFile } from '../ports.ts';
import type { DamageWord } from '../server-counters.ts';
import type { IncomingFile } from '../transfer/transfer-ports.ts';

/** What the rules ask of disk and network for volumes that are cut into shards. */

/** What the info file beside the shards says of their volume. */
export interface EncodedVolumeInfo {
  readonly version: NeedleVersion;
  readonly ratio: ShardRatio;
  /** Size of the volume when it was encoded; 0 when it is not known. */
  readonly datFileBytes: number;
  /** When it was encoded: shards of different runs never mix. 0n when it is not known. */
  readonly encodeTsNs: bigint;
  /** Unix seconds; 0 for never. */
  readonly expireAtSec: number;
}

/** A shard as storage hands it to the rules. */
export interface OpenedShard {
  readonly name: VolumeFileName;
  readonly shardId: number;
  readonly diskId: number;
  readonly diskType: string;
  readonly info: EncodedVolumeInfo;
  /** Read only. Its `endBytes` is the size that it had when it was opened. */
  readonly file: RecordFile;
}

/** Rows of live needles by ascending id, as they were when the volume was encoded, deletions since then aside. */
export interface ShardIndex {
  readonly width: OffsetWidth;
  readonly rowCount: number;
  readonly fileBytes: number;
  /** @throws Error of the operating system */
  find(id: bigint): Promise<IndexEntry | undefined>;
  /** Whole rows, in windows of some size. */
  windows(): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Needles that were deleted since the volume was encoded. */
export interface DeletionJournal {
  readonly ids: ReadonlySet<bigint>;
  /** On stable storage when this settles, in the journal of every disk that has one. */
  append(ids: readonly bigint[]): Promise<void>;
  /** Writes the deletions into the index files and removes the journals. A crash at any step loses none. */
  fold(): Promise<void>;
  close(): Promise<void>;
}

/** The files that all shards of one encoding on this server share. */
export interface SharedShardFiles {
  readonly index: ShardIndex;
  readonly journal: DeletionJournal;
  /** Takes in the journal and the index of a further disk. */
  addDisk(diskId: number): Promise<void>;
}

/** A step after which a kill must leave a volume that can be read. Tests stop at each. */
export const EC_STEPS = [
  'generate: old shards removed',
  'generate: files staged',
  'generate: shards in place',
  'generate: info in place',
  'generate: index in place',
  'rebuild: shards staged',
  'rebuild: shard in place',
  'rebuild: shards in place',
  'fold: index written',
  'fold: journal removed',
  'copy: files staged',
  'copy: shards in place',
  'copy: index in place',
  'decode: volume staged',
  'decode: index in place',
  'decode: volume in place',
  'delete: shards removed',
  'delete: index removed',
] as const;

export type EcStep = (typeof EC_STEPS)[number];

export interface EncodeRequest {
  readonly volume: OpenedVolume;
  /** Rows of the index that count. */
  readonly indexBytes: number;
  /** Bytes of the volume that count; those rows point within them. */
  readonly datBytes: number;
  readonly ratio: ShardRatio;
  readonly encodeTsNs: bigint;
  readonly expireAtSec: number;
}

/** Shards that arrive from another server. Nobody sees a file before `commit`. */
export interface ShardArrival {
  /** Writes at the end of one of the files, which is made with the first call. */
  append(extension: string, bytes: Uint8Array): Promise<void>;
  /** @throws VolumeError `invalid-argument` when shards of another encoding lie there */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** What an `.ecsum` file says of shards; `invalid` when the file cannot be trusted. */
export type ShardChecksumState = 'absent' | 'invalid' | 'valid';

export interface ShardVerdict {
  readonly state: ShardChecksumState;
  readonly blocksRead: number;
  /** Blocks that are not what they were, in words, and the shards they belong to. */
  readonly damaged: readonly { readonly shardId: number; readonly detail: string }[];
  /** Shards that differ from their checksums while the other shards say that they are right. */
  readonly staleDetails: readonly string[];
}

/** What the blocks of one shard should be. */
export interface ExpectedShard {
  readonly shardBytes: number;
  readonly blockBytes: number;
  /** CRC32C of each block; undefined where no checksums can be trusted. */
  readonly checksums: readonly number[] | undefined;
}

/** The shards on all disks of this server. */
export interface EcStore {
  readonly directoryCount: number;
  /** For the start of a server: settles what a crash or a move left. */
  settle(): Promise<void>;
  /** Opens every shard that can be. */
  openAll(): Promise<readonly OpenedShard[]>;
  /** Shards of a volume on any disk. */
  shardIdsOf(name: VolumeFileName): Promise<readonly number[]>;
  /** @throws VolumeError `volume-not-found` with the reason */
  openShard(name: VolumeFileName, shardId: number): Promise<OpenedShard>;
  openShared(name: VolumeFileName, diskId: number): Promise<SharedShardFiles>;
  /** The info file beside shards or a volume, from whichever disk has one. */
  readRatio(name: VolumeFileName): Promise<ShardRatio | undefined>;
  /** Cuts a volume; its earlier shards on this server are gone afterwards. */
  encode(request: EncodeRequest, signal?: AbortSignal): Promise<void>;
  /** Makes missing and damaged shards anew. Returns their ids. @throws VolumeError `io-error` when too few are left */
  rebuild(name: VolumeFileName, ignoresChecksums: boolean, signal?: AbortSignal): Promise<readonly number[]>;
  /** What a shard should hold. @throws VolumeError `io-error` when the checksums of its volume are damaged */
  expectShard(name: VolumeFileName, ratio: ShardRatio, shardId: number): Promise<ExpectedShard | undefined>;
  /**
   * A file that takes the place of a shard when it is kept: where the shard lies or, for one that is missing, beside the others.
   * @throws VolumeError `volume-not-found`, `io-error`
   */
  replaceShard(name: VolumeFileName, shardId: number): Promise<IncomingFile>;
  /** Deletions of a volume none of whose shards is mounted. */
  foldJournals(name: VolumeFileName): Promise<void>;
  /** @throws VolumeError `invalid-argument` (no such disk), `no-space` */
  startArrival(name: VolumeFileName, diskId: number, preferredDiskId: number | undefined): Promise<ShardArrival>;
  /** Removes shards, and the shared files with the last of them. */
  deleteShards(name: VolumeFileName, shardIds: readonly number[]): Promise<void>;
  /** Disks with files of encodings that are older than the given one; all disks for 0n. */
  disksOlderThan(name: VolumeFileName, encodeTsNs: bigint): Promise<readonly number[]>;
  /** Removes everything that belongs to shards of the volume. */
  tearDown(name: VolumeFileName, diskIds: readonly number[]): Promise<void>;
  /** Puts the volume together again, compacted, beside the shards of this disk. */
  decode(request: DecodeRequest, signal?: AbortSignal): Promise<void>;
  /** Compares mounted shards with their checksums, and with each other where those say that one is damaged. */
  verify(
    name: VolumeFileName,
    diskIds: readonly number[],
    ratio: ShardRatio,
    signal?: AbortSignal,
    bytesPerSecond?: number,
  ): Promise<ShardVerdict>;
  /** Disks with shards of the volume but without an index on any disk of this server. */
  disksWithoutIndex(
    volumeId: number | undefined,
  ): Promise<readonly { readonly name: VolumeFileName; readonly diskId: number }[]>;
}

export interface DecodeRequest {
  readonly name: VolumeFileName;
  readonly diskId: number;
  readonly layout: ShardLayout;
  readonly version: NeedleVersion;
}

/** Where shards are, by their ids: `host:port.grpcPort`. */
export type ShardHolders = ReadonlyMap<number, readonly string[]>;

export interface RemoteShardRequest {
  readonly volumeId: number;
  readonly shardId: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly needleId: bigint;
  readonly encodeTsNs: bigint;
}

/** Other servers with shards of the same volumes. */
export interface ShardPeers {
  /**
   * Holders other than this server; may answer from memory, for a short time only when some shard is neither with them nor among the
   * `local` ones. None when no master answers.
   */
  holders(volumeId: number, ratio: ShardRatio, local: ReadonlySet<number>): Promise<ShardHolders>;
  /** Exactly the bytes, or `deleted` when the holder knows that the needle is gone. @throws VolumeError `unreachable` */
  read(address: string, request: RemoteShardRequest): Promise<Buffer | 'deleted'>;
  /** On stable storage there when this settles. @throws VolumeError `unreachable` */
  delete(address: string, request: RemoteDeleteRequest): Promise<void>;
  /** Asks anew where the shards are, next time. */
  forgetAll(volumeId: number): void;
  /** A holder did not answer for a shard: it may have moved. */
  forget(volumeId: number, shardId: number): void;
}

export interface RemoteDeleteRequest {
  readonly name: VolumeFileName;
  readonly needleId: bigint;
  readonly version: NeedleVersion;
}

/** What the rules tell about shards. */
export interface EcEvents {
  /** A needle was put together out of shards, and it, or something that lies beside its data, is not what was written. */
  recordDamaged(volumeId: number, word: DamageWord | undefined): void;
  /** A read met damage in these shards and made the bytes again from the others. */
  shardDamaged(volumeId: number, shardIds: readonly number[], needleId: bigint): void;
  /** A shard that is mounted here did not give its bytes. */
  shardUnreadable(volumeId: number, shardId: number): void;
  /** A shard was made again out of the others, and lies here whole. */
  shardMended(volumeId: number, shardId: number, reason: string): void;
  /** The shards of a volume here were looked at; those that are still damaged, and why one could not be mended. */
  shardsChecked(volumeId: number, damaged: readonly number[], failure: string): void;
  shardsRefused(path: string, cause: Error): void;
  /** Files of shards were removed while the server started, and why. */
  shardsSwept(path: string, reason: string): void;
  expiredVolumeRemoved(volumeId: number): void;
}
