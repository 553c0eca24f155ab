import { rename } from 'node:fs/promises';
import { CHECKSUM_BLOCK_BYTES, type ChecksummedShard, type ShardRatio, totalShards } from '@needlestack/erasure-coding';
import type { VolumeFileName } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { toDiskError } from '../files/disk-error.ts';
import { removeFiles, syncDirectory } from '../files/durable-files.ts';
import type { ShardFilePath } from './ec-jobs.ts';
import { type EcDirectory, STAGED_SUFFIX, shardPath } from './ec-paths.ts';
import type { EcStoreContext } from './ec-store-context.ts';
import { readEncodeTs, readInfoIn, toEncodedInfo } from './encoded-volume-info.ts';
import { findIndexIn, findShardSet, type ShardSet } from './find-shards.ts';
import { runEcJob } from './run-ec-job.ts';
import { damagedBlocks, type FoundChecksums, readShardChecksums, saveShardChecksums } from './shard-checksum-file.ts';

/** Shards of one encoding on this server: where each lies, and where missing ones are to be made. */
export interface LocalShards {
  /** With an index, and more shards than any other. */
  readonly home: EcDirectory;
  readonly directories: readonly EcDirectory[];
  readonly ratio: ShardRatio;
  readonly places: ReadonlyMap<number, { readonly directory: EcDirectory; readonly bytes: number }>;
}

/** Undefined when no disk has both a shard or an index of the volume. */
export async function findLocalShards(
  { directories }: EcStoreContext,
  name: VolumeFileName,
): Promise<LocalShards | undefined> {
  const found: { directory: EcDirectory; set: ShardSet; hasIndex: boolean }[] = [];
  for (const directory of directories) {
    const set = await findShardSet(directory, name);
    const hasIndex = (await findIndexIn(directory, name)) !== undefined;
    if (set.shards.size > 0 || hasIndex) found.push({ directory, set, hasIndex });
  }
  const [best] = found.filter(({ hasIndex }) => hasIndex).sort((a, b) => b.set.shards.size - a.set.shards.size);
  if (best === undefined) return undefined;
  const encodeTsNs = await readEncodeTs(best.directory, name);
  const places = new Map<number, { directory: EcDirectory; bytes: number }>();
  const used: EcDirectory[] = [];
  for (const { directory, set } of [best, ...found.filter((other) => other !== best)]) {
    const otherTsNs = await readEncodeTs(directory, name);
    // Shards of another encoding are not these shards.
    if (otherTsNs !== 0n && encodeTsNs !== 0n && otherTsNs !== encodeTsNs) continue;
    used.push(directory);
    for (const [shardId, bytes] of set.shards) if (!places.has(shardId)) places.set(shardId, { directory, bytes });
  }
  const { ratio } = toEncodedInfo(await readInfoIn(best.directory, name));
  return { home: best.directory, directories: used, ratio, places };
}

/**
 * Makes missing and damaged shards out of the others. A new file takes the place of a damaged one only when it is whole. Returns the ids, in
 * ascending order.
 * @throws VolumeError `io-error` when too few shards are left, or the checksums contradict most of them
 */
export async function restoreShards(
  context: EcStoreContext,
  name: VolumeFileName,
  ignoresChecksums: boolean,
  signal?: AbortSignal,
): Promise<readonly number[]> {
  const local = await findLocalShards(context, name);
  if (local === undefined) return [];
  const checksums = ignoresChecksums
    ? ({ state: 'absent', file: undefined } satisfies FoundChecksums)
    : await readShardChecksums(local.directories, name, local.ratio);
  if (checksums.state === 'invalid') throw refusal(name, 'the checksums of its shards are damaged');
  const plan = await planRestore(name, local, checksums, signal);
  if (plan.outputs.length > 0) await makeShards(context, name, local, plan, checksums, signal);
  if (checksums.state === 'absent' && !ignoresChecksums) await addChecksums(name, local, plan, signal);
  return plan.outputs.map(({ shardId }) => shardId);
}

interface RestorePlan {
  readonly shardBytes: number;
  readonly inputs: readonly ShardFilePath[];
  /** Under their final names. */
  readonly outputs: readonly ShardFilePath[];
}

