import { keyAfter } from './key-range.ts';
import { WALKED_ROWS_AFTER_SKIP, WALKED_ROWS_MAX } from './limits.ts';
import type { KvProgram, KvReader, KvWalk, RowWalker } from './ordered-kv.ts';

/** Shows rows of scans to a walker, without those that it passes over. */
class ScanWalker {
  isOver = false;
  /** Rows before it are not shown; undefined when the last row was followed by the next. */
  passedTo: Uint8Array | undefined;
  readonly #walker: RowWalker;

  constructor(walker: RowWalker) {
    this.#walker = walker;
  }

  /** Keeps the keys of rows: a walk goes on behind the last one. */
  readonly showRow = (key: Buffer, value: Buffer): Buffer => {
    const isPassed = this.passedTo !== undefined && Buffer.compare(key, this.passedTo) < 0;
    if (!this.isOver && !isPassed) {
      const step = this.#walker(key, value);
      this.isOver = step === false;
      this.passedTo = typeof step === 'boolean' ? undefined : step;
    }
    return Buffer.from(key);
  };
}

/** A walk as scans, one after the other, for a reader that cannot go from row to row. */
export function* walkPages(
  tx: Pick<KvReader, 'scanDecoded'>,
  { start, end, rowsFirst }: KvWalk,
  walker: RowWalker,
): KvProgram<void> {
  const shown = new ScanWalker(walker);
  let from = start;
  let limit = rowsFirst;
  for (;;) {
    const page = yield* tx.scanDecoded({ start: from, end, limit }, shown.showRow);
    const last = page.rows.at(-1);
    if (shown.isOver || !page.hasMore || last === undefined) return;
    from = shown.passedTo ?? keyAfter(last);
    limit = shown.passedTo === undefined ? Math.min(limit * 2, WALKED_ROWS_MAX) : WALKED_ROWS_AFTER_SKIP;
  }
}
