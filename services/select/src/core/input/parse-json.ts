/** Values from JSON text whose grammar was checked before. */
import { SelectFailure } from '../select-failure.ts';
import { parseExactNumber } from '../value/parse-number.ts';
import { StructValue, type Value } from '../value/value.ts';
import { skipBlanks, skipScalar, skipString } from './skip-json.ts';

const QUOTE = 34;
const BACKSLASH = 92;

/** The text of the string between the quotes at `start` and before `end`. */
export const parseString = (buffer: Buffer, start: number, end: number): string => {
  for (let at = start + 1; at < end; at += 1) {
    if (buffer[at] === BACKSLASH) return String(JSON.parse(buffer.toString('utf8', start, end)));
  }
  return buffer.toString('utf8', start + 1, end - 1);
};

class JsonParser {
  readonly #buffer: Buffer;
  #at: number;

  constructor(buffer: Buffer, at: number) {
    this.#buffer = buffer;
    this.#at = at;
  }

  value(): Value {
    this.#at = skipBlanks(this.#buffer, this.#at);
    switch (this.#buffer[this.#at]) {
      case 123:
        return this.#struct();
      case 91:
        return this.#list();
      case QUOTE:
        return this.#string();
      case 116:
        this.#at += 4;
        return true;
      case 102:
        this.#at += 5;
        return false;
      case 110:
        this.#at += 4;
        return null;
      default:
        return this.#number();
    }
  }

  #string(): string {
    const start = this.#at;
    this.#at = skipString(this.#buffer, start);
    return parseString(this.#buffer, start, this.#at);
  }

  #number(): Value {
    const start = this.#at;
    this.#at = skipScalar(this.#buffer, start, true);
    const text = this.#buffer.toString('latin1', start, this.#at);
    const value = parseExactNumber(text);
    if (value === undefined) {
      throw new SelectFailure('JSONParsingError', `the number ${text.slice(0, 50)} is out of range`);
    }
    return value;
  }

  /** Goes to the next item, or over the closing bracket. */
  #hasMore(close: number): boolean {
    this.#at = skipBlanks(this.#buffer, this.#at);
    const byte = this.#buffer[this.#at];
    if (byte === close) {
      this.#at += 1;
      return false;
    }
    // 44 is the comma between items; before the first there is none.
    if (byte === 44) this.#at = skipBlanks(this.#buffer, this.#at + 1);
    return true;
  }

  #list(): Value[] {
    const items: Value[] = [];
    this.#at += 1;
    while (this.#hasMore(93)) items.push(this.value());
    return items;
  }

  #struct(): StructValue {
    const names: string[] = [];
    const values: Value[] = [];
    this.#at += 1;
    while (this.#hasMore(125)) {
      names.push(this.#string());
      this.#at = skipBlanks(this.#buffer, this.#at) + 1;
      values.push(this.value());
    }
    return new StructValue(names, values);
  }
}

/** The value that begins at `start`. */
export const parseJson = (buffer: Buffer, start: number): Value => new JsonParser(buffer, start).value();
