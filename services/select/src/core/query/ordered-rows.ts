import { HELD_ROWS_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import { orderOf } from '../value/compare-values.ts';
import { formatJson } from '../value/format-value.ts';
import { isUnknown, type Value } from '../value/value.ts';

interface HeldRow {
  readonly keys: readonly Value[];
  readonly values: readonly Value[];
}

const ROW_OVERHEAD_BYTES = 100;

/** Rows held until all are there, to be given out in order. NULL and MISSING come last, first when descending. */
export class OrderedRows {
  readonly #isDescending: readonly boolean[];
  readonly #rows: HeldRow[] = [];
  #heldBytes = 0;

  constructor(isDescending: readonly boolean[]) {
    this.#isDescending = isDescending;
  }

  /** Throws UnsupportedSqlOperation when the rows take more memory than they may. */
  add(keys: readonly Value[], values: readonly Value[]): void {
    this.#heldBytes += ROW_OVERHEAD_BYTES + sizeOf(keys) + sizeOf(values);
    if (this.#heldBytes > HELD_ROWS_MAX_BYTES) {
      throw new SelectFailure('UnsupportedSqlOperation', 'ORDER BY holds more than 64 MiB of rows');
    }
    this.#rows.push({ keys, values });
  }

  *sorted(): Generator<readonly Value[]> {
    this.#rows.sort((a, b) => this.#compare(a, b));
    for (const row of this.#rows) yield row.values;
  }

  #compare(a: HeldRow, b: HeldRow): number {
    for (let index = 0; index < a.keys.length; index += 1) {
      const order = compareKeys(a.keys[index], b.keys[index]);
      if (order !== 0) return this.#isDescending[index] === true ? -order : order;
    }
    return 0;
  }
}

const compareKeys = (a: Value, b: Value): number => {
  if (isUnknown(a) || isUnknown(b)) return Number(isUnknown(a)) - Number(isUnknown(b));
  const order = orderOf(a, b);
  if (!Number.isNaN(order)) return order;
  throw new SelectFailure('InvalidDataType', 'ORDER BY meets values of types that have no order');
};

const sizeOf = (values: readonly Value[]): number => {
  let size = 0;
  for (const value of values) size += (typeof value === 'string' ? value.length : formatJson(value).length) * 2;
  return size;
};
