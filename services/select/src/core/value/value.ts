/**
 * What an expression yields. The representation is chosen for speed on the types that data has most:
 *
 * - MISSING is `undefined`, NULL is `null`, bool, string and list are JavaScript's own
 * - int is a `number` while it is a safe integer and a `bigint` beyond; never a bigint that would fit a number (see `intOf`)
 * - decimal, float and timestamp are boxed, so that a bare `number` is always an int
 */
import { SelectFailure } from '../select-failure.ts';
import { Decimal } from './decimal.ts';
import { Timestamp } from './timestamp.ts';

export class FloatValue {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A JSON object with its keys in the order of the text. */
export class StructValue {
  readonly names: readonly string[];
  readonly values: readonly Value[];

  constructor(names: readonly string[], values: readonly Value[]) {
    this.names = names;
    this.values = values;
  }
}

export type IntValue = number | bigint;
export type NumericValue = IntValue | Decimal | FloatValue;
export type Value = undefined | null | boolean | string | NumericValue | Timestamp | StructValue | readonly Value[];

export const INT_MIN = -(2n ** 63n);
export const INT_MAX = 2n ** 63n - 1n;

/** The int of that value in its normal form. Throws IntegerOverflow beyond 64 bits. */
export const intOf = (value: bigint): IntValue => {
  if (value < INT_MIN || value > INT_MAX) {
    throw new SelectFailure('IntegerOverflow', `the integer ${value} does not fit 64 bits`);
  }
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
};

/** The float of that value. Throws EvaluatorInvalidArguments when it is not finite. */
export const floatOf = (value: number): FloatValue => {
  if (!Number.isFinite(value)) {
    throw new SelectFailure('EvaluatorInvalidArguments', 'the result is not a finite floating point number');
  }
  return new FloatValue(value);
};

export const isInt = (value: Value): value is IntValue => typeof value === 'number' || typeof value === 'bigint';

export const isNumeric = (value: Value): value is NumericValue =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Decimal || value instanceof FloatValue;

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

export const isUnknown = (value: Value): value is undefined | null => value === undefined || value === null;

/** The name of the value's type as messages show it. */
export const typeNameOf = (value: Value): string => {
  if (value === undefined) return 'MISSING';
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return 'BOOL';
  if (typeof value === 'string') return 'STRING';
  if (isInt(value)) return 'INT';
  if (value instanceof Decimal) return 'DECIMAL';
  if (value instanceof FloatValue) return 'FLOAT';
  if (value instanceof Timestamp) return 'TIMESTAMP';
  return isList(value) ? 'LIST' : 'STRUCT';
};
