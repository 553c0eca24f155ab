/** `+ - * / %` and unary minus: int with int gives int, decimal wins over int, float over both; NULL and MISSING give NULL. */
import { SelectFailure } from '../select-failure.ts';
import {
  addDecimals,
  Decimal,
  decimalToNumber,
  divideDecimals,
  multiplyDecimals,
  negateDecimal,
  remainderOfDecimals,
} from './decimal.ts';
import {
  FloatValue,
  floatOf,
  intOf,
  isInt,
  isNumeric,
  isUnknown,
  type NumericValue,
  typeNameOf,
  type Value,
} from './value.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** A numeric value as a float, with the loss that has. */
export const toNumber = (value: NumericValue): number => {
  if (typeof value === 'number') return value;
  if (value instanceof FloatValue) return value.value;
  return value instanceof Decimal ? decimalToNumber(value) : Number(value);
};

export const toDecimal = (value: number | bigint | Decimal): Decimal =>
  value instanceof Decimal ? value : new Decimal(BigInt(value), 0);

/** Throws InvalidDataType for operands that are no numbers, IntegerOverflow, EvaluatorInvalidArguments on division by zero. */
export const applyArithmetic = (operator: ArithmeticOperator, a: Value, b: Value): Value => {
  if (typeof a === 'number' && typeof b === 'number') {
    const quick = applyToSafeInts(operator, a, b);
    if (Number.isSafeInteger(quick)) return quick;
    return intOf(applyToBigInts(operator, BigInt(a), BigInt(b)));
  }
  if (isUnknown(a) || isUnknown(b)) return null;
  if (!isNumeric(a) || !isNumeric(b)) {
    throw new SelectFailure('InvalidDataType', `${typeNameOf(a)} ${operator} ${typeNameOf(b)}: both must be numbers`);
  }
  if (a instanceof FloatValue || b instanceof FloatValue) return applyToFloats(operator, toNumber(a), toNumber(b));
  if (isInt(a) && isInt(b)) return intOf(applyToBigInts(operator, BigInt(a), BigInt(b)));
  return applyToDecimals(operator, toDecimal(a), toDecimal(b));
};

const divisionByZero = (): SelectFailure => new SelectFailure('EvaluatorInvalidArguments', 'division by zero');

const applyToSafeInts = (operator: ArithmeticOperator, a: number, b: number): number => {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw divisionByZero();
      // The quotient of what divides evenly: a rounded quotient could be one too large.
      return (a - (a % b)) / b;
    case '%':
      if (b === 0) throw divisionByZero();
      return a % b;
  }
};

const applyToBigInts = (operator: ArithmeticOperator, a: bigint, b: bigint): bigint => {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0n) throw divisionByZero();
      return a / b;
    case '%':
      if (b === 0n) throw divisionByZero();
      return a % b;
  }
};

const applyToFloats = (operator: ArithmeticOperator, a: number, b: number): FloatValue => {
  switch (operator) {
    case '+':
      return floatOf(a + b);
    case '-':
      return floatOf(a - b);
    case '*':
      return floatOf(a * b);
    case '/':
      if (b === 0) throw divisionByZero();
      return floatOf(a / b);
    case '%':
      if (b === 0) throw divisionByZero();
      return floatOf(a % b);
  }
};

const applyToDecimals = (operator: ArithmeticOperator, a: Decimal, b: Decimal): Decimal => {
  switch (operator) {
    case '+':
      return addDecimals(a, b);
    case '-':
      return addDecimals(a, negateDecimal(b));
    case '*':
      return multiplyDecimals(a, b);
    case '/':
      if (b.coefficient === 0n) throw divisionByZero();
      return divideDecimals(a, b);
    case '%':
      if (b.coefficient === 0n) throw divisionByZero();
      return remainderOfDecimals(a, b);
  }
};

/** Throws InvalidDataType when the value is no number. */
export const negate = (value: Value): Value => {
  if (typeof value === 'number') return 0 - value;
  if (isUnknown(value)) return null;
  if (typeof value === 'bigint') return intOf(-value);
  if (value instanceof Decimal) return negateDecimal(value);
  if (value instanceof FloatValue) return new FloatValue(-value.value);
  throw new SelectFailure('InvalidDataType', `- ${typeNameOf(value)}: a number is expected`);
};
