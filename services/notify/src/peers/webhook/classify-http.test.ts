import { classifyHttpError, classifyHttpStatus } from './classify-http.ts';
import { AddressRefused } from './endpoint-guard.ts';

test.each([
  [200, 'delivered', ''],
  [204, 'delivered', ''],
  [301, 'pause', 'redirected'],
  [307, 'pause', 'redirected'],
  [400, 'park', 'rejected'],
  [401, 'pause', 'authentication_failed'],
  [403, 'pause', 'authentication_failed'],
  [404, 'pause', 'not_found'],
  [405, 'pause', 'method_refused'],
  [408, 'retry', 'timed_out'],
  [409, 'park', 'rejected'],
  [410, 'pause', 'not_found'],
  [413, 'park', 'too_large'],
  [415, 'park', 'rejected'],
  [422, 'park', 'rejected'],
  [429, 'retry', 'throttled'],
  [500, 'retry', 'server_error'],
  [502, 'retry', 'server_error'],
  [503, 'retry', 'server_error'],
  [599, 'retry', 'server_error'],
])('status %p: %s %s', (status, kind, reason) => {
  const outcome = classifyHttpStatus(status, undefined, 0);
  expect(outcome.kind).toBe(kind);
  if (outcome.kind !== 'delivered') expect(outcome.reason).toBe(reason);
});

test.each([
  ['5', 5_000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
  ['soon', undefined],
  ['-3', undefined],
])('Retry-After %p', (header, retryAfterMs) => {
  const outcome = classifyHttpStatus(429, header, 10_000);
  expect('retryAfterMs' in outcome ? outcome.retryAfterMs : undefined).toBe(retryAfterMs);
});

const coded = (code: string) => Object.assign(new Error(code), { code });

test.each([
  [coded('ECONNREFUSED'), 'retry', 'connection_refused'],
  [coded('ECONNRESET'), 'retry', 'connection_lost'],
  [coded('EPIPE'), 'retry', 'connection_lost'],
  [coded('ENOTFOUND'), 'retry', 'dns_failure'],
  [coded('EAI_AGAIN'), 'retry', 'dns_failure'],
  [coded('ETIMEDOUT'), 'retry', 'timed_out'],
  [coded('ABORT_ERR'), 'retry', 'timed_out'],
  [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'pause', 'tls_failure'],
  [coded('CERT_HAS_EXPIRED'), 'pause', 'tls_failure'],
  [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'pause', 'tls_failure'],
  [new AddressRefused('evil.example', '169.254.169.254'), 'pause', 'address_refused'],
  [new Error('surprise'), 'retry', 'connection_lost'],
])('%s: %s %s', (error, kind, reason) => {
  expect(classifyHttpError(error)).toMatchObject({ kind, reason });
});
