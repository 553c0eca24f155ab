/** What a crash, another program or a bad disk can leave in the directory of a queue. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileDeadLetters } from '../src/storage/file-dead-letters.ts';
import { openFileQueue } from '../src/storage/file-queue.ts';
import { systemClock } from '../src/system-clock.ts';
import { eventually } from './support/eventually.ts';
import { makeEntry } from './support/make-entry.ts';
import { temporaryDirectories } from './support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const open = (path: string, isCompressing = true) =>
  openFileQueue({ path, entriesMax: 100, isCompressing, clock: systemClock, randomBytes });
const filesOf = (path: string) => readdirSync(path).filter((name) => name !== 'failed');

test('files have the names and the content of the format', async () => {
  const path = makeDirectory();
  await (await open(path)).append([makeEntry(1)]);
  await (await open(path, false)).append([makeEntry(2)]);
  const [compressed = '', plain = ''] = filesOf(path).sort();
  expect(compressed).toMatch(/^[0-9a-f-]{36}\.event\.snappy$/);
  expect(plain).toMatch(/^[0-9a-f-]{36}\.event$/);
  expect(readFileSync(join(path, plain)).toString('latin1', 0, 4)).toBe('RQP1');
});

test('half-written and empty files go, foreign names stay, order is by name over both suffixes', async () => {
  const path = makeDirectory();
  await (await open(path)).append([makeEntry(1, 'k')]);
  await (await open(path, false)).append([makeEntry(2, 'k')]);
  await (await open(path)).append([makeEntry(3, 'k')]);
  writeFileSync(join(path, '01900000-0000-7000-8000-000000000000.event.snappy.tmp'), 'half');
  writeFileSync(join(path, '01900000-0000-7000-8000-000000000001.event'), '');
  writeFileSync(join(path, 'notes.txt'), 'mine');
  const queue = await open(path);
  expect(queue.depth()).toBe(3);
  expect(filesOf(path)).toHaveLength(4);
  const seen: bigint[] = [];
  const stop = new AbortController();
  const lanes = Array.from({ length: 16 }, (_, lane) =>
    queue.consume(
      lane,
      async ({ seq }) => {
        seen.push(seq);
      },
      stop.signal,
    ),
  );
  await eventually(() => queue.depth() === 0, 'all handled');
  stop.abort();
  await Promise.all(lanes);
  expect(seen).toEqual([1n, 2n, 3n]);
  expect(filesOf(path)).toEqual(['notes.txt']);
});

test('a torn entry goes to failed/, and is neither delivered nor a dead letter', async () => {
  const path = makeDirectory();
  await (await open(path)).append([makeEntry(1), makeEntry(2)]);
  const [torn = ''] = filesOf(path).sort();
  truncateSync(join(path, torn), 20);
  const queue = await open(path);
  expect(queue.depth()).toBe(1);
  expect(readdirSync(join(path, 'failed'))).toEqual([torn]);
  const letters = await openFileDeadLetters({ path, isCompressing: true, clock: systemClock, randomBytes });
  expect(letters.count()).toBe(0);
  expect(readdirSync(join(path, 'failed', 'failed'))).toEqual([torn]);
});

test('an entry that is torn while it waits does not block its lane', async () => {
  const path = makeDirectory();
  await (await open(path)).append([makeEntry(1, 'k'), makeEntry(2, 'k')]);
  const queue = await open(path);
  const [torn = ''] = filesOf(path).sort();
  truncateSync(join(path, torn), 20);
  const seen: bigint[] = [];
  const stop = new AbortController();
  const lanes = Array.from({ length: 16 }, (_, lane) =>
    queue.consume(
      lane,
      async ({ seq }) => {
        seen.push(seq);
      },
      stop.signal,
    ),
  );
  await eventually(() => queue.depth() === 0, 'both gone');
  stop.abort();
  await Promise.all(lanes);
  expect(seen).toEqual([2n]);
});

test('storing that fails leaves the queue as it was', async () => {
  const path = makeDirectory();
  const queue = await open(path);
  await queue.append([makeEntry(1)]);
  // A directory stands where every name's temporary file would: the write fails like a full disk does.
  const blocked = await openFileQueue({
    path,
    entriesMax: 100,
    isCompressing: true,
    clock: { ...systemClock, nowMs: () => 1 },
    randomBytes: (count) => Buffer.alloc(count),
  });
  const { EntryNameSource } = await import('../src/storage/entry-name-source.ts');
  const floor = filesOf(path).sort().at(-1);
  const next = new EntryNameSource({ nowMs: () => 1 }, (count) => Buffer.alloc(count), floor).next();
  mkdirSync(join(path, `${next}.event.snappy.tmp`));
  await expect(blocked.append([makeEntry(2)])).rejects.toMatchObject({ code: 'EISDIR' });
  expect(blocked.depth()).toBe(1);
  expect(await blocked.append([makeEntry(2)])).toBe(1);
  expect(blocked.depth()).toBe(2);
});
