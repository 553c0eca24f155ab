/** Numbers from text: of CSV fields, JSON documents, SQL literals and casts. */
import { DECIMAL_EXPONENT_MAX } from '../limits.ts';
import { Decimal, decimalOf } from './decimal.ts';
import { FloatValue, INT_MAX, INT_MIN, intOf, type NumericValue } from './value.ts';

const NUMBER = /^[ \t]*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?[ \t]*$/;
const SAFE_DIGITS = 15;

/** A short run of digits with an optional minus, else NaN: the case that nearly all data is. */
const parseShortInt = (text: string): number => {
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  const length = text.length - start;
  if (length === 0 || length > SAFE_DIGITS) return Number.NaN;
  let value = 0;
  for (let at = start; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return negative ? 0 - value : value;
};

/** Few digits around a point, with an optional minus: the decimals of prices and measures. Undefined for anything else. */
const parseShortDecimal = (text: string): Decimal | undefined => {
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  const point = text.indexOf('.', start);
  if (point <= start || text.length - start > SAFE_DIGITS + 1) return undefined;
  let value = 0;
  for (let at = start; at < text.length; at += 1) {
    if (at === point) continue;
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return new Decimal(BigInt(negative ? 0 - value : value), text.length - point - 1);
};

/**
 * Digits alone are an int (a decimal beyond 64 bits), with a point a decimal, with an exponent a float.
 * Blanks around are allowed. Undefined when the text is no number.
 */
export const parseNumber = (text: string): NumericValue | undefined => {
  const short = parseShortInt(text);
  if (!Number.isNaN(short)) return short;
  const decimal = parseShortDecimal(text);
  if (decimal !== undefined) return decimal;
  const match = NUMBER.exec(text);
  if (match === null || text.length > DIGITS_MAX) return undefined;
  const [, sign = '', whole = '', fraction, exponent] = match;
  if (whole === '' && (fraction ?? '') === '') return undefined;
  if (exponent !== undefined) {
    const value = Number(text);
    return Number.isFinite(value) ? new FloatValue(value) : undefined;
  }
  if (fraction === undefined) return exactInteger(sign, whole);
  return exactDecimal(sign, whole, fraction, 0);
};

/** Digits beyond which a number is refused rather than converted: conversion takes more than linear time. */
const DIGITS_MAX = 2000;

const exactInteger = (sign: string, whole: string): NumericValue => {
  const value = BigInt(whole);
  const signed = sign === '-' ? -value : value;
  return signed >= INT_MIN && signed <= INT_MAX ? intOf(signed) : decimalOf(signed, 0);
};

const exactDecimal = (sign: string, whole: string, fraction: string, exponent: number): Decimal => {
  const value = BigInt(whole + fraction);
  return decimalOf(sign === '-' ? -value : value, fraction.length - exponent);
};

/** As `parseNumber`, but an exponent makes a decimal too: JSON data and `CAST(x AS DECIMAL)` have no floats. */
export const parseExactNumber = (text: string): NumericValue | undefined => {
  const short = parseShortInt(text);
  if (!Number.isNaN(short)) return short;
  const decimal = parseShortDecimal(text);
  if (decimal !== undefined) return decimal;
  const match = NUMBER.exec(text);
  if (match === null || text.length > DIGITS_MAX) return undefined;
  const [, sign = '', whole = '', fraction, exponent] = match;
  if (whole === '' && (fraction ?? '') === '') return undefined;
  if (fraction === undefined && exponent === undefined) return exactInteger(sign, whole);
  const power = Number(exponent ?? '0');
  if (Math.abs(power) > DECIMAL_EXPONENT_MAX) return undefined;
  return exactDecimal(sign, whole, fraction ?? '', power);
};
