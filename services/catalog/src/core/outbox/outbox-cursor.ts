import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import { outboxCursorKey, outboxFloorKey, outboxKey, outboxSequenceOf, TABLE, tableRange } from '../keys.ts';
import { OUTBOX_TRIM_ROWS_MAX, WALK_ROWS_MAX } from '../limits.ts';
import { readOutboxFloor } from './append-outbox-row.ts';
import { boundTrim } from './outbox-holds.ts';

function encodeSequence(sequence: bigint): Buffer {
  const row = Buffer.allocUnsafe(8);
  row.writeBigUInt64BE(sequence);
  return row;
}

export function* getOutboxCursor(tx: KvReader, consumer: string): KvProgram<bigint | undefined> {
  const row = yield* tx.get(outboxCursorKey(consumer));
  return row?.readBigUInt64BE(0);
}

/** Notes where a consumer reads next. A cursor never moves back. */
export function* advanceOutboxCursor(tx: KvTransaction, consumer: string, seq: bigint): KvProgram<void> {
  const before = yield* getOutboxCursor(tx, consumer);
  if (before === undefined || seq > before) tx.put(outboxCursorKey(consumer), encodeSequence(seq));
}

/**
 * Removes up to OUTBOX_TRIM_ROWS_MAX rows below every cursor and every place that is held. True when there may be more. Without a
 * consumer nothing goes.
 */
export function* trimOutbox(tx: KvTransaction, nowMs: number): KvProgram<boolean> {
  const cursors = yield* tx.scanDecoded({ ...tableRange(TABLE.outboxCursor), limit: WALK_ROWS_MAX }, (_key, row) =>
    Number(row.readBigUInt64BE(0)),
  );
  if (cursors.rows.length === 0) return false;
  const lowest = yield* boundTrim(tx, Math.min(...cursors.rows), nowMs);
  const floor = yield* readOutboxFloor(tx);
  if (lowest <= floor) return false;
  const page = yield* tx.scanDecoded(
    { start: outboxKey(floor), end: outboxKey(lowest), limit: OUTBOX_TRIM_ROWS_MAX },
    (key) => outboxSequenceOf(key),
  );
  for (const sequence of page.rows) tx.delete(outboxKey(sequence));
  const next = page.hasMore ? (page.rows.at(-1) ?? floor) + 1 : lowest;
  tx.put(outboxFloorKey(), encodeSequence(BigInt(next)));
  return page.hasMore;
}
