import { COLUMNS_MAX } from '../limits.ts';
import type { CsvInputFormat } from '../request/input-format.ts';
import { SelectFailure } from '../select-failure.ts';
import type { ByteWindow } from './byte-window.ts';

const CARRIAGE_RETURN = 13;
const FIELDS_AT_FIRST = 64;

/** Where the fields of one row lie; a field that is not one piece of the row's bytes is kept as text. */
export class CsvFieldCutter {
  readonly #window: ByteWindow;
  readonly #delimiter: Buffer;
  readonly #quote: Buffer;
  readonly #escape: Buffer;
  #starts = new Int32Array(FIELDS_AT_FIRST);
  #ends = new Int32Array(FIELDS_AT_FIRST);
  readonly #texts = new Map<number, string>();
  #count = 0;
  /** Where the next field of a plain row begins; beyond the row's end when all are cut. */
  #next = 0;
  #rowEnd = 0;
  /** End of the last field of the row that was cut by `cutQuotedRecord`. */
  contentEnd = 0;

  constructor(window: ByteWindow, format: CsvInputFormat) {
    this.#window = window;
    this.#delimiter = Buffer.from(format.fieldDelimiter);
    this.#quote = Buffer.from(format.quote);
    this.#escape = Buffer.from(format.escapeChar);
  }

