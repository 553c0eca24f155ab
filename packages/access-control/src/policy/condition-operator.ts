/** The operators of policy conditions: how a value in a policy is read, and how a value of the request is held against it. */
import { type IpRange, isInRange, parseIpAddress, parseIpRange } from './ip-range.ts';
import type { ResolvedText } from './policy-text.ts';
import { matchesWildcard } from './wildcard.ts';

export interface ConditionOperator {
  /** True: the condition holds when no value of the policy fits, and when the request has no such key. */
  readonly isNegated: boolean;
  /** Whether a value in a policy can be read; only such policies are taken. */
  readonly isValue: (text: string) => boolean;
  readonly matches: (expected: ResolvedText, actual: string) => boolean;
}

const anyText = (): boolean => true;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const isNumber = (text: string): boolean => NUMBER.test(text);

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds since the epoch of an ISO 8601 date, or of seconds since the epoch. NaN when it is neither. */
export const parsePolicyDate = (text: string): number => {
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  if (!ISO_DATE.test(text)) return Number.NaN;
  const hasZone = !text.includes('T') || /(?:Z|[+-]\d{2}:?\d{2})$/.test(text);
  return Date.parse(hasZone ? text : `${text}Z`);
};

const isDate = (text: string): boolean => !Number.isNaN(parsePolicyDate(text));
const isBoolean = (text: string): boolean => /^(?:true|false)$/i.test(text);
const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

const ranges = new Map<string, IpRange | undefined>();
const REMEMBERED_RANGES_MAX = 1_000;

const rangeOf = (text: string): IpRange | undefined => {
  if (ranges.has(text)) return ranges.get(text);
  const range = parseIpRange(text);
  if (ranges.size >= REMEMBERED_RANGES_MAX) ranges.clear();
  ranges.set(text, range);
  return range;
};

const isInIpRange = (expected: ResolvedText, actual: string): boolean => {
  const range = rangeOf(expected.text);
  const address = parseIpAddress(actual);
  return range !== undefined && address !== undefined && isInRange(address, range);
};

const ARN_PARTS = 6;

/** The six parts of an ARN; the last keeps its colons. Undefined when there are fewer. */
const arnParts = (text: string): readonly string[] | undefined => {
  const parts = text.split(':');
  if (parts.length < ARN_PARTS) return undefined;
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')];
};

/** Part by part, so that a wildcard never reaches over a colon into the next part. */
const matchesArn = (expected: ResolvedText, actual: string): boolean => {
  const pattern =
    expected.pattern.kind === 'any' ? '*' : expected.pattern.text + (expected.pattern.kind === 'prefix' ? '*' : '');
  if (pattern === '*') return true;
  const wanted = arnParts(pattern);
  const given = arnParts(actual);
  if (wanted === undefined || given === undefined) return false;
  return wanted.every((part, index) => matchesWildcard(part, given[index] ?? ''));
};

const compareNumbers =
  (holds: (actual: number, expected: number) => boolean) =>
  (expected: ResolvedText, actual: string): boolean =>
    isNumber(actual) && isNumber(expected.text) && holds(Number(actual), Number(expected.text));

const compareDates =
  (holds: (actual: number, expected: number) => boolean) =>
  (expected: ResolvedText, actual: string): boolean =>
    // A comparison with NaN is false, whichever it is.
    holds(parsePolicyDate(actual), parsePolicyDate(expected.text));

const equals = (actual: number, expected: number): boolean => actual === expected;
const isLess = (actual: number, expected: number): boolean => actual < expected;
const isAtMost = (actual: number, expected: number): boolean => actual <= expected;
const isMore = (actual: number, expected: number): boolean => actual > expected;
const isAtLeast = (actual: number, expected: number): boolean => actual >= expected;

const equalsText = (expected: ResolvedText, actual: string): boolean => expected.text === actual;
const equalsIgnoringCase = (expected: ResolvedText, actual: string): boolean =>
  expected.text.toLowerCase() === actual.toLowerCase();
const isLike = ({ pattern }: ResolvedText, actual: string): boolean =>
  pattern.kind === 'any' ||
  (pattern.kind === 'prefix' ? actual.startsWith(pattern.text) : matchesWildcard(pattern.text, actual));

const define = (
  isNegated: boolean,
  isValue: ConditionOperator['isValue'],
  matches: ConditionOperator['matches'],
): ConditionOperator => ({ isNegated, isValue, matches });

/** By their names in lower case, without set prefix and `IfExists`. */
export const CONDITION_OPERATORS: Readonly<Record<string, ConditionOperator>> = {
  stringequals: define(false, anyText, equalsText),
  stringnotequals: define(true, anyText, equalsText),
  stringequalsignorecase: define(false, anyText, equalsIgnoringCase),
  stringnotequalsignorecase: define(true, anyText, equalsIgnoringCase),
  stringlike: define(false, anyText, isLike),
  stringnotlike: define(true, anyText, isLike),
  numericequals: define(false, isNumber, compareNumbers(equals)),
  numericnotequals: define(true, isNumber, compareNumbers(equals)),
  numericlessthan: define(false, isNumber, compareNumbers(isLess)),
  numericlessthanequals: define(false, isNumber, compareNumbers(isAtMost)),
  numericgreaterthan: define(false, isNumber, compareNumbers(isMore)),
  numericgreaterthanequals: define(false, isNumber, compareNumbers(isAtLeast)),
  dateequals: define(false, isDate, compareDates(equals)),
  datenotequals: define(true, isDate, compareDates(equals)),
  datelessthan: define(false, isDate, compareDates(isLess)),
  datelessthanequals: define(false, isDate, compareDates(isAtMost)),
  dategreaterthan: define(false, isDate, compareDates(isMore)),
  dategreaterthanequals: define(false, isDate, compareDates(isAtLeast)),
  bool: define(false, isBoolean, equalsIgnoringCase),
  binaryequals: define(false, isBase64, equalsText),
  ipaddress: define(false, (text) => parseIpRange(text) !== undefined, isInIpRange),
  notipaddress: define(true, (text) => parseIpRange(text) !== undefined, isInIpRange),
  arnequals: define(false, anyText, matchesArn),
  arnlike: define(false, anyText, matchesArn),
  arnnotequals: define(true, anyText, matchesArn),
  arnnotlike: define(true, anyText, matchesArn),
};
