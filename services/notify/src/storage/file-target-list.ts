/** A set of target ids in one file: a JSON list, replaced as a whole. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetList } from '../core/ports.ts';
import { systemCodeOf } from '../core/system-code.ts';
import { syncDirectory } from './entry-directory.ts';

/** @param name of the file, in the data directory of the service. */
export function createFileTargetList(directory: string, name: string): TargetList {
  const path = join(directory, name);
  return {
    load: async () => {
      const list = parseList(await readOrEmpty(path));
      if (list === undefined)
        throw new SyntaxError(`${path} holds no list of targets: restore it from a backup, or remove it`);
      return new Set(list.filter((id) => typeof id === 'string'));
    },
    save: async (targetIds) => {
      const file = await open(`${path}.tmp`, 'w', 0o600);
      await file.writeFile(JSON.stringify([...targetIds].sort()));
      await file.sync();
      await file.close();
      await rename(`${path}.tmp`, path);
      await syncDirectory(directory);
    },
  };
}

function parseList(text: string): readonly unknown[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return '[]';
    throw error;
  }
}
