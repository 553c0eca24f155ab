/** What came of one attempt to deliver. The kind says what happens next, the reason is one of a fixed set of words. */
export const FAILURE_REASONS = [
  'authentication_failed',
  'address_refused',
  'behind_parked',
  'configuration_invalid',
  'connection_lost',
  'connection_refused',
  'dead_letters_full',
  'dns_failure',
  'method_refused',
  'not_configured',
  'not_found',
  'paused_by_operator',
  'queue_disk_full',
  'queue_failed',
  'queue_full',
  'redirected',
  'rejected',
  'retries_exhausted',
  'server_error',
  'throttled',
  'timed_out',
  'tls_failure',
  'too_large',
  'unsupported_type',
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  /** The target cannot take it now. Tried again without end, unless the target's settings bound it. */
  | (Failure & { readonly kind: 'retry'; readonly retryAfterMs?: number })
  /** The target's configuration is wrong, not the event: nothing more is sent until somebody resumes it. */
  | (Failure & { readonly kind: 'pause' })
  /** The target will never take this event: it becomes a dead letter at once. */
  | (Failure & { readonly kind: 'park' });

export interface Failure {
  readonly reason: FailureReason;
  /** For people; no credentials. */
  readonly detail: string;
}
