/** Comparison and equality. Values of different types are unequal and have no order. */
import { toDecimal, toNumber } from './arithmetic.ts';
import { compareDecimals } from './decimal.ts';
import { compareTimestamps, Timestamp } from './timestamp.ts';
import { FloatValue, isInt, isList, isNumeric, type NumericValue, StructValue, type Value } from './value.ts';

/** Negative, zero or positive; NaN when the values have no order. Neither may be NULL or MISSING. */
export const orderOf = (a: Value, b: Value): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string') return typeof b === 'string' ? compareText(a, b) : Number.NaN;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? Number(a) - Number(b) : Number.NaN;
  if (isNumeric(a)) return isNumeric(b) ? compareNumbers(a, b) : Number.NaN;
  if (a instanceof Timestamp) return b instanceof Timestamp ? compareTimestamps(a, b) : Number.NaN;
  return Number.NaN;
};

const compareNumbers = (a: NumericValue, b: NumericValue): number => {
  if (a instanceof FloatValue || b instanceof FloatValue) {
    const left = toNumber(a);
    const right = toNumber(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (isInt(a) && isInt(b)) return a < b ? -1 : a > b ? 1 : 0;
  return compareDecimals(toDecimal(a), toDecimal(b));
};

/** By code point: UTF-16 puts the code points beyond the basic plane before some of those in it. */
const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return a.length - b.length;
};

const rankOf = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10_000 : unit);

/** Whether two values that are not NULL or MISSING are equal; lists and structs by their members. */
export const areEqual = (a: Value, b: Value): boolean => {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, index) => areSame(item, b[index]));
  }
  if (a instanceof StructValue) {
    return b instanceof StructValue && a.names.length === b.names.length && containsMembers(a, b);
  }
  return orderOf(a, b) === 0;
};

const areSame = (a: Value, b: Value): boolean => {
  if (a === null || b === null || a === undefined || b === undefined) return a === b;
  return areEqual(a, b);
};

const containsMembers = (a: StructValue, b: StructValue): boolean =>
  a.names.every((name, index) => {
    const other = b.names.indexOf(name);
    return other >= 0 && areSame(a.values[index], b.values[other]);
  });
