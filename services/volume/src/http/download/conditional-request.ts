import type { IncomingHttpHeaders } from 'node:http';

/** The one form of dates that is understood (RFC 9110, IMF-fixdate); others are ignored. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Whether If-Modified-Since names this second or a later one. */
export function isModifiedSinceMet(headers: IncomingHttpHeaders, lastModifiedSeconds: number): boolean {
  const since = headers['if-modified-since'];
  if (since === undefined || !HTTP_DATE.test(since)) return false;
  return Date.parse(since) >= lastModifiedSeconds * 1000;
}

const KEPT_DATES = 256;
const keptSeconds = new Float64Array(KEPT_DATES).fill(-1);
const keptDates: string[] = [];

/** Seconds since the epoch as headers show them. Needles that are read together were often written together: the last dates are kept. */
export function formatHttpDate(seconds: number): string {
  const place = seconds % KEPT_DATES;
  const kept = keptSeconds[place] === seconds ? keptDates[place] : undefined;
  if (kept !== undefined) return kept;
  const text = new Date(seconds * 1000).toUTCString();
  keptSeconds[place] = seconds;
  keptDates[place] = text;
  return text;
}
