import { IcebergFormatError } from '../iceberg-format-error.ts';
import { JSON_DEPTH_MAX } from '../limits.ts';
import { JsonNumber, type JsonObject, type JsonValue } from './json-value.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Integers of at most 15 digits are exact as doubles whatever the digits are. */
const SAFE_DIGITS_MAX = 15;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

/**
 * Parses one JSON document (RFC 8259) without loss of numbers; see {@link JsonValue}. A name given twice keeps its last value.
 * Strings and names are taken by `JSON.parse` where they hold escapes, so that they mean what they mean everywhere.
 * Refuses with `bad-json`, naming the offset in UTF-16 units.
 */
export function parseJson(text: string): JsonValue {
  const cursor = new JsonCursor(text);
  const value = cursor.readValue(0);
  cursor.expectEnd();
  return value;
}

/** A position in the text: the reading methods advance it. */
class JsonCursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readValue(depth: number): JsonValue {
    switch (this.#skipSpace()) {
      case QUOTE:
        return this.#readString();
      case OPEN_BRACE:
        return this.#readObject(depth + 1);
      case OPEN_BRACKET:
        return this.#readArray(depth + 1);
      case 0x74:
        return this.#readWord('true', true);
      case 0x66:
        return this.#readWord('false', false);
      case 0x6e:
        return this.#readWord('null', null);
      default:
        return this.#readNumber();
    }
  }

  expectEnd(): void {
    if (!Number.isNaN(this.#skipSpace())) throw this.#unexpected('the end');
  }

  #readObject(depth: number): JsonObject {
    if (depth > JSON_DEPTH_MAX) throw new IcebergFormatError('bad-json', `JSON nests deeper than ${JSON_DEPTH_MAX}`);
    const members: Record<string, JsonValue> = {};
    this.#at += 1;
    if (this.#skipSpace() === CLOSE_BRACE) {
      this.#at += 1;
      return members;
    }
    for (;;) {
      if (this.#skipSpace() !== QUOTE) throw this.#unexpected('a member name');
      const name = this.#readString();
      if (this.#skipSpace() !== COLON) throw this.#unexpected("':'");
      this.#at += 1;
      const value = this.readValue(depth);
      if (name === '__proto__') {
        Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true });
      } else {
        members[name] = value;
      }
      const next = this.#skipSpace();
      if (next !== COMMA && next !== CLOSE_BRACE) throw this.#unexpected("',' or '}'");
      this.#at += 1;
      if (next === CLOSE_BRACE) return members;
    }
  }

  #readArray(depth: number): JsonValue[] {
    if (depth > JSON_DEPTH_MAX) throw new IcebergFormatError('bad-json', `JSON nests deeper than ${JSON_DEPTH_MAX}`);
    const values: JsonValue[] = [];
    this.#at += 1;
    if (this.#skipSpace() === CLOSE_BRACKET) {
      this.#at += 1;
      return values;
    }
    for (;;) {
      values.push(this.readValue(depth));
      const next = this.#skipSpace();
      if (next !== COMMA && next !== CLOSE_BRACKET) throw this.#unexpected("',' or ']'");
      this.#at += 1;
      if (next === CLOSE_BRACKET) return values;
    }
  }

  #readString(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let hasEscape = false;
    for (let at = start; ; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        this.#at = at + 1;
        return hasEscape ? this.#decodeString(start - 1, at + 1) : text.slice(start, at);
      }
      if (unit === BACKSLASH) {
        hasEscape = true;
        at += 1;
      } else if (!(unit >= 0x20)) {
        this.#at = at;
        throw this.#unexpected('a closing quote');
      }
    }
  }

  #decodeString(start: number, end: number): string {
    try {
      return String(JSON.parse(this.#text.slice(start, end)));
    } catch {
      this.#at = start;
      throw this.#unexpected('a string with valid escapes');
    }
  }

  #readNumber(): JsonValue {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#unexpected('a value');
    const [text, fraction, exponent] = match;
    this.#at += text.length;
    if (fraction === undefined && exponent === undefined) {
      if (text === '-0') return new JsonNumber(text);
      if (text.length <= SAFE_DIGITS_MAX) return Number(text);
      const value = Number(text);
      return Number.isSafeInteger(value) ? value : BigInt(text);
    }
    const value = Number(text);
    return String(value) === text ? value : new JsonNumber(text);
  }

  #readWord<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected('a value');
    this.#at += word.length;
    return value;
  }

  /** Skips white space; gives the next unit, NaN at the end. */
  #skipSpace(): number {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return unit;
      this.#at += 1;
    }
  }

  #unexpected(expected: string): IcebergFormatError {
    const found = this.#at >= this.#text.length ? 'the end' : JSON.stringify(this.#text.slice(this.#at, this.#at + 12));
    return new IcebergFormatError(
      'bad-json',
      `Invalid JSON at offset ${this.#at}: found ${found}, expected ${expected}`,
    );
  }
}
