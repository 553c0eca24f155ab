/**
 * Entries as files of one directory: what the queue and the dead letters have in common.
 *
 * - E1 A file under its final name is whole and on stable storage: it is written as `.tmp`, synced, renamed, then the directory is synced once
 *   for the group.
 * - E2 Names of other programs are left alone; `.tmp` and empty files are what a crash left, and go at opening.
 * - E3 A file that cannot be decoded is moved to `failed/`, never deleted.
 */
import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { QUEUE_FILES_IN_FLIGHT_MAX } from '../core/limits.ts';
import { systemCodeOf } from '../core/system-code.ts';
import { COMPRESSED_SUFFIX, compressEntry, expandEntry } from './entry-compression.ts';
import { forEachBounded } from './for-each-bounded.ts';
import { decodeRqp1, encodeRqp1, Rqp1Error, type Rqp1Record } from './rqp1-entry.ts';

/** Where damaged entries and dead letters lie, below the directory of a queue. */
export const FAILED_DIRECTORY = 'failed';

const TEMPORARY_SUFFIX = '.tmp';
/** `.nqs` is an older spelling of `.event`; a batch has `<n>_` or `<n>:` in front. */
const ENTRY_NAME = /^(?:\d+[_:])?[0-9a-fA-F-]{36}\.(?:event|nqs)(?:\.snappy)?$/;

export interface NamedRecord {
  readonly name: string;
  readonly record: Rqp1Record;
}

export class EntryDirectory {
  readonly path: string;
  readonly #isCompressing: boolean;

  constructor(path: string, isCompressing: boolean) {
    this.path = path;
    this.#isCompressing = isCompressing;
  }

  /** Makes the directory, removes what a crash left, and returns the names of the entries in order. */
  async open(): Promise<readonly string[]> {
    await mkdir(join(this.path, FAILED_DIRECTORY), { recursive: true });
    const entries: string[] = [];
    await forEachBounded(await readdir(this.path), QUEUE_FILES_IN_FLIGHT_MAX, async (name) => {
      if (name.endsWith(TEMPORARY_SUFFIX)) await unlink(join(this.path, name));
      else if (!ENTRY_NAME.test(name)) return;
      else if ((await stat(join(this.path, name))).size === 0) await unlink(join(this.path, name));
      else entries.push(name);
    });
    return entries.sort();
  }

  /** Stores records under `<id>.event[.snappy]`; when it resolves, all are on stable storage. Returns their names. */
  async store(records: readonly { readonly id: string; readonly record: Rqp1Record }[]): Promise<readonly string[]> {
    const suffix = `.event${this.#isCompressing ? COMPRESSED_SUFFIX : ''}`;
    await forEachBounded(records, QUEUE_FILES_IN_FLIGHT_MAX, async ({ id, record }) => {
      const bytes = encodeRqp1(record);
      await this.#writeSynced(`${id}${suffix}`, this.#isCompressing ? compressEntry(bytes) : bytes);
    });
    await syncDirectory(this.path);
    return records.map(({ id }) => `${id}${suffix}`);
  }

  /** Undefined when the file is gone, or is damaged and was moved to `failed/`. */
  async read(name: string): Promise<Rqp1Record | undefined> {
    try {
      const stored = await readFile(join(this.path, name));
      return decodeRqp1(expandEntry(stored, name.endsWith(COMPRESSED_SUFFIX)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      if (!(error instanceof Rqp1Error)) throw error;
      await rename(join(this.path, name), join(this.path, FAILED_DIRECTORY, name));
      return undefined;
    }
  }

  /** A file that is gone already is no error. Not synced: a crash may bring the entry back, which is a harmless repeat. */
  async remove(name: string): Promise<void> {
    try {
      await unlink(join(this.path, name));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  async #writeSynced(name: string, bytes: Buffer): Promise<void> {
    const temporary = join(this.path, name + TEMPORARY_SUFFIX);
    try {
      const file = await open(temporary, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, join(this.path, name));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  }
}

/** Makes renames and new names of a directory permanent. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function isMissing(error: unknown): boolean {
  return systemCodeOf(error) === 'ENOENT';
}
