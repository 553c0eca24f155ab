import { SelectFailure } from '../select-failure.ts';
import { parseExactNumber } from '../value/parse-number.ts';
import { parseTimestamp } from '../value/timestamp-text.ts';
import { FloatValue, isInt, type Value } from '../value/value.ts';
import type { Token } from './token.ts';

/** A number token as a value. Throws IntegerOverflow for integers beyond 64 bits, LexerInvalidLiteral for what has no value. */
export const parseNumberLiteral = (token: Token, sign: '' | '-'): Value => {
  if (token.kind === 'float') {
    const value = Number(sign + token.text);
    if (!Number.isFinite(value))
      throw new SelectFailure('LexerInvalidLiteral', `${token.text} is beyond a float's range`);
    return new FloatValue(value);
  }
  const value = parseExactNumber(sign + token.text);
  if (value === undefined) throw new SelectFailure('LexerInvalidLiteral', 'a number has too many digits');
  if (token.kind === 'integer' && !isInt(value)) {
    throw new SelectFailure('IntegerOverflow', `the integer ${token.text} does not fit 64 bits`);
  }
  return value;
};

const ION_NUMBER = /^-?\d+(?:\.\d*)?(?:([dDeE])[+-]?\d+)?$/;

/** A scalar in Ion's text form, as it stands between backticks. Throws LexerInvalidIONLiteral. */
export const parseIonLiteral = (token: Token): Value => {
  const text = token.text.trim();
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  const number = ION_NUMBER.exec(text);
  if (number !== null) {
    const value = parseIonNumber(text, number[1]?.toLowerCase());
    if (value !== undefined) return value;
  }
  const timestamp = parseTimestamp(text);
  if (timestamp !== undefined) return timestamp;
  if (/^"(?:[^"\\]|\\.)*"$/.test(text)) {
    try {
      return String(JSON.parse(text));
    } catch {
      // Falls through to the one refusal below.
    }
  }
  throw new SelectFailure('LexerInvalidIONLiteral', `${JSON.stringify(text.slice(0, 100))} is no Ion scalar`);
};

const parseIonNumber = (text: string, exponentMark: string | undefined): Value => {
  if (exponentMark === 'e') {
    const value = Number(text);
    return Number.isFinite(value) ? new FloatValue(value) : undefined;
  }
  return parseExactNumber(exponentMark === 'd' ? text.replace(/d/i, 'e') : text);
};
