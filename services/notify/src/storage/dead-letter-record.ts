/** A dead letter as an RQP1 entry with a `failure` in its metadata, and back. */
import { FAILURE_REASONS, type FailureReason } from '../core/delivery-outcome.ts';
import type { DeadLetter } from '../core/ports.ts';
import type { Rqp1Record } from './rqp1-entry.ts';

export function letterToRecord(letter: DeadLetter): Rqp1Record {
  return {
    entry: letter.entry,
    failure: {
      error_class: letter.reason,
      error_detail: letter.detail,
      retry_count: letter.retryCount,
      failed_at_unix_ms: letter.failedAtMs,
    },
  };
}

/** A reason that this version does not know reads as `rejected`. */
export function recordToLetter({ entry, failure }: Rqp1Record): DeadLetter {
  return {
    entry,
    reason: toReason(failure?.error_class),
    detail: failure?.error_detail ?? '',
    retryCount: failure?.retry_count ?? 0,
    failedAtMs: failure?.failed_at_unix_ms ?? 0,
  };
}

function toReason(word: string | undefined): FailureReason {
  return FAILURE_REASONS.find((reason) => reason === word) ?? 'rejected';
}
