import { copyFile, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { layoutOfVolume, shardRatioOf } from '@needlestack/erasure-coding';
import {
  formatVolumeFileName,
  parseVolumeFileName,
  SUPERBLOCK_BYTES,
  type VolumeFileName,
} from '@needlestack/needle-format';
import { removeFiles, syncDirectory, syncFile } from '../files/durable-files.ts';
import {
  dataPath,
  type EcDirectory,
  homePath,
  INDEX_EXTENSION,
  INFO_EXTENSION,
  isShardFile,
  JOURNAL_EXTENSION,
  possiblePaths,
  STAGED_SUFFIX,
  shardPath,
  splitFileName,
} from './ec-paths.ts';
import type { EcStoreContext } from './ec-store-context.ts';
import { readInfoIn, toEncodedInfo } from './encoded-volume-info.ts';
import { findIndexIn, findShardSets, type ShardSet, sizeOf } from './find-shards.ts';
import { removeAllShardFiles } from './remove-shards.ts';

/*
 * What a start finds and what becomes of it. Shards are removed only where the volume they were made of is whole on this server.
 *
 *   staged file                                       removed
 *   `.dat` without records whose `.vif` is of shards  removed, it hides the shards
 *   shards beside their `.dat`, index on no disk      removed: an encoding was interrupted
 *   shards smaller than those of their `.dat`         removed with the index: the same
 *   too few shards, `.dat` of exactly the size that was encoded on another disk: removed: the same
 *   shards without index, index on another disk       the index is copied to them
 *   shard of no bytes, older than an hour             removed
 */

/** An empty shard may be one that is being copied right now, by another program. */
const EMPTY_SHARD_AGE_MS = 3_600_000;

/** To be done before plain volumes are opened. */
export async function removeShardLeftovers({ directories, events }: EcStoreContext): Promise<void> {
  for (const directory of directories) {
    for (const folder of new Set([directory.path, directory.indexPath])) await sweepStaged(folder);
    for (const file of await readdir(directory.path)) {
      const name = file.endsWith('.dat') ? parseVolumeFileName(file.slice(0, -'.dat'.length)) : undefined;
      if (name === undefined || !(await isStub(directory, name))) continue;
      await removeFiles([dataPath(directory, name, '.dat'), ...possiblePaths(directory, name, '.idx')]);
      await syncDirectory(directory.path);
      events.shardsSwept(dataPath(directory, name, '.dat'), 'it has no records and its volume lies in shards');
    }
  }
}

/** To be done before shards are opened. */
export async function settleShards(context: EcStoreContext): Promise<void> {
  for (const directory of context.directories) {
    for (const set of await findShardSets(directory)) await settleInDirectory(context, directory, set);
  }
  for (const directory of context.directories) {
    for (const set of await findShardSets(directory)) await settleBesideOthers(context, directory, set);
  }
}

async function settleInDirectory(context: EcStoreContext, directory: EcDirectory, set: ShardSet): Promise<void> {
  const { name } = set;
  for (const shardId of set.emptyShards) await removeOldEmpty(context, shardPath(directory, name, shardId));
  const datBytes = (await sizeOf(dataPath(directory, name, '.dat'))) ?? 0;
  if (datBytes <= SUPERBLOCK_BYTES) return;
  const reason = await interruptedBeside(context, directory, set, datBytes);
  if (reason === undefined) return;
  await removeAllShardFiles(directory, name);
  context.events.shardsSwept(dataPath(directory, name, INDEX_EXTENSION), reason);
}

async function interruptedBeside(
  { directories }: EcStoreContext,
  directory: EcDirectory,
  set: ShardSet,
  datBytes: number,
): Promise<string | undefined> {
  if (set.shards.size === 0) return undefined;
  const indexes = await Promise.all(directories.map((each) => findIndexIn(each, set.name)));
  if (indexes.every((index) => index === undefined)) return 'shards without an index beside their volume';
  const ratio = shardRatioOf((await readInfoIn(directory, set.name))?.ecShardConfig);
  const sizes = new Set(set.shards.values());
  const [bytes] = sizes;
  if (sizes.size > 1 || bytes === undefined) return undefined;
  return bytes < layoutOfVolume(datBytes, ratio).shardBytes
    ? 'shards smaller than those of the volume beside them'
    : undefined;
}

async function settleBesideOthers(context: EcStoreContext, directory: EcDirectory, set: ShardSet): Promise<void> {
  if (set.shards.size === 0) return;
  const { name } = set;
  if (await isLeftOfVolumeElsewhere(context, directory, set)) {
    await removeAllShardFiles(directory, name);
    context.events.shardsSwept(dataPath(directory, name, INDEX_EXTENSION), 'its volume is whole on another disk');
    return;
  }
  if ((await findIndexIn(directory, name)) !== undefined) return;
  for (const other of context.directories) {
    const index = other === directory ? undefined : await findIndexIn(other, name);
    if (index === undefined || (await sizeOf(index)) === 0) continue;
    await copySharedFiles(other, directory, name);
    return;
  }
}

/** Too few shards to be a volume, on the whole server, while the very volume that was encoded is there. */
async function isLeftOfVolumeElsewhere(
  { directories }: EcStoreContext,
  directory: EcDirectory,
  { name, hasIndex }: ShardSet,
): Promise<boolean> {
  if (!hasIndex) return false;
  const { ratio, datFileBytes } = toEncodedInfo(await readInfoIn(directory, name));
  if (datFileBytes === 0) return false;
  const shardIds = new Set<number>();
  let isWhole = false;
  for (const other of directories) {
    for (const set of await findShardSets(other)) {
      if (formatVolumeFileName(set.name) !== formatVolumeFileName(name)) continue;
      for (const shardId of set.shards.keys()) shardIds.add(shardId);
    }
    if (other !== directory && (await sizeOf(dataPath(other, name, '.dat'))) === datFileBytes) isWhole = true;
  }
  return isWhole && shardIds.size < ratio.dataShards;
}

/** So that each disk can serve its shards alone. What is there already may know of later deletions and stays. */
async function copySharedFiles(from: EcDirectory, to: EcDirectory, name: VolumeFileName): Promise<void> {
  for (const extension of [INFO_EXTENSION, JOURNAL_EXTENSION, INDEX_EXTENSION]) {
    const target = homePath(to, name, extension);
    if ((await sizeOf(target)) !== undefined) continue;
    for (const source of possiblePaths(from, name, extension)) {
      if ((await sizeOf(source)) === undefined) continue;
      await copyFile(source, target + STAGED_SUFFIX);
      await syncFile(target + STAGED_SUFFIX);
      await rename(target + STAGED_SUFFIX, target);
      await syncDirectory(dirname(target));
      break;
    }
  }
}

async function isStub(directory: EcDirectory, name: VolumeFileName): Promise<boolean> {
  const bytes = await sizeOf(dataPath(directory, name, '.dat'));
  if (bytes === undefined || bytes > SUPERBLOCK_BYTES) return false;
  return (await readInfoIn(directory, name))?.ecShardConfig !== undefined;
}

async function removeOldEmpty({ nowMs, events }: EcStoreContext, path: string): Promise<void> {
  const stats = await stat(path);
  if (stats.size > 0 || nowMs() - stats.mtimeMs <= EMPTY_SHARD_AGE_MS) return;
  await removeFiles([path]);
  events.shardsSwept(path, 'a shard of no bytes');
}

async function sweepStaged(folder: string): Promise<void> {
  const staged = (await readdir(folder)).filter((file) => isStagedFile(file));
  await removeFiles(staged.map((file) => join(folder, file)));
}

/** Ours, or those of SeaweedFS; files of other programs are left alone. */
function isStagedFile(file: string): boolean {
  const whole = /^(.*?)(?:\.tmp|\.mirror\.tmp|\.rebuilding)$/.exec(file)?.[1];
  const split = whole === undefined ? undefined : splitFileName(whole.replace(/\.mirror$/, ''));
  if (split === undefined || parseVolumeFileName(split.base) === undefined) return false;
  return isShardFile(split.extension) || ['.dat', '.idx', INFO_EXTENSION].includes(split.extension);
}
