import type { JsonOutputFormat } from '../request/output-format.ts';
import { formatJson } from '../value/format-value.ts';
import { StructValue, type Value } from '../value/value.ts';
import type { OutputSink } from './output-sink.ts';
import type { RowWriter } from './row-writer.ts';

export class JsonRowWriter implements RowWriter {
  readonly #sink: OutputSink;
  readonly #recordDelimiter: string;
  #names: readonly string[] = [];
  #keys: readonly string[] = [];

  constructor(sink: OutputSink, format: JsonOutputFormat) {
    this.#sink = sink;
    this.#recordDelimiter = format.recordDelimiter;
  }

  writeColumns(names: readonly string[], values: readonly Value[]): void {
    const keys = this.#keysOf(names);
    let row = '';
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (value === undefined) continue;
      row += `${row === '' ? '{' : ','}${keys[index]}${formatJson(value)}`;
    }
    this.#sink.writeRow(`${row === '' ? '{' : row}}${this.#recordDelimiter}`);
  }

  writeWhole(value: Value, name: string): void {
    if (value instanceof StructValue) this.#sink.writeRow(formatJson(value) + this.#recordDelimiter);
    else this.writeColumns([name], [value]);
  }

  /** The names as JSON with their colons; they are the same for every row of a query. */
  #keysOf(names: readonly string[]): readonly string[] {
    if (names !== this.#names && !(names.length === 1 && names[0] === this.#names[0] && this.#names.length === 1)) {
      this.#keys = names.map((name) => `${JSON.stringify(name)}:`);
      this.#names = names;
    }
    return this.#keys;
  }
}
