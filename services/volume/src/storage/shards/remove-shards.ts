import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseShardExtension } from '@needlestack/erasure-coding';
import { formatVolumeFileName, type VolumeFileName } from '@needlestack/needle-format';
import { removeFiles, syncDirectory } from '../files/durable-files.ts';
import {
  CHECKSUM_EXTENSION,
  dataPath,
  type EcDirectory,
  INDEX_EXTENSION,
  INFO_EXTENSION,
  JOURNAL_EXTENSION,
  possiblePaths,
  STAGED_SUFFIX,
  shardPath,
} from './ec-paths.ts';
import type { EcStoreContext } from './ec-store-context.ts';
import { findShardSet, sizeOf } from './find-shards.ts';

/** Removes some shards. With the last of the volume on this server go the files that all of them share. */
export async function removeShards(
  { directories, onStep }: EcStoreContext,
  name: VolumeFileName,
  shardIds: readonly number[],
): Promise<void> {
  let shardsLeft = 0;
  for (const directory of directories) {
    const before = await findShardSet(directory, name);
    const present = [...before.shards.keys(), ...before.emptyShards];
    const doomed = present.filter((shardId) => shardIds.includes(shardId));
    await removeFiles(doomed.map((shardId) => shardPath(directory, name, shardId)));
    if (doomed.length > 0) {
      await syncDirectory(directory.path);
      if (doomed.length === present.length) await removeChecksumFiles(directory, name);
    }
    shardsLeft += present.length - doomed.length;
  }
  onStep('delete: shards removed');
  if (shardsLeft > 0) return;
  for (const directory of directories) await removeSharedFiles(directory, name);
  onStep('delete: index removed');
}

/** Removes everything that belongs to shards of a volume, the index first: shards without one are never mounted. */
export async function removeAllShardFiles(directory: EcDirectory, name: VolumeFileName): Promise<void> {
  await removeIndexFiles(directory, name);
  await syncDirectory(directory.indexPath);
  const base = formatVolumeFileName(name);
  const doomed = (await readdir(directory.path)).filter((file) => {
    if (!file.startsWith(`${base}.`)) return false;
    const extension = file.slice(base.length).replace(new RegExp(`\\${STAGED_SUFFIX}$`), '');
    return parseShardExtension(extension) !== undefined || extension.startsWith(CHECKSUM_EXTENSION);
  });
  await removeFiles(doomed.map((file) => join(directory.path, file)));
  await removeChecksumFiles(directory, name);
  await syncDirectory(directory.path);
}

/** The same with the info file, unless it is that of a plain volume. */
export async function tearDownShards(directory: EcDirectory, name: VolumeFileName): Promise<void> {
  await removeAllShardFiles(directory, name);
  await removeInfoOfNobody(directory, name);
}

async function removeSharedFiles(directory: EcDirectory, name: VolumeFileName): Promise<void> {
  await removeIndexFiles(directory, name);
  await removeInfoOfNobody(directory, name);
  await syncDirectory(directory.indexPath);
  await syncDirectory(directory.path);
}

async function removeIndexFiles(directory: EcDirectory, name: VolumeFileName): Promise<void> {
  await removeFiles([
    ...possiblePaths(directory, name, INDEX_EXTENSION),
    ...possiblePaths(directory, name, JOURNAL_EXTENSION),
  ]);
}

async function removeInfoOfNobody(directory: EcDirectory, name: VolumeFileName): Promise<void> {
  const plain = [...possiblePaths(directory, name, '.idx'), dataPath(directory, name, '.dat')];
  for (const path of plain) if ((await sizeOf(path)) !== undefined) return;
  await removeFiles(possiblePaths(directory, name, INFO_EXTENSION));
}

/** `.ecsum`, and `.ecsum.v1` and so on, which belong to later generations. */
export async function removeChecksumFiles(directory: EcDirectory, name: VolumeFileName): Promise<void> {
  const prefix = formatVolumeFileName(name) + CHECKSUM_EXTENSION;
  for (const folder of new Set([directory.path, directory.indexPath])) {
    const doomed = (await readdir(folder)).filter((file) => file === prefix || file.startsWith(`${prefix}.`));
    await removeFiles(doomed.map((file) => join(folder, file)));
  }
}
