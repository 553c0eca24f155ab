import type { QueryParameters } from '../address/request-target.ts';
import { invalidArgument } from '../error/s3-error.ts';
import { headerValue, type RequestHeaders } from '../sigv4/signable-request.ts';
import { parseIsoTime } from '../xml/iso-time.ts';

/** What a write says about the lock of the version it makes; undefined where it says nothing. */
export interface LockHeaders {
  readonly retention: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly retainUntilMs: number } | undefined;
  readonly legalHold: boolean | undefined;
}

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const HOLD = 'x-amz-object-lock-legal-hold';

/**
 * The three x-amz-object-lock-* headers, also where SDKs hoist them into the query. Undefined when none is there.
 *
 * @throws S3Error `InvalidArgument`: a mode without a date or the other way round, an unknown mode, no ISO 8601 date, a date that has
 * passed, a hold that is neither ON nor OFF
 */
export const readLockHeaders = (
  headers: RequestHeaders,
  query: QueryParameters,
  nowMs: number,
): LockHeaders | undefined => {
  const mode = headerValue(headers, MODE) ?? query.get(MODE);
  const until = headerValue(headers, UNTIL) ?? query.get(UNTIL);
  const hold = headerValue(headers, HOLD) ?? query.get(HOLD);
  if (mode === undefined && until === undefined && hold === undefined) return undefined;
  if (hold !== undefined && hold !== 'ON' && hold !== 'OFF') {
    throw invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", HOLD, hold);
  }
  return { retention: readRetention(mode, until, nowMs), legalHold: hold === undefined ? undefined : hold === 'ON' };
};

const readRetention = (
  mode: string | undefined,
  until: string | undefined,
  nowMs: number,
): LockHeaders['retention'] => {
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined) {
    const [missing, given] = mode === undefined ? [MODE, until ?? ''] : [UNTIL, mode];
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      missing,
      given,
    );
  }
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') throw invalidArgument('Unknown wormMode directive.', MODE, mode);
  const retainUntilMs = parseIsoTime(until);
  if (retainUntilMs === undefined) {
    throw invalidArgument('The retain until date must be provided in ISO 8601 format', UNTIL, until);
  }
  requireFuture(retainUntilMs, until, nowMs);
  return { mode, retainUntilMs };
};

/** @throws S3Error `InvalidArgument` for a time that has passed */
export const requireFuture = (retainUntilMs: number, text: string, nowMs: number): void => {
  if (retainUntilMs <= nowMs) throw invalidArgument('The retain until date must be in the future!', UNTIL, text);
};
