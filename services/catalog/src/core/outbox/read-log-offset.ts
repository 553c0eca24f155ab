import type { PinnedView } from '@needlestack/ordered-kv';
import { outboxFloorKey, outboxSequenceOf, TABLE, tableRange } from '../keys.ts';

/** First number that is not trimmed yet, in a pinned view. */
export async function readOutboxFloorOf(view: PinnedView): Promise<bigint> {
  const row = await view.get(outboxFloorKey());
  return row === undefined ? 1n : row.readBigUInt64BE(0);
}

/** Where to read the outbox from to see every change that the view does not show, and none that it shows. */
export async function readLogOffset(view: PinnedView): Promise<bigint> {
  const { start, end } = tableRange(TABLE.outbox);
  const [floor, last] = await Promise.all([readOutboxFloorOf(view), view.lastKey(start, end)]);
  const behind = last === undefined ? 0n : BigInt(outboxSequenceOf(last)) + 1n;
  return behind > floor ? behind : floor;
}