async function planRestore(
  name: VolumeFileName,
  local: LocalShards,
  checksums: FoundChecksums,
  signal: AbortSignal | undefined,
): Promise<RestorePlan> {
  const shardBytes = commonBytes(local, checksums);
  const present = [...local.places].sort(([a], [b]) => a - b);
  const damaged = new Set(present.filter(([, { bytes }]) => bytes !== shardBytes).map(([shardId]) => shardId));
  for (const shardId of await findDamaged(name, local, checksums, signal)) damaged.add(shardId);
  if (damaged.size > local.ratio.parityShards) {
    throw refusal(name, `${damaged.size} of ${present.length} shards differ from their checksums or sizes`);
  }
  const inputs = present.flatMap(([shardId, { directory }]) =>
    damaged.has(shardId) ? [] : [{ shardId, path: shardPath(directory, name, shardId) }],
  );
  if (inputs.length < local.ratio.dataShards) {
    const have = inputs.map(({ shardId }) => shardId).join(' ');
    throw refusal(
      name,
      `not enough shards to rebuild: found ${inputs.length} shards [${have}], need at least ${local.ratio.dataShards}`,
    );
  }
  const outputs: ShardFilePath[] = [];
  for (let shardId = 0; shardId < totalShards(local.ratio); shardId += 1) {
    const place = local.places.get(shardId);
    if (place !== undefined && !damaged.has(shardId)) continue;
    outputs.push({ shardId, path: shardPath(place?.directory ?? local.home, name, shardId) });
  }
  return { shardBytes, inputs, outputs };
}

/** The size that most shards have, or that the checksums say. */
function commonBytes({ places }: LocalShards, { file }: FoundChecksums): number {
  const [first] = file?.shards ?? [];
  if (first !== undefined) return first.shardBytes;
  const counts = new Map<number, number>();
  for (const { bytes } of places.values()) counts.set(bytes, (counts.get(bytes) ?? 0) + 1);
  const [most] = [...counts].sort(([bytesA, a], [bytesB, b]) => b - a || bytesB - bytesA);
  return most?.[0] ?? 0;
}

async function findDamaged(
  name: VolumeFileName,
  { places }: LocalShards,
  { file }: FoundChecksums,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  if (file === undefined) return [];
  const shards = [...places].map(([shardId, { directory }]) => ({
    shardId,
    path: shardPath(directory, name, shardId),
  }));
  const found = await runEcJob({ kind: 'checksum', blockBytes: file.blockBytes, shards }, signal);
  return found.filter((shard) => differs(file.shards, shard)).map(({ shardId }) => shardId);
}

function differs(expected: readonly ChecksummedShard[], found: ChecksummedShard): boolean {
  const entry = expected.find(({ shardId }) => shardId === found.shardId);
  return entry !== undefined && damagedBlocks(entry, found).length > 0;
}

async function makeShards(
  { onStep }: EcStoreContext,
  name: VolumeFileName,
  local: LocalShards,
  plan: RestorePlan,
  { file }: FoundChecksums,
  signal: AbortSignal | undefined,
): Promise<void> {
  const outputs = plan.outputs.map(({ shardId, path }) => ({ shardId, path: `${path}${STAGED_SUFFIX}` }));
  const { ratio } = local;
  const { shardBytes, inputs } = plan;
  const blockBytes = file?.blockBytes ?? CHECKSUM_BLOCK_BYTES;
  try {
    const made = await runEcJob({ kind: 'rebuild', ratio, shardBytes, inputs, outputs, blockBytes }, signal);
    // The arithmetic has one outcome: when it is not what the checksums say, it is they that are wrong.
    const wrong = made.find((shard) => differs(file?.shards ?? [], shard));
    if (wrong !== undefined) throw refusal(name, `shard ${wrong.shardId}, made anew, differs from its checksums`);
  } catch (error) {
    await removeFiles(outputs.map(({ path }) => path));
    throw error;
  }
  onStep('rebuild: shards staged');
  for (const { path } of plan.outputs) {
    await rename(`${path}${STAGED_SUFFIX}`, path);
    onStep('rebuild: shard in place');
  }
  for (const directory of local.directories) await syncDirectory(directory.path);
  onStep('rebuild: shards in place');
}

/** Volumes of old releases have no checksums: once all shards are here, what they hold now is what they should hold. */
async function addChecksums(
  name: VolumeFileName,
  { home, ratio }: LocalShards,
  { inputs, outputs }: RestorePlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  const shards = [...inputs, ...outputs].sort((a, b) => a.shardId - b.shardId);
  if (shards.length < totalShards(ratio)) return;
  const found = await runEcJob({ kind: 'checksum', blockBytes: CHECKSUM_BLOCK_BYTES, shards }, signal);
  try {
    await saveShardChecksums(home, name, ratio, found);
  } catch (error) {
    throw toDiskError('the checksums of the shards cannot be kept', error);
  }
}

function refusal({ volumeId }: VolumeFileName, reason: string): VolumeError {
  return new VolumeError('io-error', `ec volume ${volumeId} is not rebuilt: ${reason}`);
}
