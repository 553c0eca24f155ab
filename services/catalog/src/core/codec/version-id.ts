/**
 * Version ids. `null`, or 32 hex digits: the version's order among those of its key (u64), and 8 random bytes that its record repeats.
 * The order finds the row, the random bytes make the id one that nobody guesses and that is never given twice.
 */
export const NULL_VERSION_ID = 'null';
export const VERSION_NONCE_BYTES = 8;

const VERSION_ID = /^[0-9a-f]{32}$/;
const ORDER_DIGITS = 16;
/** Orders are made of the time: this many fit into a millisecond, and 2^53 is reached in the year 2109. */
const ORDERS_PER_MS = 2048;

export interface VersionIdParts {
  readonly order: number;
  /** In hex. */
  readonly nonce: string;
}

/** Numbers of up to 30 bits become text many times faster than longer ones: a page of versions has a thousand. */
const LOW_DIGITS = 6;
const LOW_RANGE = 16 ** LOW_DIGITS;

const orderText = (order: number): string =>
  Math.floor(order / LOW_RANGE)
    .toString(16)
    .padStart(ORDER_DIGITS - LOW_DIGITS, '0') + (order % LOW_RANGE).toString(16).padStart(LOW_DIGITS, '0');

export const versionIdOf = (order: number, nonce: string): string => orderText(order) + nonce;

/** Undefined when the text is no id of a numbered version. */
export function parseVersionId(text: string): VersionIdParts | undefined {
  if (!VERSION_ID.test(text)) return undefined;
  const order = Number.parseInt(text.slice(0, ORDER_DIGITS), 16);
  return Number.isSafeInteger(order) ? { order, nonce: text.slice(ORDER_DIGITS) } : undefined;
}

/** Where a page of versions ended: like an id, but also for `null` versions, and still good when the version is gone. */
export const versionMarkerOf = (order: number): string => orderText(order) + '0'.repeat(2 * VERSION_NONCE_BYTES);

/** The order of a version that is written now after one of order `newest` (0: the first one). */
export const nextOrder = (nowMs: number, newest: number): number => Math.max(nowMs * ORDERS_PER_MS, newest + 1);
