import { existsSync } from 'node:fs';
import { copyFile, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { formatVolumeFileName, type VolumeFileName } from '@needlestack/needle-format';
import { removeFiles, syncDirectory } from '../files/durable-files.ts';
import { STAGED_SUFFIX } from '../transfer/volume-arrival.ts';

/**
 * Moves an index file from beside its data to the directory for indexes, which may be another disk: copy, sync, rename, and only then is
 * the old one removed. While both are there the one beside the data counts, and they are the same.
 */
export async function moveIndex(dataPath: string, indexPath: string, name: VolumeFileName): Promise<boolean> {
  const file = `${formatVolumeFileName(name)}.idx`;
  const from = join(dataPath, file);
  if (dataPath === indexPath || !existsSync(from)) return false;
  const to = join(indexPath, file);
  const staged = `${to}${STAGED_SUFFIX}`;
  await copyFile(from, staged);
  const handle = await open(staged, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(staged, to);
  await syncDirectory(indexPath);
  await removeFiles([from]);
  await syncDirectory(dataPath);
  return true;
}
