/**
 * Finds where a JSON value ends, checking its grammar on the way. Bytes, no strings: what a query does not ask for is never decoded.
 * The input may end anywhere inside the value; then the answer is `NEED_MORE` and the scan begins anew when there is more.
 */
import { JSON_DEPTH_MAX } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';

export const NEED_MORE = -1;

const QUOTE = 34;
const BACKSLASH = 92;
const LOWER_U = 117;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const COMMA = 44;
const COLON = 58;
const MINUS = 45;
const PLUS = 43;
const POINT = 46;
const ZERO = 48;

const table = (chars: string): Uint8Array => {
  const marks = new Uint8Array(256);
  for (const char of chars) marks[char.charCodeAt(0)] = 1;
  return marks;
};

const IS_BLANK = table(' \t\n\r');
const IS_DIGIT = table('0123456789');
const IS_HEX = table('0123456789abcdefABCDEF');
const IS_ESCAPE = table('"\\/bfnrtu');
/** Bytes that a string goes over without a second look. */
const IS_PLAIN = new Uint8Array(256).fill(1, 32);
IS_PLAIN[QUOTE] = 0;
IS_PLAIN[BACKSLASH] = 0;

const LITERALS: ReadonlyMap<number, Buffer> = new Map(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);

const malformed = (at: number, expected: string): SelectFailure =>
  new SelectFailure('JSONParsingError', `byte ${at} of the current input is not ${expected}`);

export const skipBlanks = (buffer: Buffer, from: number): number => {
  let at = from;
  while (IS_BLANK[buffer[at] ?? 0] === 1) at += 1;
  return at;
};

/** The place after the string whose opening quote is at `from`. */
export const skipString = (buffer: Buffer, from: number): number => {
  const { length } = buffer;
  let at = from + 1;
  for (;;) {
    while (at < length && IS_PLAIN[buffer[at] ?? 0] === 1) at += 1;
    if (at >= length) return NEED_MORE;
    const byte = buffer[at];
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) throw malformed(at, 'allowed in a string');
    if (at + 1 >= length) return NEED_MORE;
    if (IS_ESCAPE[buffer[at + 1] ?? 0] !== 1) throw malformed(at, 'an escape');
    if (buffer[at + 1] !== LOWER_U) {
      at += 2;
      continue;
    }
    for (let digit = at + 2; digit < at + 6; digit += 1) {
      if (digit >= length) return NEED_MORE;
      if (IS_HEX[buffer[digit] ?? 0] !== 1) throw malformed(digit, 'a hexadecimal digit');
    }
    at += 6;
  }
};

const skipDigits = (buffer: Buffer, from: number, isFinal: boolean): number => {
  let at = from;
  while (IS_DIGIT[buffer[at] ?? 0] === 1) at += 1;
  if (at >= buffer.length && !isFinal) return NEED_MORE;
  if (at === from) throw malformed(at, 'a digit');
  return at;
};

const skipNumber = (buffer: Buffer, from: number, isFinal: boolean): number => {
  let at = buffer[from] === MINUS ? from + 1 : from;
  const whole = at;
  at = skipDigits(buffer, at, isFinal);
  if (at < 0) return NEED_MORE;
  if (buffer[whole] === ZERO && at > whole + 1) throw malformed(whole, 'a number: it begins with 0');
  if (buffer[at] === POINT) {
    at = skipDigits(buffer, at + 1, isFinal);
    if (at < 0) return NEED_MORE;
  }
  // `e` or `E`
  if (((buffer[at] ?? 0) | 32) !== 101) return at;
  const sign = buffer[at + 1];
  return skipDigits(buffer, sign === PLUS || sign === MINUS ? at + 2 : at + 1, isFinal);
};

