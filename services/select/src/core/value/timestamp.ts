/** Points in time with the precision they were written with, years 1 to 9999. */

export type TimestampPrecision = 'year' | 'month' | 'day' | 'minute' | 'second';

/** The fields of a timestamp in its own offset. */
export interface TimestampFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

export class Timestamp {
  /** Whole seconds since the epoch, UTC. */
  readonly epochSeconds: number;
  /** Digits after the point of the seconds as they were written; empty without. */
  readonly fraction: string;
  readonly precision: TimestampPrecision;
  /** Undefined for dates without a time. */
  readonly offsetMinutes: number | undefined;

  constructor(
    epochSeconds: number,
    fraction: string,
    precision: TimestampPrecision,
    offsetMinutes: number | undefined,
  ) {
    this.epochSeconds = epochSeconds;
    this.fraction = fraction;
    this.precision = precision;
    this.offsetMinutes = offsetMinutes;
  }
}

const SECONDS_PER_DAY = 86_400;
export const TIMESTAMP_YEAR_MAX = 9999;

/** Days since the epoch of a date in the proleptic Gregorian calendar. */
export const daysFromDate = (year: number, month: number, day: number): number => {
  const date = new Date(0);
  // Not Date.UTC: it reads years below 100 as of the last century.
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / (SECONDS_PER_DAY * 1000));
};

export const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Whether such a moment exists on the calendar. */
export const areValidFields = (fields: TimestampFields): boolean =>
  fields.year >= 1 &&
  fields.year <= TIMESTAMP_YEAR_MAX &&
  fields.month >= 1 &&
  fields.month <= 12 &&
  fields.day >= 1 &&
  fields.day <= daysInMonth(fields.year, fields.month) &&
  fields.hour <= 23 &&
  fields.minute <= 59 &&
  fields.second <= 59;

/** The timestamp of valid fields that are local to the offset. */
export const timestampOf = (
  fields: TimestampFields,
  fraction: string,
  precision: TimestampPrecision,
  offsetMinutes: number | undefined,
): Timestamp => {
  const days = daysFromDate(fields.year, fields.month, fields.day);
  const local = days * SECONDS_PER_DAY + fields.hour * 3600 + fields.minute * 60 + fields.second;
  return new Timestamp(local - (offsetMinutes ?? 0) * 60, fraction, precision, offsetMinutes);
};

/** The fields as a clock in the timestamp's offset shows them. */
export const fieldsOf = (timestamp: Timestamp): TimestampFields => {
  const local = new Date((timestamp.epochSeconds + (timestamp.offsetMinutes ?? 0) * 60) * 1000);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  };
};

/** The moment of a clock that counts milliseconds since the epoch, in UTC. */
export const timestampFromEpochMs = (epochMs: number): Timestamp => {
  const seconds = Math.floor(epochMs / 1000);
  const fraction = String(Math.floor(epochMs - seconds * 1000)).padStart(3, '0');
  return new Timestamp(seconds, fraction, 'second', 0);
};

/** Order in time; offsets and precision do not count. */
export const compareTimestamps = (a: Timestamp, b: Timestamp): number => {
  if (a.epochSeconds !== b.epochSeconds) return a.epochSeconds < b.epochSeconds ? -1 : 1;
  if (a.fraction === b.fraction) return 0;
  const digits = Math.max(a.fraction.length, b.fraction.length);
  const left = a.fraction.padEnd(digits, '0');
  const right = b.fraction.padEnd(digits, '0');
  return left < right ? -1 : left > right ? 1 : 0;
};
