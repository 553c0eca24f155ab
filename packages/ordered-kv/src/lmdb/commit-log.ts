/**
 * The log in front of the tables: a batch is durable when its record is in here, which takes one sequential write, where the tables take a
 * page for each row and two syncs. The tables get what the log holds later, many batches at once.
 *
 * Two files. Records go to one of them while the tables take what the other holds; then they change places, and the file is written from its
 * start again, over blocks that it has: such a write needs no change of the file system's own records, and half the time.
 *
 * Invariants
 * - One record at a time. A record is written only when the one before it is durable, so only the newest can be torn.
 * - Numbers rise by one from record to record, through both files, and the records of one round through a file share a random number. What
 *   breaks the row is left over from an earlier round.
 * - A file is written from its start only when the tables have all that it holds, durably.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readFileSync, write } from 'node:fs';
import { join } from 'node:path';
import { KvError } from '../kv-error.ts';
import { type CommitRecord, CommitRecordEncoder, decodeCommitRecord } from './commit-record.ts';

const FILE_NAMES = ['commits-0.log', 'commits-1.log'] as const;
/** What a file may keep of its length when it is written from its start. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

interface LogFile {
  readonly handle: number;
  lengthBytes: number;
}

export interface CommitLogSettings {
  /** Nothing is synced. */
  readonly isVolatile?: boolean | undefined;
}

export class CommitLog {
  readonly #files: readonly [LogFile, LogFile];
  readonly #encoder = new CommitRecordEncoder();
  #found: readonly CommitRecord[];
  #active = 0;
  #offset = 0;
  #round = newRound();
  #lastNumber: number;

  /** `appliedNumber`: the last record that the tables have. KvError `damaged` when records behind it are missing. */
  constructor(directory: string, appliedNumber: number, { isVolatile = false }: CommitLogSettings = {}) {
    const flags = constants.O_RDWR | constants.O_CREAT | (isVolatile ? 0 : constants.O_DSYNC);
    const contents: Buffer[] = [];
    const files = FILE_NAMES.map((name) => {
      const path = join(directory, name);
      const handle = openSync(path, flags, 0o600);
      const content = readFileSync(path);
      contents.push(content);
      return { handle, lengthBytes: content.length };
    });
    this.#files = files as unknown as [LogFile, LogFile];
    if (!isVolatile) syncDirectory(directory);
    this.#found = findRecords(contents, appliedNumber, directory);
    this.#lastNumber = this.#found.at(-1)?.number ?? appliedNumber;
  }

  /** Records that the tables do not have, oldest first, as they were found when the log was opened. Given once. */
  takeFound(): readonly CommitRecord[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Number of the last record that is durable. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** Calls back when the record of a batch is durable, or with the system's error: then the next record takes its place. */
  append({ rows, sequences }: Pick<CommitRecord, 'rows' | 'sequences'>, done: (error?: Error) => void): void {
    const record = this.#encoder.encode({ number: this.#lastNumber + 1, round: this.#round, rows, sequences });
    const file = this.#files[this.#active === 0 ? 0 : 1];
    const offset = this.#offset;
    const writeFrom = (from: number): void => {
      write(file.handle, record, from, record.length - from, offset + from, (error, written) => {
        if (error !== null) return done(error);
        // A disk that fills up takes a part first; the next call then says why.
        if (from + written < record.length) return writeFrom(from + written);
        this.#offset = offset + record.length;
        this.#lastNumber += 1;
        file.lengthBytes = Math.max(file.lengthBytes, this.#offset);
        done();
      });
    };
    writeFrom(0);
  }

  /** The next record begins the other file. Only when nothing is being written, and the tables have what the other file holds. */
  changeFiles(): void {
    this.#active = 1 - this.#active;
    this.#offset = 0;
    this.#round = newRound();
    const file = this.#files[this.#active === 0 ? 0 : 1];
    if (file.lengthBytes <= KEPT_BYTES_MAX) return;
    ftruncateSync(file.handle, KEPT_BYTES_MAX);
    file.lengthBytes = KEPT_BYTES_MAX;
  }

  /** `isApplied`: the tables have all of it, so nothing is left behind that could be taken for records of another store. */
  close(isApplied: boolean): void {
    for (const { handle } of this.#files) {
      if (isApplied) ftruncateSync(handle);
      closeSync(handle);
    }
  }
}

const newRound = (): bigint => randomBytes(8).readBigUInt64BE();

function readRun(log: Buffer): CommitRecord[] {
  const run: CommitRecord[] = [];
  for (let next = decodeCommitRecord(log, 0); next !== undefined; next = decodeCommitRecord(log, next.end)) {
    const before = run.at(-1);
    if (before !== undefined && (next.commit.number !== before.number + 1 || next.commit.round !== before.round)) break;
    run.push(next.commit);
  }
  return run;
}

/** What both files hold behind `appliedNumber`, in order. */
function findRecords(contents: readonly Buffer[], appliedNumber: number, directory: string): CommitRecord[] {
  const runs = contents.map(readRun).filter((run) => (run.at(-1)?.number ?? 0) > appliedNumber);
  runs.sort((a, b) => (a[0]?.number ?? 0) - (b[0]?.number ?? 0));
  const found = runs.flat().filter(({ number }) => number > appliedNumber);
  found.forEach(({ number }, index) => {
    const expected = appliedNumber + 1 + index;
    if (number !== expected)
      throw new KvError(
        'damaged',
        `the commit log in ${directory} lacks batch ${expected}, it goes on with ${number}: restore the directory as a whole, from one backup`,
      );
  });
  return found;
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
