/**
 * JSON values that follow each other, each a row. Of an object only the members that the query names are noted while its end is
 * looked for, and only when one is asked for is it decoded.
 */
import { memberOf } from '../evaluate/follow-path.ts';
import { RECORD_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { NameStep } from '../sql/ast/path-node.ts';
import { StructValue, type Value } from '../value/value.ts';
import { ByteWindow } from './byte-window.ts';
import type { InputRow, RowReader } from './input-row.ts';
import { JsonMemberNames } from './json-member-names.ts';
import { UNNAMED_ROW } from './json-value-row.ts';
import { parseJson } from './parse-json.ts';
import { NEED_MORE, skipBlanks, skipMemberName, skipScalar, skipString, skipValue } from './skip-json.ts';

const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const COMMA = 44;
const NEWLINE = 10;

export class JsonLinesScanner implements RowReader, InputRow {
  readonly #window: ByteWindow;
  readonly #wanted: readonly NameStep[];
  readonly #names: JsonMemberNames;
  /** Where the value of each wanted member begins, or -1. */
  readonly #places: Int32Array;
  #isMidRow: boolean;
  #isObject = false;
  start = 0;
  end = 0;
  /** Offset of the line on which the row begins: ranges give out lines, not the values on them. */
  rowOffset = 0;

  constructor(wanted: readonly NameStep[], offsetBytes: number, startsMidRow: boolean) {
    this.#window = new ByteWindow(offsetBytes);
    this.#wanted = wanted;
    this.#names = new JsonMemberNames(wanted);
    this.#places = new Int32Array(wanted.length);
    this.#isMidRow = startsMidRow;
    this.rowOffset = offsetBytes;
  }

  get row(): InputRow {
    return this;
  }

  get buffer(): Buffer {
    return this.#window.buffer;
  }

  push(chunk: Uint8Array): void {
    this.#window.push(chunk);
  }

  finish(): void {
    this.#window.finish();
  }

  next(): boolean {
    const window = this.#window;
    if (!window.takeByteOrderMark()) return false;
    if (this.#isMidRow && !this.#skipToLine()) return false;
    const { buffer, isFinal } = window;
    const start = this.#skipBlanksBetween();
    if (start >= buffer.length) return false;
    const end = this.#scanRow(start);
    if (end === NEED_MORE) {
      if (isFinal) throw new SelectFailure('JSONParsingError', 'the input ends inside a value');
      this.#assertSize(buffer.length - start);
      return false;
    }
    this.#assertSize(end - start);
    window.assertText(start, end);
    this.start = start;
    this.end = end;
    window.position = end;
    return true;
  }

  #assertSize(sizeBytes: number): void {
    if (sizeBytes > RECORD_MAX_BYTES) {
      throw new SelectFailure(
        'OverMaxRecordSize',
        `the row at offset ${this.rowOffset} is over ${RECORD_MAX_BYTES} bytes`,
      );
    }
  }

  #skipToLine(): boolean {
    const window = this.#window;
    const at = window.buffer.indexOf(NEWLINE, window.position);
    window.position = at < 0 ? window.buffer.length : at + 1;
    if (at < 0) return false;
    this.rowOffset = window.offsetOf(window.position);
    this.#isMidRow = false;
    return true;
  }

  /** Takes the blanks before the next value and notes where its line begins. */
  #skipBlanksBetween(): number {
    const window = this.#window;
    const start = skipBlanks(window.buffer, window.position);
    if (start > window.position) {
      const newline = window.buffer.lastIndexOf(NEWLINE, start - 1);
      if (newline >= window.position) this.rowOffset = window.offsetOf(newline + 1);
      window.position = start;
    }
    return start;
  }

  #scanRow(start: number): number {
    const { buffer, isFinal } = this.#window;
    this.#isObject = buffer[start] === OPEN_OBJECT;
    if (!this.#isObject) return skipValue(buffer, start, isFinal, 0);
    this.#places.fill(-1);
    return this.#scanMembers(start);
  }

  #scanMembers(start: number): number {
    const { buffer, isFinal } = this.#window;
    const { length } = buffer;
    let at = skipBlanks(buffer, start + 1);
    if (at >= length) return NEED_MORE;
    if (buffer[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      const value = skipMemberName(buffer, at);
      if (value < 0) return NEED_MORE;
      this.#names.note(buffer, at, value, this.#places);
      const byte = buffer[value];
      if (byte === OPEN_OBJECT || byte === 91) at = skipValue(buffer, value, isFinal, 1);
      else at = byte === 34 ? skipString(buffer, value) : skipScalar(buffer, value, isFinal);
      if (at < 0) return NEED_MORE;
      at = skipBlanks(buffer, at);
      if (at >= length) return NEED_MORE;
      if (buffer[at] === CLOSE_OBJECT) return at + 1;
      if (buffer[at] !== COMMA) {
        throw new SelectFailure('JSONParsingError', `no comma or } at offset ${this.#window.offsetOf(at)}`);
      }
      at = skipBlanks(buffer, at + 1);
    }
  }

  column(slot: number): Value {
    if (this.#isObject) {
      const place = this.#places[slot] ?? -1;
      return place < 0 ? undefined : parseJson(this.#window.buffer, place);
    }
    const name = this.#wanted[slot];
    return name === undefined ? undefined : memberOf(new StructValue([UNNAMED_ROW], [this.whole()]), name);
  }

  whole(): Value {
    return parseJson(this.#window.buffer, this.start);
  }
}
