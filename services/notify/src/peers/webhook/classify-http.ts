/** What an HTTP answer, or the lack of one, means for the event and for the target. */
import type { DeliveryOutcome, Failure, FailureReason } from '../../core/delivery-outcome.ts';
import { systemCodeOf } from '../../core/system-code.ts';
import { AddressRefused } from './endpoint-guard.ts';

const PAUSING: Readonly<Record<number, FailureReason>> = {
  401: 'authentication_failed',
  403: 'authentication_failed',
  404: 'not_found',
  405: 'method_refused',
  410: 'not_found',
};

/** The one date format that is still sent (IMF-fixdate). */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** @param retryAfter header as received. */
export function classifyHttpStatus(status: number, retryAfter: string | undefined, nowMs: number): DeliveryOutcome {
  const detail = `HTTP status ${status}`;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status >= 300 && status < 400) return { kind: 'pause', reason: 'redirected', detail };
  const pausing = PAUSING[status];
  if (pausing !== undefined) return { kind: 'pause', reason: pausing, detail };
  if (status === 408) return { kind: 'retry', reason: 'timed_out', detail };
  if (status === 429) return { kind: 'retry', reason: 'throttled', detail, ...parseRetryAfter(retryAfter, nowMs) };
  if (status === 413) return { kind: 'park', reason: 'too_large', detail };
  // The other 4xx say that this event is not wanted as it is; sending it again would block its lane for ever.
  if (status >= 400 && status < 500) return { kind: 'park', reason: 'rejected', detail };
  return { kind: 'retry', reason: 'server_error', detail, ...parseRetryAfter(retryAfter, nowMs) };
}

/** A failed connection or an answer that never came. Only an address that may not be reached is a matter of configuration. */
export function classifyHttpError(error: unknown): DeliveryOutcome {
  const failure = describeHttpError(error);
  const isConfiguration = failure.reason === 'address_refused' || failure.reason === 'tls_failure';
  return { kind: isConfiguration ? 'pause' : 'retry', ...failure };
}

export function describeHttpError(error: unknown): Failure {
  const code = systemCodeOf(error);
  if (error instanceof AddressRefused) return { reason: 'address_refused', detail: error.message };
  if (code === 'ABORT_ERR' || code === 'ETIMEDOUT' || isTimeout(error)) {
    return { reason: 'timed_out', detail: 'no answer in time' };
  }
  if (code === 'ECONNREFUSED') return { reason: 'connection_refused', detail: code };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { reason: 'dns_failure', detail: code };
  if (isTlsCode(code)) return { reason: 'tls_failure', detail: code };
  return { reason: 'connection_lost', detail: code === '' ? 'the connection ended' : code };
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3); anything else is as if it were not there. */
function parseRetryAfter(header: string | undefined, nowMs: number): { readonly retryAfterMs?: number } {
  if (header === undefined) return {};
  if (/^\d{1,9}$/.test(header)) return { retryAfterMs: Number(header) * 1_000 };
  if (!HTTP_DATE.test(header)) return {};
  return { retryAfterMs: Math.max(0, Date.parse(header) - nowMs) };
}

/** Codes of OpenSSL's certificate checks and of TLS itself, as Node names them. */
function isTlsCode(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO$)/.test(
    code,
  );
}

function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
}