  /** Begins a row without quotes; its fields are cut when they are asked for. */
  startPlain(start: number, end: number): void {
    if (this.#texts.size > 0) this.#texts.clear();
    this.#count = 0;
    this.#next = start;
    this.#rowEnd = end;
  }

  /** The field's text, or undefined when the row is too short. */
  text(slot: number): string | undefined {
    if (slot >= this.#count && !this.#cutPlainTo(slot)) return undefined;
    if (this.#texts.size > 0) {
      const text = this.#texts.get(slot);
      if (text !== undefined) return text;
    }
    return this.#window.text(this.#starts[slot] ?? 0, this.#ends[slot] ?? 0);
  }

  /** Cuts what is not cut yet; the number of fields. Throws OverMaxColumn. */
  cutAll(): number {
    this.#cutPlainTo(COLUMNS_MAX);
    return this.#count;
  }

  #add(start: number, end: number): void {
    const slot = this.#count;
    if (slot >= COLUMNS_MAX) throw new SelectFailure('OverMaxColumn', `a row has more than ${COLUMNS_MAX} columns`);
    if (slot >= this.#starts.length) this.#grow();
    this.#starts[slot] = start;
    this.#ends[slot] = end;
    this.#count = slot + 1;
  }

  #grow(): void {
    const starts = new Int32Array(this.#starts.length * 2);
    const ends = new Int32Array(this.#ends.length * 2);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
  }

  #cutPlainTo(slot: number): boolean {
    const { buffer } = this.#window;
    const delimiter = this.#delimiter;
    const first = delimiter[0] ?? 0;
    const isSingle = delimiter.length === 1;
    const end = this.#rowEnd;
    while (this.#count <= slot && this.#next <= end) {
      let at = this.#next;
      while (at < end && (buffer[at] !== first || !(isSingle || this.#stands(delimiter, at, end)))) at += 1;
      this.#add(this.#next, at);
      this.#next = at >= end ? end + 1 : at + delimiter.length;
    }
    return this.#count > slot;
  }

  /** Whether the mark stands at the place and ends by `end`. */
  #stands(mark: Buffer, at: number, end: number): boolean {
    if (at + mark.length > end || mark.length === 0) return false;
    const { buffer } = this.#window;
    for (let index = 0; index < mark.length; index += 1) if (buffer[at + index] !== mark[index]) return false;
    return true;
  }

  #startQuoted(): void {
    this.#texts.clear();
    this.#count = 0;
    this.#rowEnd = 0;
    this.#next = 1;
  }

  /** Cuts a row that is known to end at `end`. Throws CSVParsingError when a quote is open there. */
  cutQuoted(start: number, end: number): void {
    this.#startQuoted();
    for (let at = start; at <= end; ) {
      const fieldEnd = this.#cutField(at, end, end);
      if (fieldEnd < 0) throw this.#openQuote(at);
      at = fieldEnd >= end ? end + 1 : fieldEnd + this.#delimiter.length;
    }
  }

  #openQuote(at: number): SelectFailure {
    return new SelectFailure('CSVParsingError', `the quote at offset ${this.#window.offsetOf(at)} is never closed`);
  }

  /**
   * Cuts a row whose end its quotes tell. The place of its record delimiter, or of the window's end when the input ends there; -1
   * when the row goes on past the window. Throws CSVParsingError when the input ends inside a quote.
   */
  cutQuotedRecord(start: number, recordDelimiter: Buffer, dropsCarriageReturn: boolean): number {
    const { buffer, isFinal } = this.#window;
    this.#startQuoted();
    for (let at = start; ; ) {
      const tailFrom = this.#skipQuotes(at);
      if (tailFrom < 0) {
        if (isFinal) throw this.#openQuote(at);
        return -1;
      }
      const field = buffer.indexOf(this.#delimiter, tailFrom);
      const record = buffer.indexOf(recordDelimiter, tailFrom);
      if (record < 0 && !isFinal) return -1;
      const rowEnd = record < 0 ? buffer.length : record;
      if (field >= 0 && field < rowEnd) {
        this.#cutField(at, field, buffer.length);
        at = field + this.#delimiter.length;
        continue;
      }
      const drops = dropsCarriageReturn && rowEnd > at && buffer[rowEnd - 1] === CARRIAGE_RETURN;
      this.contentEnd = drops ? rowEnd - 1 : rowEnd;
      this.#cutField(at, this.contentEnd, buffer.length);
      return rowEnd;
    }
  }

  /** Where the rest of a field begins after its quoted part: the place itself for an unquoted one, -1 when the quote stays open. */
  #skipQuotes(at: number): number {
    const { buffer } = this.#window;
    if (!this.#stands(this.#quote, at, buffer.length)) return at;
    let from = at + this.#quote.length;
    while (from < buffer.length) {
      const taken = this.#takeQuoted(from, buffer.length);
      if (taken < 0) return -taken;
      from = taken;
    }
    return -1;
  }

  /**
   * One step inside quotes: the place after a character, or after an escape and what it stands before. When the step is the closing
   * quote, the negative of the place after it.
   */
  #takeQuoted(at: number, end: number): number {
    const { buffer } = this.#window;
    const quote = this.#quote;
    if (this.#stands(this.#escape, at, end)) {
      const after = at + this.#escape.length;
      const isQuote = this.#escape.equals(quote);
      if (!isQuote) return Math.min(end, after + codePointLength(buffer[after] ?? 0));
      if (this.#stands(quote, after, end)) return after + quote.length;
      return -after;
    }
    return this.#stands(quote, at, end) ? -(at + quote.length) : at + 1;
  }

  /**
   * Adds the field that begins at `at`. An unquoted field ends at the next delimiter before `end`; so does the text after a closing
   * quote. Returns that end, or -1 when the quote is open at `quoteEnd`.
   */
  #cutField(at: number, end: number, quoteEnd: number): number {
    if (!this.#stands(this.#quote, at, end)) {
      const fieldEnd = this.#delimiterAfter(at, end);
      this.#add(at, fieldEnd);
      return fieldEnd;
    }
    const contentStart = at + this.#quote.length;
    let pieces: string | undefined;
    let pieceStart = contentStart;
    let from = contentStart;
    while (from < quoteEnd) {
      const taken = this.#takeQuoted(from, quoteEnd);
      if (taken < 0) {
        const contentEnd = -taken - this.#quote.length;
        const fieldEnd = this.#delimiterAfter(-taken, end);
        this.#addQuoted(pieces, pieceStart, contentEnd, -taken, fieldEnd);
        return fieldEnd;
      }
      if (this.#stands(this.#escape, from, quoteEnd)) {
        // An escape: it vanishes, and what it stands before begins the next piece.
        pieces = (pieces ?? '') + this.#window.text(pieceStart, from);
        pieceStart = from + this.#escape.length;
      }
      from = taken;
    }
    return -1;
  }

  #addQuoted(pieces: string | undefined, start: number, end: number, tailStart: number, tailEnd: number): void {
    if (pieces !== undefined || tailEnd > tailStart) {
      const window = this.#window;
      this.#texts.set(this.#count, (pieces ?? '') + window.text(start, end) + window.text(tailStart, tailEnd));
    }
    this.#add(start, end);
  }

  #delimiterAfter(at: number, end: number): number {
    const { buffer } = this.#window;
    const first = this.#delimiter[0] ?? 0;
    let found = at;
    while (found < end && (buffer[found] !== first || !this.#stands(this.#delimiter, found, end))) found += 1;
    return found;
  }
}

const codePointLength = (lead: number): number => (lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
