import type { IncomingHttpHeaders } from 'node:http';

/** The one form of dates that is understood (RFC 9110, IMF-fixdate); others are ignored. */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Whether If-Modified-Since names this second or a later one. */
export function isModifiedSinceMet(headers: IncomingHttpHeaders, lastModifiedSeconds: number): boolean {
  const since = headers['if-modified-since'];
  if (since === undefined || !HTTP_DATE.test(since)) return false;
  return Date.parse(since) >= lastModifiedSeconds * 1000;
}

let formattedSeconds = -1;
let formattedDate = '';

/** Seconds since the epoch as headers show them. Needles that are read together were often written together: the last one is kept. */
export function formatHttpDate(seconds: number): string {
  if (seconds !== formattedSeconds) {
    formattedDate = new Date(seconds * 1000).toUTCString();
    formattedSeconds = seconds;
  }
  return formattedDate;
}
