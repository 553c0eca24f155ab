import { SCAN_TABLES } from '../protocol/scan-tables.ts';
import { createKvBatchScanner, type KvBatchScanner, type KvBatchScannerOptions } from './kv-batch-scanner.ts';
import { TABLE_SCANNERS_MAX } from './limits.ts';
import type { ScanBatch } from './scan-batch.ts';

export interface ScanTableOptions extends Omit<KvBatchScannerOptions, 'bucketId' | 'limit'> {
  /** Scanners that run at a time; 4 unless given. */
  readonly scannersMax?: number;
}

export interface TableBatch {
  readonly bucketId: number;
  readonly batch: ScanBatch;
  /** Where to read the outbox from, for this bucket: every bucket has a moment of its own. */
  readonly logOffset: bigint | undefined;
}

interface Arrival {
  readonly scanner: KvBatchScanner;
  readonly batch: ScanBatch | null;
}

/**
 * All rows of a table, some buckets at a time, batches as they come: in order within a bucket, in none across them. Leaving the loop, or
 * an error in one bucket, closes the scanners of all.
 */
export async function* scanTable(options: ScanTableOptions): AsyncGenerator<TableBatch, void, undefined> {
  const { scannersMax = TABLE_SCANNERS_MAX, ...shared } = options;
  const bucketCount = SCAN_TABLES[options.table]?.buckets ?? 1;
  const waiting = new Map<KvBatchScanner, Promise<Arrival>>();
  const ask = (scanner: KvBatchScanner): void => {
    waiting.set(
      scanner,
      scanner.nextBatch().then((batch) => ({ scanner, batch })),
    );
  };
  let nextBucket = 0;
  try {
    for (;;) {
      for (; waiting.size < scannersMax && nextBucket < bucketCount; nextBucket += 1)
        ask(createKvBatchScanner({ ...shared, bucketId: nextBucket }));
      if (waiting.size === 0) return;
      const { scanner, batch } = await Promise.race(waiting.values());
      waiting.delete(scanner);
      if (batch === null) continue;
      const { bucketId, logOffset } = scanner;
      try {
        yield { bucketId, batch, logOffset };
      } finally {
        // Also when the loop is left here, so that it is closed with the others.
        ask(scanner);
      }
    }
  } finally {
    await Promise.all(
      [...waiting].map(async ([scanner, arrival]) => {
        arrival.catch(() => undefined);
        await scanner.close();
      }),
    );
  }
}
