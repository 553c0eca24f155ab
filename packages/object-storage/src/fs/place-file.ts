import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CREATE_RACES_MAX } from '../limits.ts';
import { systemCode } from './fs-error.ts';
import { TEMPORARY_DIRECTORY } from './key-path.ts';

/**
 * Files that are there whole or not at all, and stay after a power cut:
 *
 * - P1 bytes go to a temporary file, which is synced before it gets its name;
 * - P2 the name is given in one step: by rename, or by link where nothing may be replaced;
 * - P3 the directory is synced after it, and so is every directory above that had to be made.
 */

/** A new file in the storage's temporary directory, synced. Resolves with its path. */
export async function writeTemporary(
  root: string,
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<string> {
  const path = join(root, TEMPORARY_DIRECTORY, randomUUID());
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx');
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return path;
}

/** Gives a temporary file its name, replacing what has it. */
export async function placeFile(root: string, temporary: string, path: string): Promise<void> {
  await withDirectory(root, path, () => rename(temporary, path));
}

/** Gives a temporary file its name. @throws EEXIST when another file has it */
export async function placeNewFile(root: string, temporary: string, path: string): Promise<void> {
  await withDirectory(root, path, () => link(temporary, path));
  await rm(temporary, { force: true });
}

/** Removes a file, and the directories that become empty by it. A missing one is no error. */
export async function removeFile(root: string, path: string): Promise<void> {
  try {
    await rm(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return;
    throw error;
  }
  let directory = dirname(path);
  await syncDirectory(directory);
  while (directory !== root && directory.startsWith(root)) {
    try {
      await rmdir(directory);
    } catch {
      return;
    }
    directory = dirname(directory);
  }
}

/** The directory may be removed as empty between its making and its use; then both are done again. */
async function withDirectory(root: string, path: string, place: () => Promise<void>): Promise<void> {
  for (let races = 0; ; races += 1) {
    const made = await mkdir(dirname(path), { recursive: true });
    try {
      await place();
    } catch (error) {
      if (systemCode(error) === 'ENOENT' && races < CREATE_RACES_MAX) continue;
      throw error;
    }
    await syncUpTo(dirname(path), made === undefined ? dirname(path) : dirname(made), root);
    return;
  }
}

async function syncUpTo(from: string, last: string, root: string): Promise<void> {
  for (let directory = from; ; directory = dirname(directory)) {
    await syncDirectory(directory);
    if (directory === last || directory === root || directory === dirname(directory)) return;
  }
}

async function syncDirectory(path: string): Promise<void> {
  try {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    // Removed as empty by another call meanwhile: there is nothing left to keep.
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
