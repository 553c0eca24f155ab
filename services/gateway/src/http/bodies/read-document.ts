/** Bodies that are documents: read whole, bounded, and proven before anyone parses them. */
import { hash } from 'node:crypto';
import {
  computeChecksum,
  MAX_XML_BODY_BYTES,
  readContentMd5,
  readRequestChecksum,
  S3Error,
} from '@needlestack/s3-protocol';
import { requireDigest } from '../../core/check-digests.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { pumpBody } from './pump-body.ts';

export interface ReadDocumentOptions {
  /** DeleteObjects wants Content-MD5 or a checksum (s3.md rule 21). */
  readonly requiresDigest?: boolean;
  /** Checksum headers say something else than what this document hashes to. */
  readonly ignoresChecksum?: boolean;
}

/**
 * @throws S3Error `MaxMessageLengthExceeded`, `XAmzContentSHA256Mismatch`, `BadDigest`, `InvalidDigest`, `InvalidRequest` (also for
 * a streamed body)
 */
export const readDocument = async (exchange: S3Exchange, options: ReadDocumentOptions = {}): Promise<Buffer> => {
  const { headers, payload } = exchange;
  if (payload.kind === 'streaming') {
    throw new S3Error('InvalidRequest', { message: 'The value of x-amz-content-sha256 header is invalid.' });
  }
  const contentMd5 = readContentMd5(headers);
  const checksum = options.ignoresChecksum === true ? undefined : readRequestChecksum(headers, exchange.query);
  if (options.requiresDigest === true && contentMd5 === undefined && checksum?.value === undefined) {
    throw new S3Error('InvalidRequest', { message: 'Missing required header for this request: Content-MD5' });
  }
  exchange.document ??= await collectBody(exchange);
  const body = exchange.document;
  if (payload.kind === 'sha256') {
    const computed = hash('sha256', body, 'hex');
    if (computed !== payload.hex) {
      throw new S3Error('XAmzContentSHA256Mismatch', {
        details: { ClientComputedContentSHA256: payload.hex, S3ComputedContentSHA256: computed },
      });
    }
  }
  if (contentMd5 !== undefined) requireDigest(contentMd5, hash('md5', body, 'base64'), undefined);
  if (checksum?.value !== undefined) {
    const { algorithm, value } = checksum;
    requireDigest(value, computeChecksum(algorithm, body), algorithm);
  }
  return body;
};

const collectBody = async (exchange: S3Exchange): Promise<Buffer> => {
  const announcedBytes = Number(exchange.header('content-length') ?? 0);
  if (announcedBytes > MAX_XML_BODY_BYTES) throw tooLong();
  exchange.invite();
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  await pumpBody(exchange.request, (bytes) => {
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_XML_BODY_BYTES) throw tooLong();
    pieces.push(bytes);
    return undefined;
  });
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, sizeBytes);
};

const tooLong = (): S3Error =>
  new S3Error('MaxMessageLengthExceeded', { details: { MaxMessageLengthBytes: String(MAX_XML_BODY_BYTES) } });
