import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { parseHttpDate, parseXml, textOf, type XmlElement } from '@needlestack/s3-protocol';
import { ObjectStorageError, type ObjectStorageErrorCode } from '../object-storage-error.ts';
import { excerptOf, readAnswer } from './answer-document.ts';
import type { Asked } from './http-connections.ts';

/** What an answer that is no success says. */
export interface ErrorAnswer {
  readonly error: ObjectStorageError;
  /** `<Region>` and `<Endpoint>`, where the store thinks the bucket is. */
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
}

/** Reads the answer's body. */
export async function readErrorAnswer(incoming: IncomingMessage, asked: Asked): Promise<ErrorAnswer> {
  const body = await readAnswer(incoming, asked).catch(() => Buffer.alloc(0));
  return describeError(body, incoming, asked);
}

/** An error document, or the bare status when there is none. */
export function describeError(
  body: Buffer,
  { statusCode: status = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  asked: Asked,
): ErrorAnswer {
  const document = parseErrorDocument(body);
  const backendCode = (document === undefined ? '' : textOf(document, 'Code')) ?? '';
  const error = new ObjectStorageError(codeOf(status, backendCode), describe(status, backendCode, document, body), {
    ...asked,
    status,
    backendCode,
    requestId: textHeader(headers, 'x-amz-request-id'),
    retryAfterMs: readRetryAfter(headers),
  });
  return {
    error,
    region: document && (textOf(document, 'Region') ?? textOf(document, 'BucketRegion')),
    endpoint: document && textOf(document, 'Endpoint'),
  };
}

function codeOf(status: number, backendCode: string): ObjectStorageErrorCode {
  return CODES[backendCode] ?? STATUSES[status] ?? (status >= 500 && status !== 501 ? 'unavailable' : 'backend');
}

function describe(status: number, backendCode: string, document: XmlElement | undefined, body: Buffer): string {
  const message = document === undefined ? '' : (textOf(document, 'Message') ?? '');
  const words = [String(status), backendCode, message].filter((word) => word !== '');
  if (document === undefined && body.length > 0) words.push(`with an answer that is not of S3: ${excerptOf(body)}`);
  return words.join(' ');
}

function parseErrorDocument(body: Buffer): XmlElement | undefined {
  if (body.length === 0) return undefined;
  try {
    const root = parseXml(body);
    if (root.name === 'Error') return root;
    // STS and its like wrap theirs.
    return root.name === 'ErrorResponse' ? root.children.find(({ name }) => name === 'Error') : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds or a date, as stores send them; a date counts from the answer's own. */
function readRetryAfter(headers: IncomingHttpHeaders): number | undefined {
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1_000;
  const [untilMs, nowMs] = [parseHttpDate(text), parseHttpDate(headers.date ?? '')];
  return untilMs === undefined || nowMs === undefined ? undefined : Math.max(0, untilMs - nowMs);
}

function textHeader(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

const CODES: Readonly<Record<string, ObjectStorageErrorCode>> = {
  NoSuchKey: 'not-found',
  NoSuchBucket: 'not-found',
  NoSuchUpload: 'not-found',
  PreconditionFailed: 'precondition-failed',
  InvalidRange: 'range-out-of-bounds',
  AccessDenied: 'access-denied',
  InvalidAccessKeyId: 'access-denied',
  SignatureDoesNotMatch: 'access-denied',
  ExpiredToken: 'access-denied',
  InvalidToken: 'access-denied',
  EntityTooSmall: 'part-size-too-small',
  SlowDown: 'throttled',
  Throttling: 'throttled',
  BadDigest: 'checksum-mismatch',
  InvalidDigest: 'checksum-mismatch',
  XAmzContentSHA256Mismatch: 'checksum-mismatch',
  XAmzContentChecksumMismatch: 'checksum-mismatch',
};

const STATUSES: Readonly<Record<number, ObjectStorageErrorCode>> = {
  401: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  412: 'precondition-failed',
  416: 'range-out-of-bounds',
  429: 'throttled',
};
