import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import type { OutboxPage } from '@needlestack/service-contracts';
import { decodeOutboxRecord } from '../codec/outbox-record.ts';
import { outboxKey, outboxSequenceOf, TABLE, tableRange } from '../keys.ts';
import { OUTBOX_PAGE_BYTES_MAX, OUTBOX_PAGE_ROWS_MAX } from '../limits.ts';

/** Rows from `fromSeq` on, oldest first; trimmed ones are left out. */
export function* readOutbox(tx: KvReader, fromSeq: bigint, maxRows: number): KvProgram<OutboxPage> {
  const range = {
    start: outboxKey(Math.max(0, Number(fromSeq))),
    end: tableRange(TABLE.outbox).end,
    limit: Math.min(maxRows, OUTBOX_PAGE_ROWS_MAX),
    bytesMax: OUTBOX_PAGE_BYTES_MAX,
  };
  const { rows } = yield* tx.scanDecoded(range, (key, row) => decodeOutboxRecord(BigInt(outboxSequenceOf(key)), row));
  const last = rows.at(-1);
  return { rows, nextSeq: last === undefined ? fromSeq : last.seq + 1n };
}
