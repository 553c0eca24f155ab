import { hash } from 'node:crypto';
import { S3Error } from '../error/s3-error.ts';
import { MAX_CLOCK_SKEW_MS } from '../limits.ts';
import { buildCanonicalRequest, canonicalizePath, canonicalizeQuery, splitSignedHeaders } from './canonical-request.ts';
import type { RequestHeaders, SignableRequest } from './signable-request.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { SIGV4_ALGORITHM, type SigningKeyCache } from './signing-key.ts';
import type { VerifyingKey } from './verifying-key.ts';

export interface VerifyInput {
  readonly request: SignableRequest;
  readonly claim: SignatureClaim;
  /** Secret of `claim.accessKeyId`; undefined when nobody has that key. */
  readonly secret: string | undefined;
  readonly payloadLine: string;
  readonly keys: SigningKeyCache;
  readonly nowMs: number;
}

/** What chunk signatures continue from. */
export interface ProvenSignature {
  readonly key: VerifyingKey;
  readonly signature: string;
  readonly amzDate: string;
  readonly scope: string;
}

/**
 * Proves the claim, in the order of s3.md rule 11.
 *
 * @throws S3Error `InvalidAccessKeyId`, `RequestTimeTooSkewed`, `SignatureDoesNotMatch`, `AccessDenied` (expired, or headers
 * that must be signed are not)
 */
export const verifySignature = (input: VerifyInput): ProvenSignature => {
  const { request, claim } = input;
  const key = prepareVerification(input);
  const query = canonicalizeQuery(request.rawQuery, claim.form === 'query' ? 'X-Amz-Signature' : undefined);
  const path = canonicalizePath(request.rawPath);
  const canonicalRequest = buildCanonicalRequest(request, path, query, claim.signedHeaders, input.payloadLine);
  const stringToSign = buildStringToSign(claim.amzDate, claim.scope, canonicalRequest, key.algorithm);
  if (!key.proves(stringToSign, claim.signature) && !isSignedWithPlainSlashes(input, key, path, query)) {
    throw signatureMismatch(claim, stringToSign, canonicalRequest);
  }
  requireSignedHeaders(request.headers, claim);
  return { key, signature: claim.signature, amzDate: claim.amzDate, scope: claim.scope };
};

const ESCAPED_SLASH = /%2F/g;

/** A client that escapes the slashes of a key may sign it with plain ones: the key is the same. */
const isSignedWithPlainSlashes = (input: VerifyInput, key: VerifyingKey, path: string, query: string): boolean => {
  if (!path.includes('%2F')) return false;
  const { request, claim, payloadLine } = input;
  const plainPath = path.replace(ESCAPED_SLASH, '/');
  const canonicalRequest = buildCanonicalRequest(request, plainPath, query, claim.signedHeaders, payloadLine);
  return key.proves(buildStringToSign(claim.amzDate, claim.scope, canonicalRequest, key.algorithm), claim.signature);
};

/** The checks that come before the signature itself; returns the key to check it with. */
export const prepareVerification = ({ claim, secret, keys, nowMs }: VerifyInput): VerifyingKey => {
  if (secret === undefined) {
    throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: claim.accessKeyId } });
  }
  if (claim.form === 'header') checkSkew(claim, nowMs);
  else checkValidity(claim, nowMs);
  if (claim.algorithm !== SIGV4_ALGORITHM) return keys.getEcdsa(claim.accessKeyId, secret);
  return keys.get(claim.credential, secret, claim.date, claim.region, claim.service);
};

const checkSkew = (claim: SignatureClaim, nowMs: number): void => {
  if (Math.abs(nowMs - claim.signedAtMs) <= MAX_CLOCK_SKEW_MS) return;
  throw new S3Error('RequestTimeTooSkewed', {
    details: {
      RequestTime: claim.amzDate,
      ServerTime: new Date(nowMs).toISOString(),
      MaxAllowedSkewMilliseconds: String(MAX_CLOCK_SKEW_MS),
    },
  });
};

const checkValidity = (claim: SignatureClaim, nowMs: number): void => {
  const expiresSeconds = claim.expiresSeconds ?? 0;
  const expiresAtMs = claim.signedAtMs + expiresSeconds * 1000;
  if (nowMs > expiresAtMs) {
    throw new S3Error('AccessDenied', {
      message: 'Request has expired',
      details: {
        'X-Amz-Expires': String(expiresSeconds),
        Expires: new Date(expiresAtMs).toISOString(),
        ServerTime: new Date(nowMs).toISOString(),
      },
    });
  }
  if (claim.signedAtMs - nowMs > MAX_CLOCK_SKEW_MS) {
    throw new S3Error('AccessDenied', { message: 'Request is not yet valid' });
  }
};

/** The algorithm, time, scope and the hash of the canonical request. */
export const buildStringToSign = (
  amzDate: string,
  scope: string,
  canonicalRequest: string,
  algorithm: string = SIGV4_ALGORITHM,
): string => `${algorithm}\n${amzDate}\n${scope}\n${hashLatin1(canonicalRequest)}`;

const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Text is hashed as UTF-8 unless it comes as bytes; nearly all of it is ASCII, where there is no difference and no copy. */
const hashLatin1 = (text: string): string =>
  hash('sha256', BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1') : text, 'hex');

const toHexBytes = (text: string): string =>
  Buffer.from(text, 'latin1')
    .toString('hex')
    .replace(/(..)(?!$)/g, '$1 ');

export const signatureMismatch = (claim: SignatureClaim, stringToSign: string, canonicalRequest: string): S3Error =>
  new S3Error('SignatureDoesNotMatch', {
    details: {
      AWSAccessKeyId: claim.accessKeyId,
      StringToSign: stringToSign,
      SignatureProvided: claim.signature,
      StringToSignBytes: toHexBytes(stringToSign),
      CanonicalRequest: canonicalRequest,
      CanonicalRequestBytes: toHexBytes(canonicalRequest),
    },
  });

/** Host and every x-amz-* header that was sent must be covered by the signature. */
const requireSignedHeaders = (headers: RequestHeaders, claim: SignatureClaim): void => {
  const signed = splitSignedHeaders(claim.signedHeaders);
  let unsigned = signed.includes('host') ? '' : 'host';
  for (const name in headers) {
    if (!name.startsWith('x-amz-') || signed.includes(name)) continue;
    unsigned += unsigned === '' ? name : `, ${name}`;
  }
  if (unsigned !== '') throw headersNotSigned(unsigned);
};

/** The refusal of a request some of whose headers the signature does not cover. */
export const headersNotSigned = (names: string): S3Error =>
  new S3Error('AccessDenied', {
    message: 'There were headers present in the request which were not signed',
    details: { HeadersNotSigned: names },
  });
