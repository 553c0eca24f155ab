/** Rows that lie over the tables and rows in them look alike: scans and walks against a model. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { keyAfter, openLmdbKv, type WalkStep } from '../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'needlestack-kv-overlay-'));
const kv = openLmdbKv({ directory, isVolatile: true });
afterAll(async () => {
  await kv.close();
  rmSync(directory, { recursive: true });
});

const name = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', 'c') });
const writes = fc.array(fc.tuple(name, fc.option(fc.nat(99))), { maxLength: 30 });

let runs = 0;

test('scans and walks show what is in the tables and what is not yet', async () => {
  await fc.assert(
    fc.asyncProperty(
      writes,
      writes,
      writes,
      name,
      fc.nat(8),
      fc.nat(4),
      async (older, newer, own, from, limit, skip) => {
        runs += 1;
        const prefix = `${runs}/`;
        const keyOf = (text: string): Buffer => Buffer.from(prefix + text);
        const model = new Map<string, number>();
        const apply = (rows: typeof older): Promise<void> =>
          kv.transact(function* (tx) {
            yield* tx.get(keyOf('probe'));
            for (const [key, value] of rows) {
              if (value === null) tx.delete(keyOf(key));
              else tx.put(keyOf(key), Buffer.of(value));
            }
          });
        const remember = (rows: typeof older): void => {
          for (const [key, value] of rows) {
            if (value === null) model.delete(key);
            else model.set(key, value);
          }
        };
        await apply(older);
        await (await kv.pin()).release();
        await apply(newer);
        remember(older);
        remember(newer);
        const range = { start: keyOf(from), end: Buffer.from(`${runs}0`), limit: limit + 1 };
        const sorted = (): [string, number][] =>
          [...model].filter(([key]) => key >= from).sort(([a], [b]) => (a < b ? -1 : 1));
        const seen = kv.synchronous?.read(function* (tx) {
          return (yield* tx.scan(range)).rows.map(([key, value]) => [key.toString().slice(prefix.length), value[0]]);
        });
        expect(seen).toEqual(sorted().slice(0, limit + 1));
        await kv.transact(function* (tx) {
          for (const [key, value] of own) {
            if (value === null) tx.delete(keyOf(key));
            else tx.put(keyOf(key), Buffer.of(value));
          }
          remember(own);
          const backwards = yield* tx.scan({ ...range, reverse: true });
          expect(backwards.rows.map(([key]) => key.toString().slice(prefix.length))).toEqual(
            sorted()
              .reverse()
              .slice(0, limit + 1)
              .map(([key]) => key),
          );
          // A walk that passes over what begins alike after each `skip` rows, and has enough at some time.
          const walked: string[] = [];
          yield* tx.walk({ ...range, rowsFirst: 2 }, (key): WalkStep => {
            const text = key.toString().slice(prefix.length);
            walked.push(text);
            if (walked.length > 3 * limit) return false;
            return walked.length % (skip + 1) === skip ? Buffer.from(`${prefix}${text[0]}\x7f`) : true;
          });
          const expected: string[] = [];
          let passedTo = '';
          for (const [key] of sorted()) {
            if (key < passedTo) continue;
            expected.push(key);
            if (expected.length > 3 * limit) break;
            if (expected.length % (skip + 1) === skip) passedTo = `${key[0]}\x7f`;
          }
          expect(walked).toEqual(expected);
        });
        expect(kv.synchronous?.get(keyOf(from))?.[0]).toBe(model.get(from));
        expect(kv.synchronous?.get(keyAfter(keyOf('ccc')))).toBeUndefined();
      },
    ),
    { numRuns: 200 },
  );
});
