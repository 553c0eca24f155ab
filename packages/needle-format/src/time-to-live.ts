import { FormatError } from './format-error.ts';

/** Two bytes: a count and a unit code. Count 0 or unit 0 means "for ever". */
export interface TimeToLive {
  /** 0 to 255. */
  readonly count: number;
  /** 0 none, 1 minute, 2 hour, 3 day, 4 week, 5 month of 30 days, 6 year of 365 days. */
  readonly unit: number;
}

export const NO_TTL: TimeToLive = { count: 0, unit: 0 };

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** By unit code. */
const UNIT_SECONDS = [
  0,
  MINUTE_SECONDS,
  HOUR_SECONDS,
  DAY_SECONDS,
  7 * DAY_SECONDS,
  30 * DAY_SECONDS,
  365 * DAY_SECONDS,
] as const;
const UNIT_LETTERS: readonly string[] = ['', 'm', 'h', 'd', 'w', 'M', 'y'];
const UNITS_ASCENDING = [1, 2, 3, 4, 5, 6] as const;
const COUNT_MAX = 255;

/** Digits allowed in the text; more would leave the range of exact numbers. */
const TEXT_PATTERN = /^(\d{1,9})([mhdwMy]?)$/;

/**
 * Reads `<n>[m|h|d|w|M|y]`; bare digits are minutes, empty text and 0 mean none. Kept in the largest unit that is exact and whose
 * count fits a byte; if none is, rounded down in the smallest unit that fits.
 * @throws FormatError `bad-ttl`
 */
export function parseTtl(text: string): TimeToLive {
  if (text === '') return NO_TTL;
  const match = TEXT_PATTERN.exec(text);
  if (match === null)
    throw new FormatError('bad-ttl', `ttl is ${JSON.stringify(text)}, expected digits and one of m h d w M y`);
  const [, digits = '', letter = ''] = match;
  const unit = letter === '' ? 1 : UNIT_LETTERS.indexOf(letter);
  const seconds = Number(digits) * unitSeconds(unit);
  return seconds === 0 ? NO_TTL : fitSeconds(seconds, text);
}

/** `5y`; empty text for none. */
export function formatTtl(ttl: TimeToLive): string {
  return isForever(ttl) ? '' : `${ttl.count}${UNIT_LETTERS[ttl.unit] ?? ''}`;
}

/** Seconds until expiry; 0 for none. An unknown unit code counts as none. */
export function ttlSeconds(ttl: TimeToLive): number {
  return ttl.count * unitSeconds(ttl.unit);
}

export function isForever(ttl: TimeToLive): boolean {
  return ttlSeconds(ttl) === 0;
}

/** The number in which messages carry a ttl: count in the high byte, unit in the low one. */
export function ttlToUint32(ttl: TimeToLive): number {
  return isForever(ttl) ? 0 : (ttl.count << 8) | ttl.unit;
}

/** The inverse of `ttlToUint32`. */
export function ttlFromUint32(value: number): TimeToLive {
  return { count: (value >>> 8) & 0xff, unit: value & 0xff };
}

function unitSeconds(unit: number): number {
  return UNIT_SECONDS[unit] ?? 0;
}

function fitSeconds(seconds: number, text: string): TimeToLive {
  for (const unit of UNITS_ASCENDING.toReversed()) {
    const count = seconds / unitSeconds(unit);
    if (Number.isInteger(count) && count <= COUNT_MAX) return { count, unit };
  }
  for (const unit of UNITS_ASCENDING) {
    const count = Math.floor(seconds / unitSeconds(unit));
    if (count <= COUNT_MAX) return { count, unit };
  }
  throw new FormatError('bad-ttl', `ttl ${JSON.stringify(text)} is longer than ${COUNT_MAX} years`);
}
