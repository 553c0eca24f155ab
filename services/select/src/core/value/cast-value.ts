/** CAST and its short forms: text is trimmed; what cannot be read is CastFailed, a pair without a rule InvalidCast. */
import { SelectFailure } from '../select-failure.ts';
import { toDecimal, toNumber } from './arithmetic.ts';
import { Decimal, decimalOf, truncateDecimal } from './decimal.ts';
import { formatValue } from './format-value.ts';
import { parseExactNumber, parseNumber } from './parse-number.ts';
import { Timestamp } from './timestamp.ts';
import { parseTimestamp } from './timestamp-text.ts';
import {
  FloatValue,
  floatOf,
  INT_MAX,
  INT_MIN,
  intOf,
  isInt,
  isNumeric,
  isUnknown,
  type NumericValue,
  typeNameOf,
  type Value,
} from './value.ts';

export type CastType = 'BOOL' | 'INT' | 'STRING' | 'FLOAT' | 'DECIMAL' | 'TIMESTAMP';

const TEXT_SHOWN_MAX = 100;

const castFailed = (value: Value, type: CastType): SelectFailure =>
  new SelectFailure(
    'CastFailed',
    `cannot read ${JSON.stringify(formatValue(value).slice(0, TEXT_SHOWN_MAX))} as ${type}`,
  );

const invalidCast = (value: Value, type: CastType): SelectFailure =>
  new SelectFailure('InvalidCast', `cannot cast ${typeNameOf(value)} to ${type}`);

/** The value in another type. NULL and MISSING stay what they are. Throws CastFailed or InvalidCast. */
export const castValue = (value: Value, type: CastType): Value => {
  if (isUnknown(value)) return value;
  switch (type) {
    case 'INT':
      return castToInt(value);
    case 'DECIMAL':
      return castToDecimal(value);
    case 'FLOAT':
      return castToFloat(value);
    case 'BOOL':
      return castToBool(value);
    case 'STRING':
      return formatValue(value);
    case 'TIMESTAMP':
      return castToTimestamp(value);
  }
};

const castToInt = (value: Value): Value => {
  if (isInt(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  const number = typeof value === 'string' ? parseNumber(value.trim()) : value;
  if (number === undefined) throw castFailed(value, 'INT');
  if (!isNumeric(number)) throw invalidCast(value, 'INT');
  if (isInt(number)) return number;
  const whole = number instanceof Decimal ? truncateDecimal(number) : BigInt(Math.trunc(toNumber(number)));
  if (whole < INT_MIN || whole > INT_MAX) throw castFailed(value, 'INT');
  return intOf(whole);
};

const castToDecimal = (value: Value): Value => {
  if (value instanceof Decimal) return value;
  if (typeof value === 'boolean') return decimalOf(BigInt(value), 0);
  let number: NumericValue | undefined;
  if (typeof value === 'string') number = parseExactNumber(value.trim());
  else if (value instanceof FloatValue) number = parseExactNumber(String(value.value));
  else if (isInt(value)) number = value;
  else throw invalidCast(value, 'DECIMAL');
  if (number === undefined || number instanceof FloatValue) throw castFailed(value, 'DECIMAL');
  return toDecimal(number);
};

const castToFloat = (value: Value): Value => {
  if (value instanceof FloatValue) return value;
  if (typeof value === 'boolean') return floatOf(Number(value));
  const number = typeof value === 'string' ? parseNumber(value.trim()) : value;
  if (number === undefined) throw castFailed(value, 'FLOAT');
  if (!isNumeric(number)) throw invalidCast(value, 'FLOAT');
  const float = toNumber(number);
  if (!Number.isFinite(float)) throw castFailed(value, 'FLOAT');
  return new FloatValue(float);
};

const castToBool = (value: Value): Value => {
  if (typeof value === 'boolean') return value;
  if (isNumeric(value)) return toNumber(value) !== 0;
  if (typeof value !== 'string') throw invalidCast(value, 'BOOL');
  const text = value.trim().toLowerCase();
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw castFailed(value, 'BOOL');
};

const castToTimestamp = (value: Value): Value => {
  if (value instanceof Timestamp) return value;
  if (typeof value !== 'string') throw invalidCast(value, 'TIMESTAMP');
  const timestamp = parseTimestamp(value.trim());
  if (timestamp === undefined) throw castFailed(value, 'TIMESTAMP');
  return timestamp;
};
