import type { Database } from 'lmdb';
import type { RowWalker } from '../ordered-kv.ts';
import { boundString } from './key-string.ts';

/** A range whose start moves on with the walk. */
interface WalkedRange {
  start: string;
  readonly end: string;
}

/**
 * Shows the rows of a range to `walker`. The library's range is made once for all that the walk passes over: each time it is iterated, it begins
 * at what `start` is then. A new one for each would be most of the work, and garbage that the collector takes long over.
 */
export function walkRows(table: Database<Buffer, string>, range: WalkedRange, walker: RowWalker): void {
  const rows = table.getRange(range) as Iterable<{ key: unknown; value: Buffer }>;
  let next: Uint8Array | undefined;
  while (range.start < range.end) {
    next = undefined;
    for (const { key, value } of rows) {
      const step = walker(key as Buffer, value);
      if (step === true) continue;
      if (step === false) return;
      next = step;
      break;
    }
    if (next === undefined) return;
    range.start = boundString(next);
  }
}
