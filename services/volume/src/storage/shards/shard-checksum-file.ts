import { randomBytes } from 'node:crypto';
import {
  CHECKSUM_BLOCK_BYTES,
  CHECKSUM_FILE_BYTES_MAX,
  type ChecksummedShard,
  decodeShardChecksums,
  encodeShardChecksums,
  type ShardChecksums,
  type ShardRatio,
} from '@needlestack/erasure-coding';
import { FormatError, type VolumeFileName } from '@needlestack/needle-format';
import type { ShardChecksumState } from '../../core/shards/ec-ports.ts';
import { readFileIfThere, replaceFile } from '../files/durable-files.ts';
import { CHECKSUM_EXTENSION, dataPath, type EcDirectory, possiblePaths } from './ec-paths.ts';
import { sizeOf } from './find-shards.ts';

const UUID_BYTES = 16;

export interface FoundChecksums {
  readonly state: ShardChecksumState;
  readonly file: ShardChecksums | undefined;
}

/**
 * The first `.ecsum` of these directories. One of another ratio or generation counts as absent: it says nothing about these shards; one
 * that is damaged is `invalid`: nothing may be decided by it.
 */
export async function readShardChecksums(
  directories: readonly EcDirectory[],
  name: VolumeFileName,
  ratio: ShardRatio,
): Promise<FoundChecksums> {
  for (const directory of directories) {
    for (const path of possiblePaths(directory, name, CHECKSUM_EXTENSION)) {
      const bytes = await sizeOf(path);
      if (bytes === undefined) continue;
      if (bytes > CHECKSUM_FILE_BYTES_MAX) return { state: 'invalid', file: undefined };
      const content = await readFileIfThere(path);
      if (content !== undefined) return judge(content, ratio);
    }
  }
  return { state: 'absent', file: undefined };
}

export function encodeNewChecksums(ratio: ShardRatio, shards: readonly ChecksummedShard[]): Buffer {
  const encodeUuid = randomBytes(UUID_BYTES);
  return encodeShardChecksums({ blockBytes: CHECKSUM_BLOCK_BYTES, generation: 0, ratio, shards, encodeUuid });
}

export async function saveShardChecksums(
  directory: EcDirectory,
  name: VolumeFileName,
  ratio: ShardRatio,
  shards: readonly ChecksummedShard[],
): Promise<void> {
  await replaceFile(dataPath(directory, name, CHECKSUM_EXTENSION), encodeNewChecksums(ratio, shards));
}

/** Blocks of a shard that are not what the file says, by number; all of them when the length is another one. */
export function damagedBlocks(expected: ChecksummedShard, found: ChecksummedShard): number[] {
  if (expected.shardBytes !== found.shardBytes) return [...expected.checksums.keys()];
  return [...expected.checksums.keys()].filter((block) => expected.checksums[block] !== found.checksums[block]);
}

function judge(content: Buffer, ratio: ShardRatio): FoundChecksums {
  try {
    const file = decodeShardChecksums(content);
    const isOurs =
      file.generation === 0 &&
      file.ratio.dataShards === ratio.dataShards &&
      file.ratio.parityShards === ratio.parityShards;
    return isOurs ? { state: 'valid', file } : { state: 'absent', file: undefined };
  } catch (error) {
    if (error instanceof FormatError) return { state: 'invalid', file: undefined };
    throw error;
  }
}
