import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type OutboxRow } from '@needlestack/service-contracts';
import { encodeOutboxRecord } from '../codec/outbox-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { outboxFloorKey, outboxKey } from '../keys.ts';
import { OUTBOX_ROWS_MAX } from '../limits.ts';

/** Every shard of the outbox has a sequence of its own; there is one shard so far. */
const OUTBOX_SEQUENCE = 'outbox 0';

/** First number that is not trimmed yet. */
export function* readOutboxFloor(tx: KvTransaction): KvProgram<number> {
  const row = yield* tx.get(outboxFloorKey());
  return row === undefined ? 1 : Number(row.readBigUInt64BE(0));
}

/** Appends in commit order. CatalogError `SlowDown` when consumers are OUTBOX_ROWS_MAX rows behind: no event is ever dropped. */
export function* appendOutboxRow(
  tx: KvTransaction,
  row: Pick<OutboxRow, 'bucket' | 'change'>,
  context: CommitContext,
): KvProgram<void> {
  const sequence = yield* tx.nextSequence(OUTBOX_SEQUENCE);
  const floor = yield* readOutboxFloor(tx);
  if (sequence - floor >= OUTBOX_ROWS_MAX)
    throw new CatalogError('SlowDown', `${sequence - floor} events wait for delivery: at most ${OUTBOX_ROWS_MAX}`);
  tx.put(outboxKey(sequence), encodeOutboxRecord({ ...row, atMs: context.nowMs }));
  context.hasAppendedToOutbox = true;
}
