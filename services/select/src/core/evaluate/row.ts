import type { Value } from '../value/value.ts';

/** One row of the input while it is current: nothing of it may be kept past the next row. */
export interface Row {
  /** The value in a slot that the scope gave out when a path was resolved. */
  column(slot: number): Value;
  /** The row itself as a value. */
  whole(): Value;
}

export type Evaluate = (row: Row) => Value;