const skipLiteral = (buffer: Buffer, from: number): number => {
  const word = LITERALS.get(buffer[from] ?? 0);
  if (word === undefined) throw malformed(from, 'the beginning of a value');
  for (let index = 0; index < word.length; index += 1) {
    if (from + index >= buffer.length) return NEED_MORE;
    if (buffer[from + index] !== word[index]) throw malformed(from + index, `part of ${word}`);
  }
  return from + word.length;
};

/** The place after a string, number or literal. */
export const skipScalar = (buffer: Buffer, from: number, isFinal: boolean): number => {
  const byte = buffer[from] ?? 0;
  if (byte === QUOTE) return skipString(buffer, from);
  if (byte === MINUS || IS_DIGIT[byte] === 1) return skipNumber(buffer, from, isFinal);
  return skipLiteral(buffer, from);
};

/** The place of a member's value; the cursor stands at its name's opening quote. */
export const skipMemberName = (buffer: Buffer, from: number): number => {
  if (from >= buffer.length) return NEED_MORE;
  if (buffer[from] !== QUOTE) throw malformed(from, 'the name of a member');
  const nameEnd = skipString(buffer, from);
  if (nameEnd < 0) return NEED_MORE;
  const colon = skipBlanks(buffer, nameEnd);
  if (colon >= buffer.length) return NEED_MORE;
  if (buffer[colon] !== COLON) throw malformed(colon, 'a colon');
  const value = skipBlanks(buffer, colon + 1);
  return value >= buffer.length ? NEED_MORE : value;
};

/** What was opened at each depth of the value being skipped; skipping never calls itself. */
const opened = new Uint8Array(JSON_DEPTH_MAX + 1);

/** The place after the value that begins at `from`, which is `depth` containers deep already. Throws JSONParsingError. */
export const skipValue = (buffer: Buffer, from: number, isFinal: boolean, depth: number): number => {
  const { length } = buffer;
  let level = depth;
  let at = from;
  for (;;) {
    if (at >= length) return NEED_MORE;
    const byte = buffer[at] ?? 0;
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      level += 1;
      if (level > JSON_DEPTH_MAX)
        throw new SelectFailure('JSONParsingError', `a value nests deeper than ${JSON_DEPTH_MAX}`);
      opened[level] = byte;
      at = skipBlanks(buffer, at + 1);
      if (at >= length) return NEED_MORE;
      if (buffer[at] !== byte + 2) {
        if (byte === OPEN_OBJECT) at = skipMemberName(buffer, at);
        if (at < 0) return NEED_MORE;
        continue;
      }
    } else {
      at = skipScalar(buffer, at, isFinal);
      if (at < 0) return NEED_MORE;
      if (level === depth) return at;
      at = skipBlanks(buffer, at);
    }
    at = closeContainers(buffer, at, level, depth);
    if (at === NEED_MORE) return NEED_MORE;
    level = closedLevel;
    if (level === depth) return at;
    if (opened[level] === OPEN_OBJECT) at = skipMemberName(buffer, at);
    if (at < 0) return NEED_MORE;
  }
};

/** The level that `closeContainers` stopped at; a second result without an allocation. */
let closedLevel = 0;

/** After a value: takes closing brackets and the comma behind them. At the outermost level it stops after the bracket. */
const closeContainers = (buffer: Buffer, from: number, level: number, depth: number): number => {
  let at = from;
  closedLevel = level;
  for (;;) {
    if (at >= buffer.length) return NEED_MORE;
    const byte = buffer[at];
    const close = (opened[closedLevel] ?? 0) + 2;
    if (byte === close) {
      closedLevel -= 1;
      if (closedLevel === depth) return at + 1;
      at = skipBlanks(buffer, at + 1);
    } else if (byte === COMMA) {
      at = skipBlanks(buffer, at + 1);
      return at >= buffer.length ? NEED_MORE : at;
    } else {
      throw malformed(at, close === CLOSE_OBJECT ? 'a comma or }' : close === CLOSE_LIST ? 'a comma or ]' : 'a value');
    }
  }
};
