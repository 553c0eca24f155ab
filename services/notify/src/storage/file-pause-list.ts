/** Which targets an operator paused: a JSON list of target ids, replaced as a whole. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PauseList } from '../core/ports.ts';
import { syncDirectory } from './entry-directory.ts';

export function createFilePauseList(directory: string): PauseList {
  const path = join(directory, 'paused.json');
  return {
    load: async () => {
      const list: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => '[]'));
      return new Set(Array.isArray(list) ? list.filter((id) => typeof id === 'string') : []);
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
