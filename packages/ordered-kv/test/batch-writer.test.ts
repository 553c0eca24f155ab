/** What the writer does when its log or its tables fail at a moment that no real disk can be made to choose. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KvError } from '../src/kv-error.ts';
import { UNCOMMITTED_BYTES_MAX } from '../src/limits.ts';
import { BatchWriter } from '../src/lmdb/batch-writer.ts';
import { DecodedRows } from '../src/lmdb/decoded-rows.ts';
import { WriteLayer } from '../src/write-overlay.ts';

const NO_ROOM = Object.assign(new Error('no space left on device'), { code: 28 });

/** Tables that take a write when the test says so. */
class HeldTables {
  readonly #asked: PromiseWithResolvers<void>[] = [];
  #onAsked: (() => void) | undefined;

  readSequence(): number {
    return 0;
  }

  write(): Promise<void> {
    const write = Promise.withResolvers<void>();
    this.#asked.push(write);
    this.#onAsked?.();
    return write.promise;
  }

  /** The next write that was asked for. */
  async next(): Promise<PromiseWithResolvers<void>> {
    while (this.#asked.length === 0)
      await new Promise<void>((resolve) => {
        this.#onAsked = resolve;
      });
    return this.#asked.shift() ?? Promise.withResolvers<void>();
  }
}

let directory: string;
let tables: HeldTables;
let writer: BatchWriter;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-writer-'));
  tables = new HeldTables();
  writer = new BatchWriter({ directory, environment: tables, decodedRows: new DecodedRows(), isVolatile: true });
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Writes a row and takes the next number of a sequence; gives the number and, when it is known, the outcome. */
function put(
  key: string,
  valueBytes = 10,
): { readonly number: number; readonly outcome: Promise<KvError | undefined> } {
  const writes = new WriteLayer();
  writes.rows.set(key, Buffer.alloc(valueBytes));
  const number = writer.lastOf('numbers') + 1;
  const outcome = new Promise<KvError | undefined>((resolve) => {
    writer.enqueue({ writes, sequences: new Map([['numbers', number]]), bytesWritten: valueBytes }, resolve);
  });
  return { number, outcome };
}

test('no number is given out twice when the tables refuse while a batch is being logged', async () => {
  expect(await put('first').outcome).toBeUndefined();
  const refused = await tables.next();
  const second = put('second');
  // Once it is no longer in the open batch it is being logged.
  await new Promise((resolve) => setImmediate(resolve));
  refused.reject(NO_ROOM);
  await refused.promise.catch(() => undefined);
  await Promise.resolve();
  const third = put('third');
  expect([second.number, third.number]).toEqual([2, 3]);
  expect(await second.outcome).toBeUndefined();
  (await tables.next()).resolve();
  expect(await third.outcome).toBeUndefined();
  writer.close();
});

test('with more waiting than there is room for, a batch that comes makes the tables try again', async () => {
  expect(await put('large', UNCOMMITTED_BYTES_MAX + 1).outcome).toBeUndefined();
  expect(writer.isCrowded).toBe(true);
  (await tables.next()).reject(NO_ROOM);
  await expect(writer.tables()).rejects.toMatchObject({ code: 'unavailable' });
  expect(writer.isCrowded).toBe(false);
  const next = put('next');
  (await tables.next()).resolve();
  expect(await next.outcome).toBeUndefined();
  writer.close();
});

test('who waits for the tables is told when the log fails', async () => {
  expect(await put('first').outcome).toBeUndefined();
  const first = await tables.next();
  expect(await put('second').outcome).toBeUndefined();
  const waiting = writer.tables();
  // The log's files are gone from under it.
  writer.close();
  expect(await put('third').outcome).toMatchObject({ code: 'storage-failed' });
  first.resolve();
  await expect(waiting).rejects.toMatchObject({ code: 'storage-failed' });
});
