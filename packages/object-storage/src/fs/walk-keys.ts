import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareKeys } from '../byte-order.ts';
import { systemCode } from './fs-error.ts';
import { entryToKeyPart, prefixToDirectory } from './key-path.ts';

export interface FoundFile {
  readonly key: string;
  readonly path: string;
}

/** Every key with the prefix and after the given one, in the order of its bytes. Holds one directory at each depth in memory. */
export async function* walkKeys(root: string, prefix: string, after: string | undefined): AsyncGenerator<FoundFile> {
  const start = prefixToDirectory(prefix);
  yield* walkDirectory(join(root, start.path), start.keyPart, prefix, after);
}

async function* walkDirectory(
  path: string,
  keyPart: string,
  prefix: string,
  after: string | undefined,
): AsyncGenerator<FoundFile> {
  const entries = (await readEntries(path))
    .map((entry) => ({ entry, part: entryToKeyPart(entry.name, entry.isDirectory()) }))
    .flatMap(({ entry, part }) => (part === undefined ? [] : [{ entry, key: keyPart + part }]))
    // All keys of a directory begin with its name and the slash, so entries in order give keys in order.
    .sort((left, right) => compareKeys(left.key, right.key));
  for (const { entry, key } of entries) {
    const isDirectory = entry.isDirectory();
    if (isDirectory ? !key.startsWith(prefix) && !prefix.startsWith(key) : !key.startsWith(prefix)) continue;
    if (after !== undefined && compareKeys(key, after) <= 0 && !(isDirectory && after.startsWith(key))) continue;
    const entryPath = join(path, entry.name);
    if (isDirectory) yield* walkDirectory(entryPath, key, prefix, after);
    else yield { key, path: entryPath };
  }
}

async function readEntries(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
