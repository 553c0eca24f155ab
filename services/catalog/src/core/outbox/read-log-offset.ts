import type { PinnedView } from '@needlestack/ordered-kv';
import { outboxFloorKey, outboxSequenceOf, TABLE, tableRange } from '../keys.ts';

/** First number that is not trimmed yet, in a pinned view. */
export async function readOutboxFloorOf(view: PinnedView): Promise<bigint> {
  const row = await view.get(outboxFloorKey());
  return row === undefined ? 1n : row.readBigUInt64BE(0);
}

/** Where to read the outbox from to see every change that the view does not show, and none that it shows. */
export async function readLogOffset(view: PinnedView): Promise<bigint> {
  let next = await readOutboxFloorOf(view);
  await view.visit({ ...tableRange(TABLE.outbox), limit: 1, reverse: true }, (key) => {
    const behind = BigInt(outboxSequenceOf(key)) + 1n;
    if (behind > next) next = behind;
    return true;
  });
  return next;
}
