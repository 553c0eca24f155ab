/** DATE_ADD, DATE_DIFF and EXTRACT on timestamps. */
import { SelectFailure } from '../select-failure.ts';
import type { DatePart } from './date-part.ts';
import { decimalOf } from './decimal.ts';
import {
  daysInMonth,
  fieldsOf,
  TIMESTAMP_YEAR_MAX,
  Timestamp,
  type TimestampFields,
  type TimestampPrecision,
  timestampOf,
} from './timestamp.ts';
import type { Value } from './value.ts';

const SECONDS_OF: Readonly<Partial<Record<DatePart, number>>> = { DAY: 86_400, HOUR: 3600, MINUTE: 60, SECOND: 1 };

const PRECISIONS: readonly TimestampPrecision[] = ['year', 'month', 'day', 'minute', 'second'];

/** The precision that a sum has at least when that part is added. */
const PRECISION_OF: Readonly<Partial<Record<DatePart, TimestampPrecision>>> = {
  YEAR: 'year',
  MONTH: 'month',
  DAY: 'day',
  HOUR: 'minute',
  MINUTE: 'minute',
  SECOND: 'second',
};

const finer = (a: TimestampPrecision, b: TimestampPrecision): TimestampPrecision =>
  PRECISIONS.indexOf(a) >= PRECISIONS.indexOf(b) ? a : b;

const outOfRange = (): SelectFailure =>
  new SelectFailure('EvaluatorInvalidArguments', `DATE_ADD leaves the years 1 to ${TIMESTAMP_YEAR_MAX}`);

/** The timestamp moved by whole parts. Throws EvaluatorInvalidArguments when it leaves the years 1 to 9999. */
export const addToTimestamp = (part: DatePart, amount: number, timestamp: Timestamp): Timestamp => {
  const precision = finer(timestamp.precision, PRECISION_OF[part] ?? 'second');
  const seconds = SECONDS_OF[part];
  if (seconds === undefined) return addMonths(timestamp, part === 'YEAR' ? amount * 12 : amount, precision);
  const moved = new Timestamp(
    timestamp.epochSeconds + amount * seconds,
    timestamp.fraction,
    precision,
    timestamp.offsetMinutes,
  );
  const { year } = fieldsOf(moved);
  if (!(year >= 1 && year <= TIMESTAMP_YEAR_MAX)) throw outOfRange();
  return moved;
};

/** A day that the month does not have becomes its last. */
const addMonths = (timestamp: Timestamp, months: number, precision: TimestampPrecision): Timestamp => {
  const fields = fieldsOf(timestamp);
  const total = fields.year * 12 + fields.month - 1 + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12 + 1;
  if (!(year >= 1 && year <= TIMESTAMP_YEAR_MAX)) throw outOfRange();
  const day = Math.min(fields.day, daysInMonth(year, month));
  return timestampOf({ ...fields, year, month, day }, timestamp.fraction, precision, timestamp.offsetMinutes);
};

const inUtc = (timestamp: Timestamp): TimestampFields =>
  fieldsOf(new Timestamp(timestamp.epochSeconds, timestamp.fraction, 'second', 0));

/** Whole parts from `from` to `to`; negative when `to` is earlier. */
export const differenceInParts = (part: DatePart, from: Timestamp, to: Timestamp): number => {
  const seconds = SECONDS_OF[part];
  if (seconds !== undefined) return wholeOf(exactSeconds(from, to) / seconds);
  const months = differenceInMonths(inUtc(from), inUtc(to), from.fraction, to.fraction);
  return part === 'YEAR' ? wholeOf(months / 12) : months;
};

/** Truncated, and never the negative zero. */
const wholeOf = (value: number): number => Math.trunc(value) + 0;

const exactSeconds = (from: Timestamp, to: Timestamp): number => {
  const whole = to.epochSeconds - from.epochSeconds;
  const fraction = Number(`0.${to.fraction}`) - Number(`0.${from.fraction}`);
  return whole + fraction;
};

const differenceInMonths = (a: TimestampFields, b: TimestampFields, fractionA: string, fractionB: string): number => {
  const months = (b.year - a.year) * 12 + (b.month - a.month);
  const rest =
    (b.day - a.day) * 86_400 +
    (b.hour - a.hour) * 3600 +
    (b.minute - a.minute) * 60 +
    (b.second - a.second) +
    (Number(`0.${fractionB}`) - Number(`0.${fractionA}`));
  if (months > 0 && rest < 0) return months - 1;
  return months < 0 && rest > 0 ? months + 1 : months;
};

/** The part as the timestamp's own clock shows it; NULL for the offset of a date without a time. */
export const extractPart = (part: DatePart, timestamp: Timestamp): Value => {
  const fields = fieldsOf(timestamp);
  switch (part) {
    case 'YEAR':
      return fields.year;
    case 'MONTH':
      return fields.month;
    case 'DAY':
      return fields.day;
    case 'HOUR':
      return fields.hour;
    case 'MINUTE':
      return fields.minute;
    case 'SECOND':
      if (timestamp.fraction === '') return fields.second;
      return decimalOf(BigInt(`${fields.second}${timestamp.fraction}`), timestamp.fraction.length);
    case 'TIMEZONE_HOUR':
      return timestamp.offsetMinutes === undefined ? null : wholeOf(timestamp.offsetMinutes / 60);
    case 'TIMEZONE_MINUTE':
      return timestamp.offsetMinutes === undefined ? null : timestamp.offsetMinutes % 60 || 0;
  }
};
