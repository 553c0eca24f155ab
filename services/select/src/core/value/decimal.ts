/** Decimal numbers of at most 38 digits; what does not fit is rounded half to even. */
import { DECIMAL_DIGITS_MAX, DECIMAL_EXPONENT_MAX } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';

/** `coefficient` times ten to the power of `-scale`. */
export class Decimal {
  readonly coefficient: bigint;
  readonly scale: number;

  constructor(coefficient: bigint, scale: number) {
    this.coefficient = coefficient;
    this.scale = scale;
  }
}

const POWERS: bigint[] = [];
for (let exponent = 0; exponent <= 80; exponent += 1) POWERS.push(10n ** BigInt(exponent));

const powerOfTen = (exponent: number): bigint => POWERS[exponent] ?? 10n ** BigInt(exponent);

const LIMIT = powerOfTen(DECIMAL_DIGITS_MAX);

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

const digitsOf = (value: bigint): number => magnitude(value).toString().length;

/** `value / 10^digits`, rounded half to even. */
const dropDigits = (value: bigint, digits: number): bigint => {
  const divisor = powerOfTen(digits);
  const quotient = value / divisor;
  const twice = magnitude(value % divisor) * 2n;
  if (twice < divisor || (twice === divisor && quotient % 2n === 0n)) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
};

/** The decimal rounded to 38 digits. Throws ValueParseFailure when its exponent is out of range. */
export const decimalOf = (coefficient: bigint, scale: number): Decimal => {
  let kept = coefficient;
  let keptScale = scale;
  while (kept >= LIMIT || kept <= -LIMIT) {
    const excess = digitsOf(kept) - DECIMAL_DIGITS_MAX;
    kept = dropDigits(kept, excess);
    keptScale -= excess;
  }
  if (kept === 0n && keptScale < 0) keptScale = 0;
  if (keptScale > DECIMAL_EXPONENT_MAX || keptScale < -DECIMAL_EXPONENT_MAX) {
    throw new SelectFailure('ValueParseFailure', `a decimal's exponent is beyond ${DECIMAL_EXPONENT_MAX}`);
  }
  return new Decimal(kept, keptScale);
};

const rescaled = (value: Decimal, scale: number): bigint =>
  value.scale === scale ? value.coefficient : value.coefficient * powerOfTen(scale - value.scale);

export const addDecimals = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale);
  return decimalOf(rescaled(a, scale) + rescaled(b, scale), scale);
};

export const negateDecimal = (a: Decimal): Decimal => new Decimal(-a.coefficient, a.scale);

export const multiplyDecimals = (a: Decimal, b: Decimal): Decimal =>
  decimalOf(a.coefficient * b.coefficient, a.scale + b.scale);

/** The quotient to 38 digits, without trailing zeros beyond the operands' own. `b` must not be zero. */
export const divideDecimals = (a: Decimal, b: Decimal): Decimal => {
  const preferredScale = Math.max(0, a.scale - b.scale);
  if (a.coefficient === 0n) return new Decimal(0n, preferredScale);
  const shift = Math.max(0, DECIMAL_DIGITS_MAX + 1 + digitsOf(b.coefficient) - digitsOf(a.coefficient));
  const numerator = a.coefficient * powerOfTen(shift);
  let quotient = numerator / b.coefficient;
  let scale = a.scale - b.scale + shift;
  if (numerator % b.coefficient !== 0n) {
    // One more digit stands for all that follow, so that a tie is not seen where there is none.
    quotient = quotient * 10n + (a.coefficient < 0n === b.coefficient < 0n ? 1n : -1n);
    scale += 1;
  }
  const rounded = decimalOf(quotient, scale);
  return stripZeros(rounded, preferredScale);
};

const stripZeros = (value: Decimal, scaleMin: number): Decimal => {
  let { coefficient, scale } = value;
  while (scale > scaleMin && coefficient % 10n === 0n) {
    coefficient /= 10n;
    scale -= 1;
  }
  return scale < 0 ? new Decimal(coefficient * powerOfTen(-scale), 0) : new Decimal(coefficient, scale);
};

/** What is left of `a` after the truncated quotient; it has the sign of `a`. `b` must not be zero. */
export const remainderOfDecimals = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale);
  return decimalOf(rescaled(a, scale) % rescaled(b, scale), scale);
};

export const compareDecimals = (a: Decimal, b: Decimal): number => {
  const scale = Math.max(a.scale, b.scale);
  const left = rescaled(a, scale);
  const right = rescaled(b, scale);
  return left < right ? -1 : left > right ? 1 : 0;
};

/** The integer part, without rounding. */
export const truncateDecimal = (value: Decimal): bigint =>
  value.scale <= 0 ? value.coefficient * powerOfTen(-value.scale) : value.coefficient / powerOfTen(value.scale);

/** Plain digits without an exponent. */
export const formatDecimal = (value: Decimal): string => {
  if (value.scale <= 0) return (value.coefficient * powerOfTen(-value.scale)).toString();
  const sign = value.coefficient < 0n ? '-' : '';
  const digits = magnitude(value.coefficient)
    .toString()
    .padStart(value.scale + 1, '0');
  const point = digits.length - value.scale;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};

export const decimalToNumber = (value: Decimal): number => Number(`${value.coefficient}e${-value.scale}`);
