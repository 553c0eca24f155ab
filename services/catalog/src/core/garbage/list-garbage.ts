import { type KvProgram, type KvReader, keyAfter } from '@needlestack/ordered-kv';
import type { GarbageEntry } from '@needlestack/service-contracts';
import { decodeGarbageRecord } from '../codec/garbage-record.ts';
import { garbageIdOf, garbageKeyOfId, garbageRange, garbageSinceOf } from '../keys.ts';
import { GARBAGE_PAGE_ENTRIES_MAX } from '../limits.ts';

const PAGE_BYTES_MAX = 4 * 1024 * 1024;

export interface ListGarbageRequest {
  readonly maxEntries: number;
  /** Entries that became garbage at this time or before. */
  readonly untilMs: number;
  /** Goes on after this entry. */
  readonly afterGarbageId?: string;
}

/** Oldest first. */
export function* listGarbage(tx: KvReader, request: ListGarbageRequest): KvProgram<GarbageEntry[]> {
  const { start, end } = garbageRange(request.untilMs);
  const after = request.afterGarbageId === undefined ? undefined : garbageKeyOfId(request.afterGarbageId);
  const range = {
    start: after === undefined ? start : keyAfter(after),
    end,
    limit: Math.min(request.maxEntries, GARBAGE_PAGE_ENTRIES_MAX),
    bytesMax: PAGE_BYTES_MAX,
  };
  if (request.maxEntries < 1) return [];
  const page = yield* tx.scanDecoded(range, (key, row) => ({
    garbageId: garbageIdOf(key),
    sinceMs: garbageSinceOf(key),
    chunks: decodeGarbageRecord(row),
  }));
  return page.rows;
}
