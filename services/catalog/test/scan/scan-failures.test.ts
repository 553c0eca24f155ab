/** What a scan does when its store fails, and the cap of a server. */
import type { OrderedKv } from '@needlestack/ordered-kv';
import { openLmdbCatalog } from '../open-stores.ts';
import { idOf, makeScans, nextRequest, openRequest, portOf, putRows } from './open-scans.ts';

const FIVE = { a: '1', b: '2', c: '3', d: '4', e: '5' };
/** Header, a key of one byte, a value of one byte. */
const ROW_BYTES = 8;

describe('a store that fails', () => {
  /** Reads fail once `isBroken` is set, after so many rows. */
  function breakable(kv: OrderedKv, faults: { rowsLeft: number }): OrderedKv {
    return {
      ...kv,
      writers: kv.writers,
      transact: (program) => kv.transact(program),
      read: (program) => kv.read(program),
      get: (key) => kv.get(key),
      whyNotWritable: () => kv.whyNotWritable(),
      close: () => kv.close(),
      pin: async () => {
        const view = await kv.pin();
        return {
          isSynchronous: true,
          get: (key) => view.get(key),
          lastKey: (start, end) => view.lastKey(start, end),
          release: () => view.release(),
          visit: async (range, visitor) => {
            const hasMore = await view.visit(range, (key, value) => {
              if (key[0] === 0x10 && faults.rowsLeft-- <= 0) throw new Error('a page cannot be read');
              return visitor(key, value);
            });
            if (range.start[0] === 0x10 && faults.rowsLeft === 0) throw new Error('the last page cannot be read');
            return hasMore;
          },
        };
      },
    };
  }

  test.each([
    ['in the middle', 3],
    ['behind the last row', 5],
  ])('a failure %s is an error, not the end, and lets go of the scanner', async (_where, rowsLeft) => {
    const faults = { rowsLeft: Number.POSITIVE_INFINITY };
    const opened = openLmdbCatalog();
    const store = makeScans(opened, {}, breakable(opened.kv, faults));
    await putRows(opened.kv, FIVE);
    const port = portOf(store.scans);
    faults.rowsLeft = rowsLeft + 1;
    const id = idOf(await port.scanKv(openRequest('buckets', {}, ROW_BYTES)));
    faults.rowsLeft = rowsLeft - 1;
    await expect(port.scanKv(nextRequest(id, 1))).rejects.toMatchObject({ code: 'storage-failed' });
    expect(store.scans.openScanners).toBe(0);
    expect(store.events.failed).toHaveLength(1);
    await expect(port.scanKv(nextRequest(id, 1))).rejects.toMatchObject({ code: 'unknown-scanner-id' });
    await store.destroy();
  });

  test('the 201st scanner of a server is refused, wherever its bucket is', async () => {
    const store = makeScans(openLmdbCatalog(), { scannersPerBucketMax: 300 });
    await putRows(store.kv, FIVE);
    const port = portOf(store.scans);
    for (let count = 0; count < 200; count += 1) await port.scanKv(openRequest('buckets', {}, ROW_BYTES));
    await expect(port.scanKv(openRequest('identities'))).rejects.toMatchObject({
      code: 'too-many-scanners',
      message: '200 scanners are open on this server: at most 200 (-scan.scannersMax)',
    });
    store.clock.nowMs += 60_000;
    await store.scans.sweep();
    expect(store.scans.openScanners).toBe(0);
    await store.destroy();
  });
});
