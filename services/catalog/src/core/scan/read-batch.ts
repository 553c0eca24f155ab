import { RecordsBuilder } from '@needlestack/kv-scan/protocol';
import { keyAfter, type PinnedView } from '@needlestack/ordered-kv';
import { hiddenKeyBytes, projectionOf, rangeFrom, type ScanFilter, type ScanPlace } from './scan-filter.ts';
import { SCAN_SLICE_CHECK_ROWS, SCAN_SLICE_MS } from './scan-limits.ts';

/** How work is cut into pieces. */
export interface Pacing {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Lets others work; resolves when it is our turn again. */
  readonly pause: () => Promise<void>;
}

export interface BatchRequest {
  readonly view: PinnedView;
  readonly filter: ScanFilter;
  readonly place: ScanPlace;
  /** The first row goes even when it is larger. */
  readonly bytesMax: number;
}

export interface Batch {
  readonly records: Buffer;
  /** Behind the batch. */
  readonly place: ScanPlace;
  /** False when the scan is at its end: no row is left, or its bound is reached. */
  readonly hasMore: boolean;
}

/** The rows that follow a place. In a store of this process the work is done in slices; rejects with the signal's reason in between. */
export async function readBatch(request: BatchRequest, pacing: Pacing, signal?: AbortSignal): Promise<Batch> {
  const { view, filter, place } = request;
  const records = new RecordsBuilder(request.bytesMax);
  const rowsMax = filter.rowsMax - place.rowsGiven;
  const project = projectionOf(filter);
  const hidden = hiddenKeyBytes(filter);
  const { start: first, end } = rangeFrom(filter, place);
  const shard = first.subarray(0, hidden);
  let start = first;
  let isFull = false;
  for (;;) {
    signal?.throwIfAborted();
    const untilMs = pacing.now() + SCAN_SLICE_MS;
    let seen = 0;
    const visitor = (key: Buffer, value: Buffer): boolean => {
      seen += 1;
      if (view.isSynchronous && seen % SCAN_SLICE_CHECK_ROWS === 0 && pacing.now() > untilMs) return false;
      isFull = !records.add(key, hidden, project(key, value));
      return !isFull;
    };
    const limit = Math.min(rowsMax - records.rows, Number.MAX_SAFE_INTEGER);
    const hasMore = await view.visit({ start, end, limit }, visitor);
    const isBounded = records.rows >= rowsMax;
    if (!hasMore || isFull || isBounded) {
      const lastKey = records.lastKey() ?? place.lastKey;
      return {
        records: records.finish(),
        place: { lastKey, rowsGiven: place.rowsGiven + records.rows },
        hasMore: hasMore && !isBounded,
      };
    }
    const last = records.lastKey();
    if (last !== undefined) start = keyAfter(Buffer.concat([shard, last]));
    await pacing.pause();
  }
}
