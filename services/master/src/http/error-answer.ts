import { MasterError, type MasterErrorCode } from '../core/master-error.ts';
import type { MasterAnswer } from './http-answer.ts';

/** The one place where the master's refusals become HTTP. */
const STATUS_BY_CODE: Readonly<Record<MasterErrorCode, number>> = {
  'invalid-argument': 406,
  'no-writable-volume': 503,
  'no-free-slot': 406,
  'unknown-place': 406,
  'allocation-failed': 500,
  'volume-not-found': 404,
  'collection-not-found': 400,
  locked: 423,
  'duplicate-directory': 409,
  'sequence-exhausted': 500,
  unreachable: 502,
  'shutting-down': 503,
};

const RETRY_LATER: Readonly<Record<string, string>> = { 'retry-after': '1' };

/** What a thrown value is for the client; a fault of ours shows no detail. */
export const errorAnswer = (error: unknown): MasterAnswer => {
  if (!(error instanceof MasterError)) return { status: 500, json: { error: 'internal error' } };
  const status = STATUS_BY_CODE[error.code];
  const answer = { status, json: { error: error.message } };
  return status === 503 ? { ...answer, headers: RETRY_LATER } : answer;
};
