/**
 * Signature Version 2, in the Authorization header and in the query: HMAC-SHA1 over method, a few headers, date and resource. It says nothing of the body
 * and never ages, so it is for clients that know no other (s3.md rule 16).
 */
import { createHmac } from 'node:crypto';
import { parseQuery } from '../address/request-target.ts';
import { parseHttpDate } from '../conditional/http-date.ts';
import { S3Error } from '../error/s3-error.ts';
import { MAX_CLOCK_SKEW_MS } from '../limits.ts';
import { formatAmzDate, parseAmzDate } from '../sigv4/amz-date.ts';
import { hoistedHeaderName } from '../sigv4/hoisted-headers.ts';
import { isEqualConstantTime } from '../sigv4/is-equal-constant-time.ts';
import { headerValue, joinRepeatedHeader, type SignableRequest } from '../sigv4/signable-request.ts';
import type { ProvenSignature } from '../sigv4/verify-signature.ts';

/** What a request says about its own signature. Nothing of it is proven yet. */
export interface SignatureV2Claim {
  readonly form: 'header' | 'query';
  readonly accessKeyId: string;
  /** Base64. */
  readonly signature: string;
  /** Seconds since the epoch as sent; presigned requests only. */
  readonly expires: string;
}

/** Undefined when the request is not signed this way. @throws S3Error `AccessDenied` when half of a signature is there */
export const parseSignatureV2Claim = ({ headers, rawQuery }: SignableRequest): SignatureV2Claim | undefined => {
  const authorization = headerValue(headers, 'authorization');
  if (authorization !== undefined) return parseHeader(authorization);
  if (!MAY_BE_PRESIGNED.test(rawQuery)) return undefined;
  const query = parseQuery(rawQuery);
  const accessKeyId = query.get('AWSAccessKeyId');
  if (accessKeyId === undefined) return undefined;
  const signature = query.get('Signature') ?? '';
  const expires = query.get('Expires') ?? '';
  if (signature === '' || !/^-?\d{1,15}$/.test(expires)) {
    throw new S3Error('AccessDenied', {
      message: 'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    });
  }
  return { form: 'query', accessKeyId, signature, expires };
};

const MAY_BE_PRESIGNED = /(?:^|&)AWSAccessKeyId=/;
const HEADER = /^AWS +([^:\s]+):([A-Za-z0-9+/=]+)$/;

const parseHeader = (authorization: string): SignatureV2Claim | undefined => {
  if (!authorization.startsWith('AWS ')) return undefined;
  const [, accessKeyId, signature] = HEADER.exec(authorization.trim()) ?? [];
  if (accessKeyId === undefined || signature === undefined) {
    throw new S3Error('InvalidArgument', {
      message: 'AWS authorization header is invalid.  Expected AwsAccessKeyId:signature',
      details: { ArgumentName: 'Authorization', ArgumentValue: authorization },
    });
  }
  return { form: 'header', accessKeyId, signature, expires: '' };
};

export interface VerifyV2Input {
  readonly request: SignableRequest;
  readonly claim: SignatureV2Claim;
  readonly secret: string;
  /** Set when the bucket stands in the host name and not in the path. */
  readonly hostBucket: string | undefined;
  readonly nowMs: number;
}

/** @throws S3Error `AccessDenied` (no date, expired), `RequestTimeTooSkewed`, `SignatureDoesNotMatch` */
export const verifySignatureV2 = ({ request, claim, secret, hostBucket, nowMs }: VerifyV2Input): ProvenSignature => {
  const signedAtMs = claim.form === 'header' ? requireDate(request, nowMs) : requireValid(claim.expires, nowMs);
  const stringToSign = buildStringToSignV2(request, claim, hostBucket);
  const proves = (text: string, signature: string): boolean =>
    isEqualConstantTime(createHmac('sha1', secret).update(text).digest('base64'), signature);
  if (!proves(stringToSign, claim.signature) && !isSignedAsFolder({ request, claim, hostBucket }, proves)) {
    throw new S3Error('SignatureDoesNotMatch', {
      details: {
        AWSAccessKeyId: claim.accessKeyId,
        StringToSign: stringToSign,
        SignatureProvided: claim.signature,
        StringToSignBytes: Buffer.from(stringToSign)
          .toString('hex')
          .replace(/(..)(?!$)/g, '$1 '),
      },
    });
  }
  const key = { algorithm: 'AWS', proves };
  return { key, signature: claim.signature, amzDate: formatAmzDate(signedAtMs), scope: '' };
};

/** Clients that put the bucket into the path may sign it as they would with the bucket in the host name: with a slash behind it. */
const isSignedAsFolder = (
  { request, claim, hostBucket }: Pick<VerifyV2Input, 'request' | 'claim' | 'hostBucket'>,
  proves: (text: string, signature: string) => boolean,
): boolean => {
  if (hostBucket !== undefined || request.rawPath.indexOf('/', 1) >= 0) return false;
  const { method, rawQuery, headers, rawHeaders } = request;
  const folder = { method, rawPath: `${request.rawPath}/`, rawQuery, headers, ...(rawHeaders && { rawHeaders }) };
  return proves(buildStringToSignV2(folder, claim, undefined), claim.signature);
};

const requireDate = ({ headers }: SignableRequest, nowMs: number): number => {
  const text = headerValue(headers, 'x-amz-date') ?? headerValue(headers, 'date') ?? '';
  const signedAtMs = parseHttpDate(text) ?? parseAmzDate(text) ?? parseOtherDate(text);
  if (signedAtMs === undefined || signedAtMs < 0) {
    throw new S3Error('AccessDenied', { message: 'AWS authentication requires a valid Date or x-amz-date header' });
  }
  if (Math.abs(nowMs - signedAtMs) <= MAX_CLOCK_SKEW_MS) return signedAtMs;
  throw new S3Error('RequestTimeTooSkewed', {
    details: {
      RequestTime: text,
      ServerTime: new Date(nowMs).toISOString(),
      MaxAllowedSkewMilliseconds: String(MAX_CLOCK_SKEW_MS),
    },
  });
};

/** Old clients write the zone as `+0000`. */
const parseOtherDate = (text: string): number | undefined => {
  const timeMs = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} [+-]\d{4}$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(timeMs) ? undefined : timeMs;
};

const requireValid = (expires: string, nowMs: number): number => {
  const expiresAtMs = Number(expires) * 1000;
  if (nowMs <= expiresAtMs) return nowMs;
  throw new S3Error('AccessDenied', {
    message: 'Request has expired',
    details: { Expires: new Date(Math.max(0, expiresAtMs)).toISOString(), ServerTime: new Date(nowMs).toISOString() },
  });
};

/** Parameters that belong to the resource; all others are not signed. */
const SIGNED_PARAMETERS: ReadonlySet<string> = new Set(
  `accelerate acl analytics cors defaultObjectAcl delete encryption inventory legal-hold lifecycle location logging metrics notification
  object-lock partNumber policy policyStatus publicAccessBlock replication requestPayment restore retention select select-type storageClass
  tagging torrent uploadId uploads versionId versioning versions website response-cache-control response-content-disposition
  response-content-encoding response-content-language response-content-type response-expires`.split(/\s+/),
);

/** @param hostBucket see VerifyV2Input */
export const buildStringToSignV2 = (
  request: SignableRequest,
  claim: Pick<SignatureV2Claim, 'form' | 'expires'>,
  hostBucket: string | undefined,
): string => {
  const { headers, method } = request;
  const dateLine =
    claim.form === 'query'
      ? claim.expires
      : headers['x-amz-date'] === undefined
        ? (headerValue(headers, 'date') ?? '')
        : '';
  const lines = [
    method,
    headerValue(headers, 'content-md5') ?? '',
    headerValue(headers, 'content-type') ?? '',
    dateLine,
  ];
  return `${lines.join('\n')}\n${canonicalAmzHeaders(request)}${canonicalResource(request, hostBucket)}`;
};

/** A URL stands in for headers too: nobody may add one to a URL that another has signed. */
const canonicalAmzHeaders = ({ headers, rawHeaders, rawQuery }: SignableRequest): string => {
  const values = new Map<string, string>();
  for (const [parameter, value] of parseQuery(rawQuery).entries) {
    const name = hoistedHeaderName(parameter);
    if (name !== undefined) values.set(name, value);
  }
  for (const [name, given] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-') || given === undefined) continue;
    values.set(name, Buffer.from(joinRepeatedHeader(given, name, rawHeaders), 'latin1').toString());
  }
  let text = '';
  for (const name of [...values.keys()].sort()) {
    text += `${name}:${values
      .get(name)
      ?.trim()
      .replace(/\s*\n\s*/g, ' ')}\n`;
  }
  return text;
};

/** Path as sent, and the parameters that belong to it, decoded. */
const canonicalResource = ({ rawPath, rawQuery }: SignableRequest, hostBucket: string | undefined): string => {
  const path = hostBucket === undefined ? rawPath : `/${hostBucket}${rawPath}`;
  const query = parseQuery(rawQuery);
  const signed: string[] = [];
  for (const [name, value] of query.entries) {
    if (SIGNED_PARAMETERS.has(name)) signed.push(query.bare.includes(name) || value === '' ? name : `${name}=${value}`);
  }
  return signed.length === 0 ? path : `${path}?${signed.sort().join('&')}`;
};
