import { ScanError, type ScanKvPort, scanTable } from '../src/index.ts';
import { last, more } from './scripted-port.ts';

/** Every bucket has two batches; notes who is open. */
function sixteenBuckets(fail?: number): ScanKvPort & { open: Set<number>; mostOpen: number; closed: number } {
  const port = {
    open: new Set<number>(),
    mostOpen: 0,
    closed: 0,
    scanKv: async (request: Parameters<ScanKvPort['scanKv']>[0]) => {
      await new Promise(setImmediate);
      const bucketId = request.open?.bucketId ?? request.scannerId?.[0] ?? -1;
      if (request.closeScanner) {
        port.open.delete(bucketId);
        port.closed += 1;
        return last([]);
      }
      if (request.open !== undefined) {
        port.open.add(bucketId);
        port.mostOpen = Math.max(port.mostOpen, port.open.size);
        return {
          ...more([`${bucketId} first`], true),
          scannerId: Buffer.alloc(16, bucketId),
          logOffset: BigInt(bucketId),
        };
      }
      if (bucketId === fail) throw new ScanError('storage-failed', `bucket ${bucketId}`);
      port.open.delete(bucketId);
      return last([`${bucketId} last`]);
    },
  };
  return port;
}

test('every bucket once, four at a time, in order within each', async () => {
  const port = sixteenBuckets();
  const seen = new Map<number, string[]>();
  for await (const { bucketId, batch, logOffset } of scanTable({ port, table: 'objects' })) {
    expect(logOffset).toBe(BigInt(bucketId));
    seen.set(bucketId, [...(seen.get(bucketId) ?? []), ...[...batch].map(({ key }) => key.toString())]);
  }
  expect([...seen].sort(([a], [b]) => a - b)).toEqual(
    Array.from({ length: 16 }, (_, bucketId) => [bucketId, [`${bucketId} first`, `${bucketId} last`]]),
  );
  expect([port.mostOpen, port.open.size]).toEqual([4, 0]);
});

test('an error in one bucket closes the scanners of all', async () => {
  const port = sixteenBuckets(2);
  const read = async () => {
    for await (const _ of scanTable({ port, table: 'objects', scannersMax: 8 }));
  };
  await expect(read()).rejects.toMatchObject({ code: 'storage-failed', message: 'bucket 2' });
  // The one that failed hears a farewell as well: the server may not know that it is over.
  expect(port.open.size).toBe(0);
});

test('leaving the loop closes the scanners of all', async () => {
  const port = sixteenBuckets();
  for await (const _ of scanTable({ port, table: 'objects' })) break;
  expect(port.open.size).toBe(0);
  expect(port.closed).toBeGreaterThan(0);
});

test('a table of one bucket, and a log', async () => {
  const port = sixteenBuckets();
  const keys: string[] = [];
  for await (const { batch } of scanTable({ port, table: 'garbage' }))
    for (const { key } of batch) keys.push(key.toString());
  expect(keys).toEqual(['0 first', '0 last']);
  await expect(scanTable({ port, table: 'outbox' }).next()).rejects.toMatchObject({ code: 'invalid-scan-request' });
});
