import { expandPath } from '../evaluate/follow-path.ts';
import type { NameStep, PathStep } from '../sql/ast/path-node.ts';
import type { Value } from '../value/value.ts';
import type { InputRow, RowReader } from './input-row.ts';
import { JsonLinesScanner } from './json-lines-scanner.ts';
import { JsonValueRow, rowNameOf } from './json-value-row.ts';

/** JSON lines below a path of FROM: each value that the path leads to is a row. */
export class JsonExpandingReader implements RowReader {
  readonly #lines: JsonLinesScanner;
  readonly #steps: readonly PathStep[];
  readonly #row: JsonValueRow;
  #values: readonly Value[] = [];
  #next = 0;

  constructor(steps: readonly PathStep[], wanted: readonly NameStep[], offsetBytes: number, startsMidRow: boolean) {
    this.#lines = new JsonLinesScanner([], offsetBytes, startsMidRow);
    this.#steps = steps;
    this.#row = new JsonValueRow(wanted, rowNameOf(steps));
  }

  get row(): InputRow {
    return this.#row;
  }

  get rowOffset(): number {
    return this.#lines.rowOffset;
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  finish(): void {
    this.#lines.finish();
  }

  next(): boolean {
    if (this.#next >= this.#values.length) {
      if (!this.#lines.next()) return false;
      this.#values = expandPath(this.#lines.whole(), this.#steps);
      this.#next = 0;
    }
    this.#row.set(this.#values[this.#next]);
    this.#next += 1;
    return true;
  }
}
