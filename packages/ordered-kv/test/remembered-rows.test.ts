/** Rows that are handed out again without being read again: never one that was replaced. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { openLmdbKv, type SynchronousReads } from '../src/index.ts';
import { DECODED_ROW_BYTES_MAX, DECODED_ROWS_SAMPLE } from '../src/limits.ts';

const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-remembered-'));
const kv = openLmdbKv({ directory, isVolatile: true });
afterAll(async () => {
  await kv.close();
  rmSync(directory, { recursive: true });
});

const reads = (): SynchronousReads => {
  if (kv.synchronous === undefined) throw new Error('an embedded store answers at once');
  return kv.synchronous;
};
const keyOf = (name: string): Buffer => Buffer.from(`rows/${name}`);
const decode = (value: Buffer): { readonly text: string } => ({ text: value.toString() });
const read = (name: string): { readonly text: string } | undefined => reads().getDecoded(keyOf(name), decode);
const write = (name: string, text: string | null): Promise<void> =>
  kv.transact(function* (tx) {
    yield* tx.get(keyOf('probe'));
    if (text === null) tx.delete(keyOf(name));
    else tx.put(keyOf(name), Buffer.from(text));
  });
/** What is written is in the tables. */
const settle = async (): Promise<void> => (await kv.pin()).release();

test('a row that is read again and again is decoded once', async () => {
  await write('often', 'first');
  await settle();
  for (let time = 0; time < DECODED_ROWS_SAMPLE; time += 1) read('often');
  const remembered = read('often');
  expect(remembered).toEqual({ text: 'first' });
  expect(read('often')).toBe(remembered);
});

test('a long row is decoded each time', async () => {
  const text = 'x'.repeat(DECODED_ROW_BYTES_MAX + 1);
  await write('long', text);
  await settle();
  for (let time = 0; time < 2 * DECODED_ROWS_SAMPLE; time += 1) read('long');
  const last = read('long');
  expect(last).toEqual({ text });
  expect(read('long')).not.toBe(last);
});

const name = fc.constantFrom('a', 'b', 'c');
const step = fc.oneof(
  fc.record({ kind: fc.constant('read' as const), name, times: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('write' as const), name, value: fc.option(fc.nat(9)), waits: fc.boolean() }),
  fc.record({ kind: fc.constant('settle' as const) }),
);

test('what was acknowledged is what is read, whatever was remembered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const model = new Map<string, string | null>();
      const acknowledged: Promise<void>[] = [];
      for (const one of ['a', 'b', 'c']) await write(one, null);
      for (const one of steps) {
        if (one.kind === 'settle') await settle();
        else if (one.kind === 'write') {
          const text = one.value === null ? null : String(one.value);
          const writing = write(one.name, text).then(() => {
            model.set(one.name, text);
          });
          acknowledged.push(writing);
          if (one.waits) await writing;
        } else
          for (let time = 0; time < one.times; time += 1)
            expect(read(one.name)?.text ?? null).toBe(model.get(one.name) ?? null);
      }
      await Promise.all(acknowledged);
      for (const [key, text] of model) expect(read(key)?.text ?? null).toBe(text);
    }),
    { numRuns: 200 },
  );
});
