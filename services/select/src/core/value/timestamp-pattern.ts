/** The patterns of TO_STRING (select.md section 2): runs of letters are fields, text in single quotes and all else is copied. */
import { SelectFailure } from '../select-failure.ts';
import { fieldsOf, type Timestamp, type TimestampFields } from './timestamp.ts';
import { formatOffset, pad } from './timestamp-text.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const NANOSECOND_DIGITS = 9;

type FormatField = (timestamp: Timestamp, fields: TimestampFields) => string;

const hourOfHalfDay = (hour: number): number => (hour % 12 === 0 ? 12 : hour % 12);
const monthName = (month: number): string => MONTHS[month - 1] ?? '';

/** Hours alone, with minutes only where there are some. */
const shortOffset = (offsetMinutes: number, zuluForZero: boolean): string => {
  const full = formatOffset(offsetMinutes, '', zuluForZero);
  return full.endsWith('00') ? full.slice(0, 3) : full;
};

const FIELDS: ReadonlyMap<string, FormatField> = new Map<string, FormatField>([
  ['y', (_, { year }) => String(year)],
  ['yy', (_, { year }) => pad(year % 100, 2)],
  ['yyyy', (_, { year }) => pad(year, 4)],
  ['M', (_, { month }) => String(month)],
  ['MM', (_, { month }) => pad(month, 2)],
  ['MMM', (_, { month }) => monthName(month).slice(0, 3)],
  ['MMMM', (_, { month }) => monthName(month)],
  ['MMMMM', (_, { month }) => monthName(month).slice(0, 1)],
  ['d', (_, { day }) => String(day)],
  ['dd', (_, { day }) => pad(day, 2)],
  ['a', (_, { hour }) => (hour < 12 ? 'AM' : 'PM')],
  ['h', (_, { hour }) => String(hourOfHalfDay(hour))],
  ['hh', (_, { hour }) => pad(hourOfHalfDay(hour), 2)],
  ['H', (_, { hour }) => String(hour)],
  ['HH', (_, { hour }) => pad(hour, 2)],
  ['m', (_, { minute }) => String(minute)],
  ['mm', (_, { minute }) => pad(minute, 2)],
  ['s', (_, { second }) => String(second)],
  ['ss', (_, { second }) => pad(second, 2)],
  ['n', ({ fraction }) => String(Number(fraction.padEnd(NANOSECOND_DIGITS, '0').slice(0, NANOSECOND_DIGITS)))],
  ['X', ({ offsetMinutes }) => shortOffset(offsetMinutes ?? 0, true)],
  ['XX', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, '', true)],
  ['XXX', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, ':', true)],
  ['XXXX', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, '', true)],
  ['XXXXX', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, ':', true)],
  ['x', ({ offsetMinutes }) => shortOffset(offsetMinutes ?? 0, false)],
  ['xx', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, '', false)],
  ['xxx', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, ':', false)],
  ['xxxx', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, '', false)],
  ['xxxxx', ({ offsetMinutes }) => formatOffset(offsetMinutes ?? 0, ':', false)],
]);

const LETTERS = new Set('yMdahHmsSnXx');

export type TimestampPattern = readonly (string | FormatField)[];

/**
 * Throws EvaluatorUnterminatedTimestampFormatPatternToken for an open quote, EvaluatorInvalidTimestampFormatPatternSymbol for a
 * letter without meaning, EvaluatorInvalidTimestampFormatPatternToken for one that is repeated too often.
 */
export const compileTimestampPattern = (pattern: string): TimestampPattern => {
  const parts: (string | FormatField)[] = [];
  for (let at = 0; at < pattern.length; ) {
    const char = pattern.charAt(at);
    if (char === "'") {
      const close = pattern.indexOf("'", at + 1);
      if (close < 0) {
        throw new SelectFailure(
          'EvaluatorUnterminatedTimestampFormatPatternToken',
          'a quote of the pattern is never closed',
        );
      }
      parts.push(close === at + 1 ? "'" : pattern.slice(at + 1, close));
      at = close + 1;
    } else if (/[A-Za-z]/.test(char)) {
      let end = at + 1;
      while (pattern.charAt(end) === char) end += 1;
      parts.push(fieldOf(pattern.slice(at, end)));
      at = end;
    } else {
      parts.push(char);
      at += 1;
    }
  }
  return parts;
};

const fieldOf = (token: string): FormatField => {
  const letter = token.charAt(0);
  if (letter === 'S') return ({ fraction }) => fraction.padEnd(token.length, '0').slice(0, token.length);
  const field = FIELDS.get(token);
  if (field !== undefined) return field;
  throw LETTERS.has(letter)
    ? new SelectFailure('EvaluatorInvalidTimestampFormatPatternToken', `the pattern has no ${token.slice(0, 100)}`)
    : new SelectFailure('EvaluatorInvalidTimestampFormatPatternSymbol', `the pattern has no letter ${letter}`);
};

export const formatWithPattern = (pattern: TimestampPattern, timestamp: Timestamp): string => {
  const fields = fieldsOf(timestamp);
  return pattern.map((part) => (typeof part === 'string' ? part : part(timestamp, fields))).join('');
};
