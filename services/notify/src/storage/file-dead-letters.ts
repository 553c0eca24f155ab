/** Dead letters as RQP1 files with a `failure` in their metadata, in `failed/` below the directory of the target's queue. */
import { join } from 'node:path';
import type { Clock, DeadLetter, DeadLetterStore } from '../core/ports.ts';
import { DeadLetterIndex } from './dead-letter-index.ts';
import { letterToRecord, recordToLetter } from './dead-letter-record.ts';
import { EntryDirectory, FAILED_DIRECTORY } from './entry-directory.ts';
import { EntryNameSource } from './entry-name-source.ts';

export interface FileDeadLettersOptions {
  /** Directory of the target; letters lie in `failed/` below it. */
  readonly path: string;
  readonly isCompressing: boolean;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Buffer;
}

/** Entries that were moved there because they are damaged are moved one level further down and are no letters. */
export async function openFileDeadLetters(options: FileDeadLettersOptions): Promise<DeadLetterStore> {
  const directory = new EntryDirectory(join(options.path, FAILED_DIRECTORY), options.isCompressing);
  const names = await directory.open();
  const index = new DeadLetterIndex<string>();
  for (const name of names) {
    const record = await directory.read(name);
    if (record === undefined) continue;
    const replaced = index.put(record.entry, name);
    if (replaced !== undefined) await directory.remove(replaced);
  }
  const nameSource = new EntryNameSource(options.clock, options.randomBytes, names.at(-1));

  const readLetter = async (eventId: string): Promise<DeadLetter | undefined> => {
    const name = index.get(eventId);
    const record = name === undefined ? undefined : await directory.read(name);
    return record === undefined ? undefined : recordToLetter(record);
  };

  return {
    add: async (letter) => {
      const [name] = await directory.store([{ id: nameSource.next(), record: letterToRecord(letter) }]);
      const replaced = name === undefined ? undefined : index.put(letter.entry, name);
      if (replaced !== undefined) await directory.remove(replaced);
    },
    remove: async (eventId) => {
      const name = index.get(eventId);
      if (name === undefined) return;
      await directory.remove(name);
      index.delete(eventId);
    },
    get: readLetter,
    list: async ({ afterSeq, max }) => {
      const letters = await Promise.all(index.idsAfter(afterSeq, max).map(readLetter));
      return letters.filter((letter) => letter !== undefined);
    },
    idsOfPath: (path) => index.idsOfPath(path),
    count: () => index.size,
    close: () => Promise.resolve(),
  };
}
