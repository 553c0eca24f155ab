import { type ChecksummedShard, type ShardRatio, totalShards } from '@needlestack/erasure-coding';
import type { VolumeFileName } from '@needlestack/needle-format';
import type { ShardVerdict } from '../../core/shards/ec-ports.ts';
import type { ShardFilePath } from './ec-jobs.ts';
import { type EcDirectory, shardPath } from './ec-paths.ts';
import { findShardSet } from './find-shards.ts';
import { runEcJob } from './run-ec-job.ts';
import { damagedBlocks, readShardChecksums } from './shard-checksum-file.ts';

export interface VerifyRequest {
  readonly name: VolumeFileName;
  readonly ratio: ShardRatio;
  /** How fast shards are read; 0 for as fast as the disk. */
  readonly bytesPerSecond: number;
}

/**
 * Compares every byte of the shards in these directories with their checksums. When enough intact shards lie here, those that differ are made again to
 * learn whether the shard or its checksum is wrong.
 */
export async function verifyShards(
  directories: readonly EcDirectory[],
  { name, ratio, bytesPerSecond }: VerifyRequest,
  signal?: AbortSignal,
): Promise<ShardVerdict> {
  const { state, file } = await readShardChecksums(directories, name, ratio);
  if (file === undefined) return { state, blocksRead: 0, damaged: [], staleDetails: [] };
  const shards = await listShards(directories, name);
  const found = await runEcJob({ kind: 'checksum', blockBytes: file.blockBytes, shards, bytesPerSecond }, signal);
  const suspects = found.flatMap((shard) => {
    const expected = file.shards.find(({ shardId }) => shardId === shard.shardId);
    return expected === undefined ? [] : describeDamage(name, expected, shard);
  });
  const blocksRead = found.reduce((sum, { checksums }) => sum + checksums.length, 0);
  const suspectIds = new Set(suspects.map(({ shardId }) => shardId));
  if (suspectIds.size > ratio.parityShards) {
    const detail = `ec volume ${name.volumeId}: ${suspectIds.size} of ${shards.length} shards differ from their checksums: the checksums are taken for stale`;
    return { state, blocksRead, damaged: [], staleDetails: [detail] };
  }
  const cleared = await findCleared(shards, suspectIds, ratio, file.shards[0]?.shardBytes ?? 0, signal);
  return {
    state,
    blocksRead,
    damaged: suspects.filter(({ shardId }) => !cleared.has(shardId)),
    staleDetails: [...cleared].map(
      (shardId) =>
        `ec volume ${name.volumeId} shard ${shardId}: the other shards confirm its bytes, its checksums are stale`,
    ),
  };
}

async function listShards(directories: readonly EcDirectory[], name: VolumeFileName): Promise<ShardFilePath[]> {
  const shards = new Map<number, string>();
  for (const directory of directories) {
    for (const shardId of (await findShardSet(directory, name)).shards.keys()) {
      if (!shards.has(shardId)) shards.set(shardId, shardPath(directory, name, shardId));
    }
  }
  return [...shards].map(([shardId, path]) => ({ shardId, path })).sort((a, b) => a.shardId - b.shardId);
}

function describeDamage(
  { volumeId }: VolumeFileName,
  expected: ChecksummedShard,
  found: ChecksummedShard,
): { readonly shardId: number; readonly detail: string }[] {
  const { shardId } = found;
  const where = `ec volume ${volumeId} shard ${shardId}`;
  if (expected.shardBytes !== found.shardBytes) {
    return [{ shardId, detail: `${where}: ${found.shardBytes} bytes, expected ${expected.shardBytes}` }];
  }
  return damagedBlocks(expected, found).map((block) => ({
    shardId,
    detail: `${where}: checksum mismatch at block ${block}`,
  }));
}

/** Suspects whose bytes are what the intact shards make of them. */
async function findCleared(
  shards: readonly ShardFilePath[],
  suspectIds: ReadonlySet<number>,
  ratio: ShardRatio,
  shardBytes: number,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<number>> {
  const inputs = shards.filter(({ shardId }) => !suspectIds.has(shardId));
  if (suspectIds.size === 0 || inputs.length < ratio.dataShards) return new Set();
  const suspects = shards.filter(({ shardId }) => suspectIds.has(shardId) && shardId < totalShards(ratio));
  try {
    const damaged = await runEcJob({ kind: 'compare', ratio, shardBytes, inputs, suspects }, signal);
    return new Set([...suspectIds].filter((shardId) => !damaged.includes(shardId)));
  } catch {
    // A shard that cannot even be read to its end is damaged for certain.
    return new Set();
  }
}
