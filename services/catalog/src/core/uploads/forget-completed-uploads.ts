import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { keyAfter } from '@needlestack/ordered-kv';
import { completedAtMs } from '../codec/completed-upload-record.ts';
import { TABLE, tableRange } from '../keys.ts';
import { COMPLETED_UPLOAD_KEPT_MS, WALK_ROWS_MAX } from '../limits.ts';

/**
 * Forgets answers that are older than COMPLETED_UPLOAD_KEPT_MS among the next WALK_ROWS_MAX after `afterRow`. Gives where to go on,
 * undefined at the end.
 */
export function* forgetCompletedUploads(
  tx: KvTransaction,
  afterRow: Buffer | undefined,
  nowMs: number,
): KvProgram<Buffer | undefined> {
  const range = tableRange(TABLE.completedUpload);
  const start = afterRow === undefined ? range.start : keyAfter(afterRow);
  const page = yield* tx.scanDecoded({ ...range, start, limit: WALK_ROWS_MAX }, (key, row) => ({
    key: Buffer.from(key),
    atMs: completedAtMs(row),
  }));
  for (const { key, atMs } of page.rows) if (atMs + COMPLETED_UPLOAD_KEPT_MS <= nowMs) tx.delete(key);
  return page.hasMore ? page.rows.at(-1)?.key : undefined;
}
