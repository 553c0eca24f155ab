/**
 * CSV rows from bytes (rules of select.md section 1). Two ways to read a row:
 *
 * - without a quote in it, its end is found first and its fields are cut only as far as someone asks for them
 * - with a quote, all its fields are cut at once by the rules of quoting
 *
 * A quote opens only at the start of a field; elsewhere it is data. Unless quoted record delimiters are allowed, a record delimiter
 * always ends the row, so that a row's end never depends on its quotes.
 */
import { COLUMNS_MAX } from '../limits.ts';
import type { CsvInputFormat } from '../request/input-format.ts';
import { StructValue, type Value } from '../value/value.ts';
import { ByteWindow } from './byte-window.ts';
import { CsvFieldCutter } from './csv-field-cutter.ts';
import type { InputRow, RowReader } from './input-row.ts';

const CARRIAGE_RETURN = 13;

export class CsvScanner implements RowReader, InputRow {
  readonly #window: ByteWindow;
  readonly #recordDelimiter: Buffer;
  readonly #quote: Buffer;
  readonly #comment: Buffer;
  readonly #dropsCarriageReturn: boolean;
  readonly #allowQuotedRecordDelimiter: boolean;
  readonly #fields: CsvFieldCutter;
  #names: readonly string[] = [];
  #isMidRow: boolean;
  #searchFrom = 0;
  #nextQuote = -1;

  start = 0;
  end = 0;
  /** The row has no quote: its bytes are its fields and the delimiters between them. */
  isPlain = true;
  rowOffset = 0;

  /** @param startsMidRow the first bytes belong to a row that began before them: skip to the first record delimiter */
  constructor(format: CsvInputFormat, offsetBytes: number, startsMidRow: boolean) {
    this.#window = new ByteWindow(offsetBytes);
    this.#recordDelimiter = Buffer.from(format.recordDelimiter);
    this.#quote = Buffer.from(format.quote);
    this.#comment = Buffer.from(format.comment);
    this.#dropsCarriageReturn = format.recordDelimiter === '\n';
    this.#allowQuotedRecordDelimiter = format.allowQuotedRecordDelimiter;
    this.#fields = new CsvFieldCutter(this.#window, format);
    this.#isMidRow = startsMidRow;
  }

  get row(): InputRow {
    return this;
  }

  get buffer(): Buffer {
    return this.#window.buffer;
  }

  /** Offset in the object just behind the current row. */
  get nextOffset(): number {
    return this.#window.offsetOf(this.#window.position);
  }

  /** Names of the columns for whole rows; without them, and for fields beyond them, `_1`, `_2` and so on. */
  setNames(names: readonly string[]): void {
    this.#names = names;
  }

  push(chunk: Uint8Array): void {
    const moved = this.#window.position;
    this.#window.push(chunk);
    this.#searchFrom = Math.max(0, this.#searchFrom - moved);
    this.#nextQuote = -1;
  }

  finish(): void {
    this.#window.finish();
  }

  next(): boolean {
    const window = this.#window;
    if (!window.takeByteOrderMark()) return false;
    if (this.#isMidRow && !this.#skipToRecord()) return false;
    for (;;) {
      this.#skipBlankLines();
      if (window.position >= window.buffer.length) return false;
      const isComment = this.#startsWith(this.#comment, window.position);
      if (isComment === undefined) return false;
      const from = window.position;
      const next = isComment ? this.#endRecord() : this.#readRow();
      if (next < 0) {
        window.assertRecordSize(window.buffer.length);
        return false;
      }
      window.assertRecordSize(next);
      window.position = next;
      this.#searchFrom = next;
      if (!isComment && this.end > this.start) {
        window.assertText(this.start, this.end);
        this.rowOffset = window.rowOffsetOf(from);
        return true;
      }
    }
  }

  /** Delimiters in a row, which would cost a search each. */
  #skipBlankLines(): void {
    const window = this.#window;
    const [delimiter, second] = this.#recordDelimiter;
    if (delimiter === undefined || second !== undefined) return;
    const { buffer } = window;
    let at = window.position;
    while (buffer[at] === delimiter) at += 1;
    window.position = at;
    if (this.#searchFrom < at) this.#searchFrom = at;
  }

  /** Whether the mark stands there; undefined when its end is still to come. An empty mark stands nowhere. */
  #startsWith(mark: Buffer, at: number): boolean | undefined {
    const { buffer, isFinal } = this.#window;
    for (let index = 0; index < mark.length; index += 1) {
      if (at + index >= buffer.length) return isFinal ? false : undefined;
      if (buffer[at + index] !== mark[index]) return false;
    }
    return mark.length > 0;
  }

