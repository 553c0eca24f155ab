/** All that a store keeps: the catalog's rows and the volumes' needles. */
import type { KvReader } from '@needlestack/ordered-kv';
import type { TestStore } from './start-test-store.ts';

/** Bytes by name, both as hex: rows by key, needles by id. */
export type StoreState = ReadonlyMap<string, string>;

const ROWS_MAX = 100_000;
const EVERYTHING = { start: Buffer.alloc(0), end: Buffer.alloc(64, 0xff), limit: ROWS_MAX };

/** What is on the garbage list is collected first: it is on its way out. */
export const readState = async ({ kv, catalog, volumes }: TestStore): Promise<StoreState> => {
  const garbage = await catalog.listGarbage({ maxEntries: 1_000, olderThanMs: -1_000 });
  await volumes.deleteNeedles(garbage.flatMap(({ chunks }) => chunks));
  await catalog.forgetGarbage(garbage.map(({ garbageId }) => garbageId));
  const { rows, hasMore } = await kv.read(function* (tx: KvReader) {
    return yield* tx.scan(EVERYTHING);
  });
  if (hasMore) throw new Error(`more than ${ROWS_MAX} rows`);
  const state = new Map(rows.map(([key, value]) => [`row ${key.toString('hex')}`, value.toString('hex')]));
  for (const [id, bytes] of volumes.needles) state.set(`needle ${id}`, Buffer.from(bytes).toString('hex'));
  return state;
};

/** Names of rows and needles that are not what they were. */
export const differences = (before: StoreState, after: StoreState): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
