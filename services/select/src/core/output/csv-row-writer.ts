import type { CsvOutputFormat } from '../request/output-format.ts';
import { formatValue } from '../value/format-value.ts';
import { isUnknown, StructValue, type Value } from '../value/value.ts';
import type { OutputSink } from './output-sink.ts';
import type { RowWriter } from './row-writer.ts';

const escapeForPattern = (text: string): string => text.replace(/[\\\]^-]/g, '\\$&');

export class CsvRowWriter implements RowWriter {
  readonly #sink: OutputSink;
  readonly #format: CsvOutputFormat;
  readonly #special: RegExp;
  readonly #escaped: RegExp;

  constructor(sink: OutputSink, format: CsvOutputFormat) {
    this.#sink = sink;
    this.#format = format;
    const { fieldDelimiter, quote, recordDelimiter, escapeChar } = format;
    this.#special = new RegExp(`[${escapeForPattern(`${fieldDelimiter}${quote}${recordDelimiter}\r\n`)}]`, 'u');
    // The escape is escaped too, or what follows it would be taken for escaped when the field is read back.
    this.#escaped = new RegExp(`[${escapeForPattern(quote + escapeChar)}]`, 'gu');
  }

  writeColumns(_names: readonly string[], values: readonly Value[]): void {
    const { fieldDelimiter, recordDelimiter } = this.#format;
    let row = '';
    for (let index = 0; index < values.length; index += 1) {
      if (index > 0) row += fieldDelimiter;
      row += this.#field(values[index]);
    }
    this.#sink.writeRow(row + recordDelimiter);
  }

  writeWhole(value: Value, _name: string): void {
    this.writeColumns([], value instanceof StructValue ? value.values : [value]);
  }

  #field(value: Value): string {
    const text = isUnknown(value) ? '' : formatValue(value);
    const { quoteFields, quote, escapeChar } = this.#format;
    if (quoteFields === 'ASNEEDED' && !this.#special.test(text)) return text;
    return quote + text.replace(this.#escaped, (char) => escapeChar + char) + quote;
  }
}
