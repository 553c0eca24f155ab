import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseShardExtension } from '@needlestack/erasure-coding';
import { formatVolumeFileName, parseVolumeFileName, type VolumeFileName } from '@needlestack/needle-format';
import { isMissingFile } from '../files/durable-files.ts';
import { type EcDirectory, INDEX_EXTENSION, JOURNAL_EXTENSION, possiblePaths, splitFileName } from './ec-paths.ts';

/** The files of one volume in one directory that have to do with shards. */
export interface ShardSet {
  readonly name: VolumeFileName;
  /** Sizes by shard, empty files left out. */
  readonly shards: ReadonlyMap<number, number>;
  /** Shards of no bytes: what a failed operation leaves. */
  readonly emptyShards: readonly number[];
  readonly hasIndex: boolean;
  readonly hasJournal: boolean;
}

/** Every volume of which a directory holds a shard, an index or a journal. */
export async function findShardSets(directory: EcDirectory): Promise<readonly ShardSet[]> {
  const sets = new Map<string, { name: VolumeFileName; extensions: Set<string> }>();
  for (const folder of new Set([directory.path, directory.indexPath])) {
    for (const file of await readdir(folder)) {
      const split = splitFileName(file);
      const name = split === undefined ? undefined : parseVolumeFileName(split.base);
      if (split === undefined || name === undefined || !countsAs(split.extension, folder === directory.path)) continue;
      const set = sets.get(split.base) ?? { name, extensions: new Set<string>() };
      sets.set(split.base, set);
      set.extensions.add(split.extension);
    }
  }
  return Promise.all([...sets.values()].map(({ name, extensions }) => describe(directory, name, extensions)));
}

/** What a directory holds of one volume. */
export async function findShardSet(directory: EcDirectory, name: VolumeFileName): Promise<ShardSet> {
  const base = formatVolumeFileName(name);
  const found = (await findShardSets(directory)).find((set) => formatVolumeFileName(set.name) === base);
  return found ?? { name, shards: new Map(), emptyShards: [], hasIndex: false, hasJournal: false };
}

/**
 * The index of a volume in a directory: the one beside the data, then the one in the index directory, and one with rows before one of
 * no bytes, which a failed copy leaves and which also is what a volume without live needles has.
 */
export async function findIndexIn(directory: EcDirectory, name: VolumeFileName): Promise<string | undefined> {
  let empty: string | undefined;
  for (const path of possiblePaths(directory, name, INDEX_EXTENSION)) {
    const bytes = await sizeOf(path);
    if (bytes !== undefined && bytes > 0) return path;
    if (bytes === 0) empty ??= path;
  }
  return empty;
}

/** The size of a file; undefined when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? stats.size : undefined;
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

/** Shards count only where the data is. */
function countsAs(extension: string, isDataFolder: boolean): boolean {
  if (extension === INDEX_EXTENSION || extension === JOURNAL_EXTENSION) return true;
  return isDataFolder && parseShardExtension(extension) !== undefined;
}

async function describe(
  directory: EcDirectory,
  name: VolumeFileName,
  extensions: ReadonlySet<string>,
): Promise<ShardSet> {
  const shards = new Map<number, number>();
  const emptyShards: number[] = [];
  for (const extension of [...extensions].sort()) {
    const shardId = parseShardExtension(extension);
    if (shardId === undefined) continue;
    const bytes = await sizeOf(join(directory.path, formatVolumeFileName(name) + extension));
    if (bytes === 0) emptyShards.push(shardId);
    else if (bytes !== undefined) shards.set(shardId, bytes);
  }
  return {
    name,
    shards,
    emptyShards,
    hasIndex: extensions.has(INDEX_EXTENSION),
    hasJournal: extensions.has(JOURNAL_EXTENSION),
  };
}
