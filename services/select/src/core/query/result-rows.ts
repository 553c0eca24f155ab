import type { InputRow } from '../input/input-row.ts';
import type { CopyRow } from '../output/csv-row-copier.ts';
import type { RowWriter } from '../output/row-writer.ts';
import type { Value } from '../value/value.ts';
import type { CompiledQuery } from './compile-query.ts';
import { OrderedRows } from './ordered-rows.ts';

export interface ResultTarget {
  readonly writer: RowWriter;
  readonly copyRow: CopyRow | undefined;
  /** What a whole row is called that is no object. */
  readonly rowName: string;
}

/** Makes the result of the rows that a query keeps: at once, or when all are there if it groups or orders them. */
export class ResultRows {
  readonly #query: CompiledQuery;
  readonly #target: ResultTarget;
  readonly #ordered: OrderedRows | undefined;
  #written = 0;

  constructor(query: CompiledQuery, target: ResultTarget) {
    this.#query = query;
    this.#target = target;
    this.#ordered =
      query.order.length === 0 ? undefined : new OrderedRows(query.order.map(({ isDescending }) => isDescending));
  }

  /** No further row can change the result. */
  get isComplete(): boolean {
    return this.#written >= this.#query.limit;
  }

  /** Takes a row of the input that WHERE kept. */
  add(row: InputRow): void {
    const { groups } = this.#query;
    if (groups !== undefined) groups.add(row);
    else if (this.#ordered !== undefined) this.#hold(this.#ordered, row);
    else this.#write(row);
  }

  #hold(ordered: OrderedRows, row: InputRow): void {
    const { columns, order } = this.#query;
    const keys = order.map(({ key }) => key(row));
    ordered.add(keys, columns === undefined ? [row.whole()] : columns.values.map((value) => value(row)));
  }

  #write(row: InputRow): void {
    const { columns } = this.#query;
    if (columns === undefined) this.#writeWhole(row);
    else {
      const values: Value[] = [];
      for (const value of columns.values) values.push(value(row));
      this.#target.writer.writeColumns(columns.names, values);
    }
    this.#written += 1;
  }

  #writeWhole(row: InputRow): void {
    const { copyRow, writer, rowName } = this.#target;
    if (copyRow?.() !== true) writer.writeWhole(row.whole(), rowName);
  }

  /** Writes what was held back, a row at each step. */
  *finish(row: InputRow): Generator<void> {
    for (const values of this.#heldRows(row)) {
      if (this.isComplete) return;
      const { columns } = this.#query;
      const { writer, rowName } = this.#target;
      if (columns === undefined) writer.writeWhole(values[0], rowName);
      else writer.writeColumns(columns.names, values);
      this.#written += 1;
      yield;
    }
  }

  *#heldRows(row: InputRow): Generator<readonly Value[]> {
    const { groups, columns } = this.#query;
    if (groups === undefined || columns === undefined) {
      if (this.#ordered !== undefined) yield* this.#ordered.sorted();
      return;
    }
    for (const _ of groups.groups()) {
      const values = columns.values.map((value) => value(row));
      if (this.#ordered === undefined) yield values;
      else
        this.#ordered.add(
          this.#query.order.map(({ key }) => key(row)),
          values,
        );
    }
    if (this.#ordered !== undefined) yield* this.#ordered.sorted();
  }
}
