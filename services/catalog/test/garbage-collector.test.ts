import { collectGarbage } from '../src/core/garbage/collect-garbage.ts';
import { openLmdbCatalog } from './open-stores.ts';
import { makeChunk } from './sample-requests.ts';

const silent = { garbageCollected: () => undefined, garbageKept: () => undefined };

test('a pass takes what is old enough, page by page, past entries that stay, and stops when it is cancelled', async () => {
  const store = openLmdbCatalog();
  try {
    const chunks = Array.from({ length: 7 }, () => makeChunk());
    for (const chunk of chunks) {
      await store.catalog.addGarbage([chunk]);
      store.clock.nowMs += 1000;
    }
    const asked: string[] = [];
    const stubborn = chunks[1]?.needleKey;
    const parts = {
      catalog: store.catalog,
      events: silent,
      entriesMax: 2,
      untilMs: store.clock.nowMs - 2000,
      deleter: {
        deleteNeedles: async (page: readonly { needleKey: bigint }[]) => {
          asked.push(page.map(({ needleKey }) => chunks.findIndex((c) => c.needleKey === needleKey)).join());
          return page.map(({ needleKey }) => needleKey !== stubborn);
        },
      },
    };
    await collectGarbage(parts, new AbortController().signal);
    expect(asked).toEqual(['0,1', '2,3', '4,5']);
    const left = await store.catalog.listGarbage({ maxEntries: 10, olderThanMs: 0 });
    expect(left.map((entry) => entry.chunks[0]?.needleKey)).toEqual([stubborn, chunks[6]?.needleKey]);
    asked.length = 0;
    await collectGarbage(parts, AbortSignal.abort());
    expect(asked).toEqual([]);
  } finally {
    await store.destroy();
  }
});
