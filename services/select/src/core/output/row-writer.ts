import type { Value } from '../value/value.ts';

/** Writes rows of a result in an output format. */
export interface RowWriter {
  /** One row of a select list: values by the names of its columns. */
  writeColumns(names: readonly string[], values: readonly Value[]): void;
  /** A row as it was read. One that is no object is called `name`. */
  writeWhole(value: Value, name: string): void;
}
