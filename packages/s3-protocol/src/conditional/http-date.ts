/** Dates of HTTP (RFC 9110, 5.6.7). */

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const IMF = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:GMT|UTC|\+0000|-0000)$/;
const RFC850 = /^[A-Z][a-z]+, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?Z$/;

/**
 * Milliseconds since the epoch of any of HTTP's three forms, or of ISO 8601 in UTC, which SDKs sometimes send; undefined for
 * anything else. A condition with an unreadable date is ignored, as HTTP asks.
 */
export const parseHttpDate = (text: string): number | undefined => {
  const imf = IMF.exec(text);
  if (imf !== null) return toTimeMs(imf[3], monthOf(imf[2]), imf[1], imf[4], imf[5], imf[6]);
  const iso = ISO.exec(text);
  if (iso !== null) return toTimeMs(iso[1], Number(iso[2]) - 1, iso[3], iso[4], iso[5], iso[6]);
  const rfc850 = RFC850.exec(text);
  if (rfc850 !== null) {
    const shortYear = Number(rfc850[3]);
    const year = String(shortYear < 70 ? 2000 + shortYear : 1900 + shortYear);
    return toTimeMs(year, monthOf(rfc850[2]), rfc850[1], rfc850[4], rfc850[5], rfc850[6]);
  }
  const asctime = ASCTIME.exec(text);
  if (asctime !== null)
    return toTimeMs(asctime[6], monthOf(asctime[1]), asctime[2], asctime[3], asctime[4], asctime[5]);
  return undefined;
};

const monthOf = (name: string | undefined): number => MONTHS.indexOf(name ?? '');

const toTimeMs = (
  year: string | undefined,
  month: number,
  day: string | undefined,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
): number | undefined => {
  if (month < 0 || month > 11) return undefined;
  const timeMs = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  return Number.isNaN(timeMs) || new Date(timeMs).getUTCDate() !== Number(day) ? undefined : timeMs;
};

const MAX_REMEMBERED_SECONDS = 4096;
const remembered = new Map<number, string>();

/** IMF-fixdate of a time; sub-second parts are dropped. Remembered by second: objects are written in runs and read again. */
export const formatHttpDate = (timeMs: number): string => {
  const second = Math.floor(timeMs / 1000);
  const known = remembered.get(second);
  if (known !== undefined) return known;
  const text = new Date(second * 1000).toUTCString();
  if (remembered.size >= MAX_REMEMBERED_SECONDS) remembered.clear();
  remembered.set(second, text);
  return text;
};