  #skipToRecord(): boolean {
    const window = this.#window;
    const { buffer } = window;
    const at = buffer.indexOf(this.#recordDelimiter, window.position);
    if (at < 0) {
      const kept = window.isFinal ? 0 : this.#recordDelimiter.length - 1;
      window.position = Math.max(window.position, buffer.length - kept);
      return false;
    }
    window.position = at + this.#recordDelimiter.length;
    this.#searchFrom = window.position;
    this.#isMidRow = false;
    return true;
  }

  /** Finds the record delimiter; sets `end` before it and returns the place after it, or -1 when it is still to come. */
  #endRecord(): number {
    const { buffer, isFinal, position } = this.#window;
    const delimiter = this.#recordDelimiter;
    const from = Math.max(position, this.#searchFrom);
    const at = delimiter.length === 1 ? buffer.indexOf(delimiter[0] ?? 0, from) : buffer.indexOf(delimiter, from);
    if (at < 0 && !isFinal) {
      this.#searchFrom = Math.max(position, buffer.length - delimiter.length + 1);
      return -1;
    }
    const end = at < 0 ? buffer.length : at;
    this.start = position;
    this.end = this.#dropsCarriageReturn && end > position && buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    return at < 0 ? end : end + delimiter.length;
  }

  #readRow(): number {
    const { position } = this.#window;
    const next = this.#endRecord();
    if (next < 0) return -1;
    this.isPlain = this.#quoteAfter(position) >= this.end;
    if (this.isPlain) {
      this.#fields.startPlain(this.start, this.end);
      if (this.end - this.start >= COLUMNS_MAX) this.#fields.cutAll();
      return next;
    }
    if (!this.#allowQuotedRecordDelimiter) {
      this.#fields.cutQuoted(this.start, this.end);
      return next;
    }
    return this.#readCrossingRow();
  }

  /** A row in which record delimiters may be quoted: its quotes tell where it ends. */
  #readCrossingRow(): number {
    const { buffer, position } = this.#window;
    const at = this.#fields.cutQuotedRecord(position, this.#recordDelimiter, this.#dropsCarriageReturn);
    if (at < 0) return -1;
    this.end = this.#fields.contentEnd;
    return Math.min(buffer.length, at + this.#recordDelimiter.length);
  }

  /** The first quote at or after the place; the window's end when there is none. */
  #quoteAfter(position: number): number {
    if (this.#nextQuote >= position) return this.#nextQuote;
    const { buffer } = this.#window;
    const at = this.#quote.length === 0 ? -1 : buffer.indexOf(this.#quote, position);
    this.#nextQuote = at < 0 ? buffer.length : at;
    return this.#nextQuote;
  }

  column(slot: number): Value {
    return this.#fields.text(slot);
  }

  /** All fields of the row. */
  fields(): string[] {
    const count = this.#fields.cutAll();
    const texts: string[] = [];
    for (let slot = 0; slot < count; slot += 1) texts.push(this.#fields.text(slot) ?? '');
    return texts;
  }

  whole(): Value {
    const values = this.fields();
    const names = values.map((_, slot) => this.#names[slot] ?? `_${slot + 1}`);
    return new StructValue(names, values);
  }

  /** Whether the row's bytes can stand as they are in a CSV output with the same field delimiter. */
  isCopyable(specials: Uint8Array): boolean {
    if (!this.isPlain) return false;
    const { buffer } = this.#window;
    for (let at = this.start; at < this.end; at += 1) if (specials[buffer[at] ?? 0] === 1) return false;
    return true;
  }
}
