import assert from 'node:assert/strict';
import { SeededRandom } from '@needlestack/fuzz';
import { startTestStore, type TestStore } from '../support/start-test-store.ts';
import { RACES_BUCKET, RIVALS, type Rival, UploadRace, waitForAll } from './upload-race.ts';

export interface UploadRaces {
  readonly races: number;
  readonly seed: number;
}

const AT_ONCE = 8;
const RIVALS_MAX = 4;
const LARGE_PERCENT = 5;
const GARBAGE_PAGE = 1_000;

/**
 * Races by the hundred over one gateway. After each group the garbage is collected: the needles left are those of the objects left.
 * @throws Error of the first race that ended wrongly, with its rivals
 */
export async function runUploadRaces({ races, seed }: UploadRaces): Promise<void> {
  const random = new SeededRandom(seed);
  const store = await startTestStore();
  try {
    assert.equal((await store.client.call('PUT', `/${RACES_BUCKET}`)).status, 200);
    for (let from = 0; from < races; from += AT_ONCE) {
      const keys = Array.from({ length: Math.min(AT_ONCE, races - from) }, (_, index) => `race-${from + index}`);
      await waitForAll(keys.map((key) => runRace(store, key, random)));
      await checkNeedles(store, keys);
    }
  } finally {
    await store.close();
  }
}

async function runRace(store: TestStore, key: string, random: SeededRandom): Promise<void> {
  const rivals: Rival[] = Array.from({ length: 1 + random.between(0, RIVALS_MAX) }, () => random.pick(RIVALS));
  const hasLargePart = random.chance(LARGE_PERCENT);
  try {
    await new UploadRace({ store, key, rivals, hasLargePart }).run();
  } catch (error) {
    throw new Error(`${key} of complete, ${rivals.join(', ')}: ${error}`, { cause: error });
  }
}

async function checkNeedles({ catalog, client, volumes }: TestStore, keys: readonly string[]): Promise<void> {
  await collectGarbage({ catalog, volumes });
  const named = new Set<bigint>();
  for (const key of keys) {
    const object = await catalog.lookupObject(RACES_BUCKET, key);
    for (const { needleKey } of object?.chunks ?? []) named.add(needleKey);
  }
  assert.equal(volumes.needles.size, named.size, 'needles of objects, and no others, are left');
  for (const key of keys) assert.equal((await client.call('DELETE', `/${RACES_BUCKET}/${key}`)).status, 204);
  await collectGarbage({ catalog, volumes });
  assert.equal(volumes.needles.size, 0, 'nothing is left of deleted objects');
}

async function collectGarbage({ catalog, volumes }: Pick<TestStore, 'catalog' | 'volumes'>): Promise<void> {
  for (;;) {
    const entries = await catalog.listGarbage({ maxEntries: GARBAGE_PAGE, olderThanMs: -1 });
    if (entries.length === 0) return;
    await volumes.deleteNeedles(entries.flatMap(({ chunks }) => chunks));
    await catalog.forgetGarbage(entries.map(({ garbageId }) => garbageId));
  }
}
