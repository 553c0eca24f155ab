/** The log in front of the tables: what a kill leaves in it, and what else may be found there. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OrderedKv, openLmdbKv } from '../src/index.ts';
import { CommitLog } from '../src/lmdb/commit-log.ts';
import { CommitRecordEncoder } from '../src/lmdb/commit-record.ts';

let base: string;
let directory: string;
const LOGS = ['commits-0.log', 'commits-1.log'] as const;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'needlestack-kv-log-'));
  directory = join(base, 'store');
});
afterEach(() => rmSync(base, { recursive: true }));

const put = (kv: OrderedKv, key: string, value: string): Promise<number> =>
  kv.transact(function* (tx) {
    tx.put(Buffer.from(key), Buffer.from(value));
    return yield* tx.nextSequence('puts');
  });

const readAll = (kv: OrderedKv): Promise<Record<string, string>> =>
  kv.read(function* (tx) {
    const page = yield* tx.scan({ start: Buffer.of(0), end: Buffer.of(255), limit: 100_000 });
    return Object.fromEntries(page.rows.map(([key, value]) => [key.toString(), value.toString()]));
  });

/** The directory as a kill would leave it now. */
function copyAsAfterKill(): string {
  const copy = mkdtempSync(join(base, 'killed-'));
  cpSync(directory, copy, { recursive: true });
  rmSync(join(copy, 'owner.lock'), { force: true });
  return copy;
}

async function logOf(count: number, at = directory): Promise<Buffer> {
  const kv = openLmdbKv({ directory: at });
  for (let i = 0; i < count; i += 1) await put(kv, `key ${i}`, `value ${i}`);
  const log = readFileSync(join(at, LOGS[0]));
  await kv.close();
  return log;
}

test('what was acknowledged and is not in the tables yet is there after a kill, sequences too', async () => {
  const kv = openLmdbKv({ directory });
  const expected: Record<string, string> = {};
  for (let i = 0; i < 40; i += 1) {
    expected[`key ${i % 30}`] = `value ${i}`;
    await put(kv, `key ${i % 30}`, `value ${i}`);
    if (i % 10 !== 9) continue;
    const killed = openLmdbKv({ directory: copyAsAfterKill() });
    expect(await readAll(killed)).toEqual(expected);
    expect(await put(killed, 'later', 'value')).toBe(i + 2);
    await killed.close();
  }
  await kv.close();
});

test('a kill while what was found is still on its way into the tables loses nothing', async () => {
  const kv = openLmdbKv({ directory });
  await put(kv, 'first', '1');
  let at = copyAsAfterKill();
  await kv.close();
  for (let round = 0; round < 3; round += 1) {
    directory = at;
    const again = openLmdbKv({ directory });
    at = copyAsAfterKill();
    await again.close();
  }
  const last = openLmdbKv({ directory: at });
  expect(await readAll(last)).toEqual({ first: '1' });
  await last.close();
});

test('the record that was being written is left out when it is torn, and its place is used again', async () => {
  const log = await logOf(3);
  const lengths: number[] = [];
  for (let at = 0; log.toString('latin1', at, at + 4) === 'NSCL'; at += log.readUInt32BE(at + 4)) lengths.push(at);
  expect(lengths).toHaveLength(3);
  const torn = join(base, 'torn');
  await openLmdbKv({ directory: torn }).close();
  writeFileSync(join(torn, LOGS[0]), log.subarray(0, (lengths[2] ?? 0) + 50));
  let kv = openLmdbKv({ directory: torn });
  expect(await readAll(kv)).toEqual({ 'key 0': 'value 0', 'key 1': 'value 1' });
  expect(await put(kv, 'next', 'value')).toBe(3);
  await kv.close();
  kv = openLmdbKv({ directory: torn });
  expect(Object.keys(await readAll(kv))).toEqual(['key 0', 'key 1', 'next']);
  await kv.close();
});

test('a clean end leaves nothing in the log', async () => {
  await logOf(5);
  for (const name of LOGS) expect(statSync(join(directory, name)).size).toBe(0);
});

test('what is left of an earlier round, or looks like a record, is not taken for one', () => {
  const encoder = new CommitRecordEncoder();
  const record = (number: number, round: bigint): Buffer =>
    Buffer.from(
      encoder.encode({ number, round, rows: new Map([[`key ${number}`, Buffer.from('value')]]), sequences: new Map() }),
    );
  const at = mkdtempSync(join(base, 'rounds-'));
  const numbersFound = (files: readonly (readonly Buffer[])[], applied: number): number[] => {
    for (const [index, records] of files.entries()) writeFileSync(join(at, LOGS[index] ?? ''), Buffer.concat(records));
    const log = new CommitLog(at, applied, { isVolatile: true });
    const found = log.takeFound().map(({ number }) => number);
    log.close(true);
    return found;
  };
  // Number 4 of another round follows by chance, or because a client sent such bytes as a value.
  expect(numbersFound([[record(3, 1n), record(4, 2n)], []], 2)).toEqual([3]);
  // An older round's records follow those of the present one.
  expect(
    numbersFound(
      [
        [record(7, 3n), record(3, 1n)],
        [record(5, 2n), record(6, 2n)],
      ],
      4,
    ),
  ).toEqual([5, 6, 7]);
  expect(numbersFound([[record(7, 3n)], [record(5, 2n), record(6, 2n)]], 6)).toEqual([7]);
  expect(numbersFound([[record(7, 3n)], [record(5, 2n), record(6, 2n)]], 7)).toEqual([]);
});

test('a log that goes on where the tables do not end is refused, and stays as it is', async () => {
  const log = await logOf(4);
  const second = log.readUInt32BE(4);
  const other = join(base, 'other');
  await openLmdbKv({ directory: other }).close();
  const path = join(other, LOGS[1]);
  writeFileSync(path, log.subarray(second));
  expect(() => openLmdbKv({ directory: other })).toThrow(
    expect.objectContaining({
      code: 'damaged',
      message: `the commit log in ${other} lacks batch 1, it goes on with 2: restore the directory as a whole, from one backup`,
    }),
  );
  expect(readFileSync(path).equals(log.subarray(second))).toBe(true);
  expect(existsSync(join(other, 'owner.lock'))).toBe(false);
  truncateSync(path);
  await openLmdbKv({ directory: other }).close();
});

test('more than one round goes through both files, and pinned views see what was acknowledged', async () => {
  const kv = openLmdbKv({ directory });
  const value = 'v'.repeat(2_000);
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: 600 }, (_, i) => put(kv, `key ${round} ${i}`, value)));
    const view = await kv.pin();
    let rows = 0;
    await view.visit({ start: Buffer.from('key'), end: Buffer.from('l'), limit: 100_000 }, () => {
      rows += 1;
      return true;
    });
    await view.release();
    expect(rows).toBe((round + 1) * 600);
  }
  const killed = openLmdbKv({ directory: copyAsAfterKill() });
  expect(Object.keys(await readAll(killed))).toHaveLength(3_000);
  await killed.close();
  await kv.close();
});
