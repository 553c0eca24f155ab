/** Scans over an empty store of each kind, with a clock that tests move. */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as rest } from 'node:timers/promises';
import {
  type OpenScan,
  readRecords,
  SCAN_TABLES,
  type ScanKvAnswer,
  type ScanKvPort,
  type ScanKvRequest,
  type ScanTableName,
} from '@needlestack/kv-scan/protocol';
import type { OrderedKv } from '@needlestack/ordered-kv';
import { KvScans } from '../../src/core/scan/kv-scans.ts';
import { SCAN_LIMITS, type ScanLimits } from '../../src/core/scan/scan-limits.ts';
import { describeOnBothStores, type TestCatalog } from '../open-stores.ts';

export interface TestScans extends TestCatalog {
  readonly scans: KvScans;
  readonly events: { batches: number; expired: number; failed: unknown[] };
  /** Another server over the same store. */
  another(limits?: Partial<ScanLimits>): KvScans;
}

export const PRINCIPAL = 'tester';

export function makeScans(store: TestCatalog, limits: Partial<ScanLimits> = {}, kv: OrderedKv = store.kv): TestScans {
  const events: TestScans['events'] = { batches: 0, expired: 0, failed: [] };
  const make = (bounds: Partial<ScanLimits> = {}) =>
    new KvScans({
      kv,
      limits: { ...SCAN_LIMITS, ...limits, ...bounds },
      clock: () => store.clock.nowMs,
      randomBytes,
      pacing: { now: () => performance.now(), pause: (ms) => (ms === undefined ? nextTurn() : rest(ms)) },
      events: {
        batchGiven: () => {
          events.batches += 1;
        },
        scannersExpired: (count) => {
          events.expired += count;
        },
        scanFailed: (error) => {
          events.failed.push(error);
        },
      },
    });
  return { ...store, scans: make(), events, another: make };
}

export function describeScansOnBothStores(title: string, suite: (open: () => Promise<TestScans>) => void): void {
  describeOnBothStores(title, (openStore) => suite(async () => makeScans(await openStore())));
}

export type ScanFields = Partial<Omit<OpenScan, 'tableId'>>;

export function openRequest(table: ScanTableName, fields: ScanFields = {}, batchSizeBytes = 1000): ScanKvRequest {
  const open: OpenScan = { tableId: SCAN_TABLES[table].id, bucketId: 0, columns: [], mode: 'pinned', ...fields };
  return { open, callSeqId: 0, batchSizeBytes, closeScanner: false, keepAlive: false };
}

export const nextRequest = (scannerId: Uint8Array, callSeqId: number, batchSizeBytes = 1000): ScanKvRequest => ({
  scannerId,
  callSeqId,
  batchSizeBytes,
  closeScanner: false,
  keepAlive: false,
});

export const closeRequest = (scannerId: Uint8Array): ScanKvRequest => ({
  scannerId,
  closeScanner: true,
  keepAlive: false,
});

export const keepAliveRequest = (scannerId: Uint8Array): ScanKvRequest => ({
  scannerId,
  closeScanner: false,
  keepAlive: true,
});

/** As the client sees it, for one caller. */
export const portOf = (scans: KvScans, principal = PRINCIPAL): ScanKvPort => ({
  scanKv: (request, { signal } = {}) =>
    scans.scanKv(request, { principal, ...(signal === undefined ? {} : { signal }) }),
});

export const keysOf = (answer: Pick<ScanKvAnswer, 'records'>): string[] =>
  [...readRecords(answer.records)].map(({ key }) => key.toString());

export function idOf(answer: ScanKvAnswer): Uint8Array {
  if (answer.scannerId === undefined) throw new Error('no scanner was made');
  return answer.scannerId;
}

/** Rows of the table of buckets, whose keys are plain text: as many bytes each as the format gives them. */
export async function putRows(kv: OrderedKv, rows: Readonly<Record<string, string>>): Promise<void> {
  await kv.transact(function* (tx) {
    for (const [key, value] of Object.entries(rows))
      tx.put(Buffer.concat([Buffer.from([SCAN_TABLES.buckets.id]), Buffer.from(key)]), Buffer.from(value));
    yield* tx.get(Buffer.from('x'));
  });
}
