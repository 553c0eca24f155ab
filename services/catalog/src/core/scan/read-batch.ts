import { RecordsBuilder } from '@needlestack/kv-scan/protocol';
import { keyAfter, type PinnedView } from '@needlestack/ordered-kv';
import type { ByteRange } from '../keys.ts';
import { hiddenPrefix, projectionOf, rangesFrom, type ScanFilter, type ScanPlace } from './scan-filter.ts';
import {
  BUSY_BATCH_BYTES_MAX,
  BUSY_FULL_REST_BYTES,
  BUSY_SLICE_MS,
  SCAN_SLICE_CHECK_ROWS,
  SCAN_SLICE_MS,
} from './scan-limits.ts';
import type { ScanPacing } from './scan-pacing.ts';

export interface BatchRequest {
  readonly view: PinnedView;
  readonly filter: ScanFilter;
  readonly place: ScanPlace;
  /** The first row goes even when it is larger. */
  readonly bytesMax: number;
  /** What the batch before held. */
  readonly likelyBytes?: number;
}

export interface Batch {
  readonly records: Buffer;
  /** Behind the batch. */
  readonly place: ScanPlace;
  /** False when the scan is at its end: no row is left, or its bound is reached. */
  readonly hasMore: boolean;
}

/** The rows that follow a place. In a store of this process the work is done in slices; rejects with the signal's reason in between. */
export async function readBatch(request: BatchRequest, pacing: ScanPacing, signal?: AbortSignal): Promise<Batch> {
  const { filter, place } = request;
  const isBusy = pacing.isBusy();
  const bytesMax = isBusy ? Math.min(request.bytesMax, BUSY_BATCH_BYTES_MAX) : request.bytesMax;
  if (isBusy) await pacing.giveWay(Math.min(1, bytesMax / BUSY_FULL_REST_BYTES));
  const records = new RecordsBuilder(bytesMax, request.likelyBytes);
  const rowsMax = filter.rowsMax - place.rowsGiven;
  let hasMore = false;
  for (const range of rangesFrom(filter, place)) {
    hasMore = await fillFrom(range, { ...request, bytesMax, records, rowsMax, pacing, signal });
    if (hasMore) break;
  }
  // Sending it is another piece of work.
  if (isBusy) await pacing.turn();
  const isBounded = records.rows >= rowsMax;
  return {
    records: records.finish(),
    place: { lastKey: records.lastKey() ?? place.lastKey, rowsGiven: place.rowsGiven + records.rows },
    hasMore: hasMore && !isBounded,
  };
}

interface Filling extends BatchRequest {
  readonly records: RecordsBuilder;
  readonly rowsMax: number;
  readonly pacing: ScanPacing;
  readonly signal: AbortSignal | undefined;
}

/** True when the batch is full, or has all rows that it may have, before the range is at its end. */
async function fillFrom({ start, end }: ByteRange, filling: Filling): Promise<boolean> {
  const { view, filter, records, rowsMax, pacing, signal } = filling;
  const project = projectionOf(filter);
  const hidden = hiddenPrefix(filter);
  let from = start;
  let isFull = false;
  for (;;) {
    signal?.throwIfAborted();
    if (records.rows >= rowsMax) return true;
    const untilMs = pacing.now() + (pacing.isBusy() ? BUSY_SLICE_MS : SCAN_SLICE_MS);
    let seen = 0;
    const visitor = (key: Buffer, value: Buffer): boolean => {
      seen += 1;
      if (view.isSynchronous && seen % SCAN_SLICE_CHECK_ROWS === 0 && pacing.now() > untilMs) return false;
      isFull = !records.add(key, hidden.length, project(key, value));
      return !isFull;
    };
    const limit = Math.min(rowsMax - records.rows, Number.MAX_SAFE_INTEGER);
    const bytesMax = filling.bytesMax - records.bytes;
    const hasMore = await view.visit({ start: from, end, limit, bytesMax }, visitor);
    if (!hasMore || isFull) return hasMore;
    from = keyAfter(Buffer.concat([hidden, records.lastKey() ?? hidden]));
    await pacing.giveWay();
  }
}
