import type { IncomingMessage } from 'node:http';
import { parseXml, textOf } from '@needlestack/s3-protocol';
import { DOCUMENT_BYTES_MAX } from '../limits.ts';
import { ObjectStoreError, type ObjectStoreErrorCode } from '../object-store-error.ts';
import { type SignedRequest, unavailable } from './send-request.ts';

type Asked = Pick<SignedRequest, 'operation' | 'key'>;

/** A short answer, whole. @throws ObjectStoreError `unavailable` when it breaks off, `backend` when it is not short */
export async function readDocument(incoming: IncomingMessage, asked: Asked): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let lengthBytes = 0;
  try {
    for await (const piece of incoming) {
      if (!Buffer.isBuffer(piece)) continue;
      pieces.push(piece);
      lengthBytes += piece.length;
      if (lengthBytes > DOCUMENT_BYTES_MAX) break;
    }
  } catch (error) {
    throw unavailable(asked, error instanceof Error ? error : new Error(String(error)));
  }
  if (lengthBytes > DOCUMENT_BYTES_MAX) throw new ObjectStoreError('backend', 'the answer does not end', asked);
  return Buffer.concat(pieces);
}

/** What an answer that is no success says. Reads its body. */
export async function toError(incoming: IncomingMessage, asked: Asked): Promise<ObjectStoreError> {
  const body = await readDocument(incoming, asked).catch(() => Buffer.alloc(0));
  return describeError(body, incoming, asked);
}

/** An error document, or the bare status when there is none. */
export function describeError(body: Buffer, incoming: IncomingMessage, asked: Asked): ObjectStoreError {
  const status = incoming.statusCode ?? 0;
  const { backendCode, message } = readErrorDocument(body);
  const code = CODES[backendCode] ?? STATUSES[status] ?? (status >= 500 ? 'unavailable' : 'backend');
  const requestId = incoming.headers['x-amz-request-id'];
  return new ObjectStoreError(code, `${status} ${backendCode}${message === '' ? '' : ` ${message}`}`.trimEnd(), {
    ...asked,
    status,
    backendCode,
    requestId: typeof requestId === 'string' ? requestId : '',
    retryAfterMs: readRetryAfter(incoming.headers['retry-after']),
  });
}

function readErrorDocument(body: Buffer): { readonly backendCode: string; readonly message: string } {
  try {
    const root = parseXml(body);
    return { backendCode: textOf(root, 'Code') ?? '', message: textOf(root, 'Message') ?? '' };
  } catch {
    return { backendCode: '', message: '' };
  }
}

/** Seconds, as stores send them. */
function readRetryAfter(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : undefined;
}

const CODES: Readonly<Record<string, ObjectStoreErrorCode>> = {
  NoSuchKey: 'not-found',
  NoSuchBucket: 'not-found',
  NoSuchUpload: 'not-found',
  PreconditionFailed: 'precondition-failed',
  InvalidRange: 'range-out-of-bounds',
  AccessDenied: 'access-denied',
  InvalidAccessKeyId: 'access-denied',
  SignatureDoesNotMatch: 'access-denied',
  EntityTooSmall: 'part-size-too-small',
  SlowDown: 'throttled',
  BadDigest: 'checksum-mismatch',
  XAmzContentSHA256Mismatch: 'checksum-mismatch',
};

const STATUSES: Readonly<Record<number, ObjectStoreErrorCode>> = {
  401: 'access-denied',
  403: 'access-denied',
  404: 'not-found',
  412: 'precondition-failed',
  416: 'range-out-of-bounds',
  429: 'throttled',
};
