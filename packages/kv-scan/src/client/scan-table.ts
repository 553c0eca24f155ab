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

type Arrival = { readonly scanner: KvBatchScanner } & (
  | { readonly batch: ScanBatch | null }
  | { readonly error: unknown }
);

/** Scanners that were asked, and what came of it, in the order of arrival. */
class Arrivals {
  readonly #asked = new Set<KvBatchScanner>();
  readonly #arrived: Arrival[] = [];
  #wake: (() => void) | undefined;

  get size(): number {
    return this.#asked.size;
  }

  ask(scanner: KvBatchScanner): void {
    this.#asked.add(scanner);
    const arrive = (arrival: Arrival): void => {
      this.#arrived.push(arrival);
      this.#wake?.();
    };
    scanner.nextBatch().then(
      (batch) => arrive({ scanner, batch }),
      (error: unknown) => arrive({ scanner, error }),
    );
  }

  async next(): Promise<Arrival> {
    for (;;) {
      const arrival = this.#arrived.shift();
      if (arrival !== undefined) {
        this.#asked.delete(arrival.scanner);
        return arrival;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#asked].map((scanner) => scanner.close()));
  }
}

/**
 * All rows of a table, some buckets at a time, batches as they come: in order within a bucket, in none across them. Leaving the loop, or
 * an error in one bucket, closes the scanners of all.
 */
export async function* scanTable(options: ScanTableOptions): AsyncGenerator<TableBatch, void, undefined> {
  const { scannersMax = TABLE_SCANNERS_MAX, ...shared } = options;
  const bucketCount = SCAN_TABLES[options.table]?.buckets ?? 1;
  const arrivals = new Arrivals();
  let nextBucket = 0;
  try {
    for (;;) {
      for (; arrivals.size < scannersMax && nextBucket < bucketCount; nextBucket += 1)
        arrivals.ask(createKvBatchScanner({ ...shared, bucketId: nextBucket }));
      if (arrivals.size === 0) return;
      const arrival = await arrivals.next();
      if ('error' in arrival) throw arrival.error;
      const { scanner, batch } = arrival;
      if (batch === null) continue;
      try {
        yield { bucketId: scanner.bucketId, batch, logOffset: scanner.logOffset };
      } finally {
        // Also when the loop is left here, so that it is closed with the others.
        arrivals.ask(scanner);
      }
    }
  } finally {
    await arrivals.close();
  }
}
