import type { ChecksummedShard, ShardLayout, ShardRatio } from '@needlestack/erasure-coding';
import type { NeedleVersion, OffsetWidth } from '@needlestack/needle-format';

/*
 * Work on whole shards, for a thread of its own: it reads and writes synchronously, and computes for seconds. Files that a job makes are on
 * stable storage when it ends, under the names given, which are those of staged files.
 */

export interface ShardFilePath {
  readonly shardId: number;
  readonly path: string;
}

export interface EncodeJob {
  readonly kind: 'encode';
  readonly ratio: ShardRatio;
  readonly datPath: string;
  readonly datBytes: number;
  readonly idxPath: string;
  readonly idxBytes: number;
  readonly width: OffsetWidth;
  readonly indexPath: string;
  readonly shards: readonly ShardFilePath[];
}

export interface RebuildJob {
  readonly kind: 'rebuild';
  readonly ratio: ShardRatio;
  readonly shardBytes: number;
  readonly inputs: readonly ShardFilePath[];
  readonly outputs: readonly ShardFilePath[];
  readonly blockBytes: number;
}

export interface ChecksumJob {
  readonly kind: 'checksum';
  readonly blockBytes: number;
  readonly shards: readonly ShardFilePath[];
  /** How fast they are read; without it as fast as the disk. */
  readonly bytesPerSecond?: number;
}

/** Tells which of the suspects are not what the others make of them. */
export interface CompareJob {
  readonly kind: 'compare';
  readonly ratio: ShardRatio;
  readonly shardBytes: number;
  readonly inputs: readonly ShardFilePath[];
  readonly suspects: readonly ShardFilePath[];
}

export interface DecodeJob {
  readonly kind: 'decode';
  readonly layout: ShardLayout;
  readonly version: NeedleVersion;
  readonly width: OffsetWidth;
  readonly shards: readonly ShardFilePath[];
  readonly indexPath: string;
  readonly datPath: string;
  readonly idxPath: string;
}

export type EcJob = EncodeJob | RebuildJob | ChecksumJob | CompareJob | DecodeJob;

export interface DecodeOutcome {
  readonly liveNeedles: number;
  /** Needles whose records are damaged beyond repair; they are damaged in the volume too. */
  readonly damagedNeedles: number;
}

/** What each job ends with. */
export interface EcJobOutcomes {
  readonly encode: readonly ChecksummedShard[];
  readonly rebuild: readonly ChecksummedShard[];
  readonly checksum: readonly ChecksummedShard[];
  readonly compare: readonly number[];
  readonly decode: DecodeOutcome;
}
