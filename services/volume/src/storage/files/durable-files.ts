import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a file is called while it is written to replace another. */
export const REPLACEMENT_SUFFIX = '.tmp';

/** Makes creations, renames and removals in a directory survive a crash. */
export async function syncDirectory(path: string): Promise<void> {
  await withHandle(path, 'r', (handle) => handle.sync());
}

/** What a file holds is on stable storage when this settles. */
export async function syncFile(path: string): Promise<void> {
  await withHandle(path, 'r+', (handle) => handle.sync());
}

/** Writes a file so that after a crash it has either its old content or the new one. A failure leaves nothing beside it. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const staged = path + REPLACEMENT_SUFFIX;
  try {
    await withHandle(staged, 'w', async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(staged, path);
  } catch (error) {
    await rm(staged, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Removes files that may be missing. */
export async function removeFiles(paths: readonly string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

/** Gives a file a further name, unless there is no such file, or something has that name already. */
export async function linkIfNew(path: string, further: string): Promise<void> {
  try {
    await link(path, further);
  } catch (error) {
    const isThere = typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
    if (!isThere && !isMissingFile(error)) throw error;
  }
}

/** The content, or undefined when there is no such file. */
export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
  }
}

export function isMissingFile(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

async function withHandle(path: string, flags: string, use: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}
