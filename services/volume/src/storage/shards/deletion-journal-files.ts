import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { decodeJournal, encodeJournalEntry, JOURNAL_ENTRY_BYTES } from '@needlestack/erasure-coding';
import type { DeletionJournal, EcStep } from '../../core/shards/ec-ports.ts';
import { toDiskError } from '../files/disk-error.ts';
import { readFileIfThere, removeFiles, syncDirectory } from '../files/durable-files.ts';
import { call, callVoid, type FileSystem } from '../files/file-system.ts';
import { foldIntoIndex } from './shard-index-file.ts';

/*
 * Invariants
 * J1 An id is in `ids` only when it is on stable storage in every journal.
 * J2 A journal is removed only after its deletions are on stable storage in its index.
 * J3 One change at a time.
 */

/** A journal and the index that it belongs to. */
export interface JournalPlace {
  readonly journalPath: string;
  readonly indexPath: string;
}

interface OpenJournal extends JournalPlace {
  handle: number | undefined;
  /** Behind the last whole entry. */
  endBytes: number;
}

/** The `.ecj` files of one encoding on all disks of this server: what one of them says holds for all. */
export class DeletionJournalFiles implements DeletionJournal {
  readonly #files: FileSystem;
  readonly #declaredWidth: number;
  readonly #onStep: (step: EcStep) => void;
  readonly #journals: OpenJournal[] = [];
  readonly #ids = new Set<bigint>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(files: FileSystem, declaredWidth: number, onStep: (step: EcStep) => void) {
    this.#files = files;
    this.#declaredWidth = declaredWidth;
    this.#onStep = onStep;
  }

  get ids(): ReadonlySet<bigint> {
    return this.#ids;
  }

  /** Takes in a further journal. Nothing is done for one that is known. */
  add(place: JournalPlace): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#journals.some(({ journalPath }) => journalPath === place.journalPath)) return;
      const content = (await readFileIfThere(place.journalPath)) ?? Buffer.alloc(0);
      for (const id of decodeJournal(content)) this.#ids.add(id);
      const endBytes = content.length - (content.length % JOURNAL_ENTRY_BYTES);
      this.#journals.push({ ...place, handle: undefined, endBytes });
    });
  }

  append(ids: readonly bigint[]): Promise<void> {
    return this.#inTurn(async () => {
      const fresh = [...new Set(ids)].filter((id) => !this.#ids.has(id));
      if (fresh.length === 0) return;
      const entries = Buffer.concat(fresh.map(encodeJournalEntry));
      for (const journal of this.#journals) await this.#write(journal, entries);
      for (const id of fresh) this.#ids.add(id);
    });
  }

  fold(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#closeHandles();
      await foldJournals(this.#files, this.#journals, this.#ids, this.#declaredWidth, this.#onStep);
      for (const journal of this.#journals) journal.endBytes = 0;
    });
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#closeHandles());
  }

  async #write(journal: OpenJournal, entries: Buffer): Promise<void> {
    const isNew = journal.handle === undefined;
    const flags = constants.O_RDWR | constants.O_CREAT;
    journal.handle ??= await call<number>((done) => this.#files.open(journal.journalPath, flags, done));
    const { handle } = journal;
    try {
      await writeAll(this.#files, handle, entries, journal.endBytes);
      await callVoid((done) => this.#files.fdatasync(handle, done));
      if (isNew) await syncDirectory(dirname(journal.journalPath));
    } catch (error) {
      await callVoid((done) => this.#files.ftruncate(handle, journal.endBytes, done)).catch(() => undefined);
      throw toDiskError(`deletion cannot be journaled in ${journal.journalPath}`, error);
    }
    journal.endBytes += entries.length;
  }

  async #closeHandles(): Promise<void> {
    for (const journal of this.#journals) {
      const { handle } = journal;
      journal.handle = undefined;
      if (handle !== undefined) await callVoid((done) => this.#files.close(handle, done));
    }
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const outcome = this.#last.then(change);
    this.#last = outcome.catch(() => undefined);
    return outcome;
  }
}

/** Writes deletions into the indexes, then removes the journals. */
export async function foldJournals(
  files: FileSystem,
  places: readonly JournalPlace[],
  ids: ReadonlySet<bigint>,
  declaredWidth: number,
  onStep: (step: EcStep) => void,
): Promise<void> {
  try {
    if (ids.size > 0) for (const { indexPath } of places) await foldIntoIndex(files, indexPath, ids, declaredWidth);
  } catch (error) {
    throw toDiskError('deletions cannot be written into the index', error);
  }
  onStep('fold: index written');
  await removeFiles(places.map(({ journalPath }) => journalPath));
  for (const path of new Set(places.map(({ journalPath }) => dirname(journalPath)))) await syncDirectory(path);
  onStep('fold: journal removed');
}

async function writeAll(files: FileSystem, handle: number, bytes: Uint8Array, offsetBytes: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const rest = bytes.subarray(written);
    written += await call<number>((done) => files.write(handle, rest, offsetBytes + written, done));
  }
}
