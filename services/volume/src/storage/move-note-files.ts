import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatVolumeFileName, parseVolumeFileName } from '@needlestack/needle-format';
import type { MoveNote, MoveNotes } from '../core/tiering/move-note.ts';
import type { PlacedVolume } from '../core/transfer/transfer-ports.ts';
import { toDiskError } from './files/disk-error.ts';
import { readFileIfThere, removeFiles, replaceFile, syncDirectory } from './files/durable-files.ts';

const EXTENSION = '.moving';

/** Notes as JSON files beside the data. */
export class MoveNoteFiles implements MoveNotes {
  readonly #directories: readonly string[];

  constructor(directories: readonly string[]) {
    this.#directories = directories;
  }

  async volumeIds(): Promise<readonly number[]> {
    const found: number[] = [];
    for (const path of this.#directories) {
      for (const file of await readdir(path)) {
        const name = file.endsWith(EXTENSION) ? parseVolumeFileName(file.slice(0, -EXTENSION.length)) : undefined;
        if (name !== undefined) found.push(name.volumeId);
      }
    }
    return found;
  }

  async read(volume: PlacedVolume): Promise<MoveNote | undefined> {
    const content = await readFileIfThere(pathOf(volume));
    return content === undefined ? undefined : decodeMoveNote(content.toString());
  }

  async save(volume: PlacedVolume, note: MoveNote): Promise<void> {
    try {
      await replaceFile(pathOf(volume), JSON.stringify(note));
    } catch (error) {
      throw toDiskError('the move of a volume cannot be noted', error);
    }
  }

  async remove(volume: PlacedVolume): Promise<void> {
    const path = pathOf(volume);
    await removeFiles([path]);
    await syncDirectory(dirname(path));
  }
}

/** Where the note of a volume lies. */
export function moveNotePath(directoryPath: string, fileName: string): string {
  return join(directoryPath, fileName + EXTENSION);
}

function pathOf({ volumeId, collection, directoryPath }: PlacedVolume): string {
  return moveNotePath(directoryPath, formatVolumeFileName({ volumeId, collection }));
}

/** Undefined for a file that is not one of ours. */
function decodeMoveNote(text: string): MoveNote | undefined {
  let found: Partial<Record<keyof MoveNote, unknown>>;
  try {
    found = JSON.parse(text) as Partial<Record<keyof MoveNote, unknown>>;
  } catch {
    return undefined;
  }
  const { backendType, backendId, key, keepsLocal, keepsRemote } = found ?? {};
  if (typeof backendType !== 'string' || typeof backendId !== 'string' || typeof key !== 'string') return undefined;
  if (typeof keepsLocal !== 'boolean' || typeof keepsRemote !== 'boolean') return undefined;
  return { backendType, backendId, key, keepsLocal, keepsRemote };
}
