import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first file called `name` that may be run, in PATH and then in the folders given. */
export function findExecutable(name: string, moreFolders: readonly string[] = []): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...moreFolders];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
