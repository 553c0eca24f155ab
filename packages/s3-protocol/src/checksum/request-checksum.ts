/** What a request says about the checksum of its body (s3.md rules 13, 21, 22). */
import type { QueryParameters } from '../address/request-target.ts';
import { S3Error } from '../error/s3-error.ts';
import { headerValue, type RequestHeaders } from '../sigv4/signable-request.ts';
import {
  algorithmOfHeader,
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumHeader,
  isWellFormedChecksum,
  parseChecksumAlgorithm,
} from './checksum-algorithm.ts';

export interface RequestChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64, when it came in a header or the query; undefined when the trailer will bring it. */
  readonly value: string | undefined;
}

const invalidRequest = (message: string): S3Error => new S3Error('InvalidRequest', { message });

/**
 * The one checksum of the request, or undefined when none is named. SDKs hoist these headers into the query of presigned URLs.
 *
 * @param malformedCode what a value is answered with that is none of its algorithm
 * @throws S3Error `InvalidRequest` for two values, an unknown algorithm, a named algorithm without value, a malformed value
 */
export const readRequestChecksum = (
  headers: RequestHeaders,
  query: QueryParameters,
  malformedCode: 'InvalidRequest' | 'BadDigest' = 'InvalidRequest',
): RequestChecksum | undefined => {
  const sent = findSentChecksum(headers, query, malformedCode);
  const trailer = findTrailerChecksum(headers);
  if (sent !== undefined && trailer !== undefined) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const named = headerValue(headers, 'x-amz-sdk-checksum-algorithm') ?? query.get('x-amz-sdk-checksum-algorithm');
  const found = sent ?? (trailer === undefined ? undefined : { algorithm: trailer, value: undefined });
  if (named === undefined) return found;
  const algorithm = requireChecksumAlgorithm(named);
  if (found === undefined) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  if (found.algorithm !== algorithm) {
    throw invalidRequest('Value for x-amz-sdk-checksum-algorithm header is invalid.');
  }
  return found;
};

/** The algorithm that a request names. @throws S3Error `InvalidRequest` for one that is not served */
export const requireChecksumAlgorithm = (name: string): ChecksumAlgorithm => {
  const algorithm = parseChecksumAlgorithm(name);
  if (algorithm !== undefined) return algorithm;
  throw invalidRequest(
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${CHECKSUM_ALGORITHMS.join(', ')}]`,
  );
};

const findSentChecksum = (
  headers: RequestHeaders,
  query: QueryParameters,
  malformedCode: 'InvalidRequest' | 'BadDigest',
): RequestChecksum | undefined => {
  let found: RequestChecksum | undefined;
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const name = checksumHeader(algorithm);
    const value = headerValue(headers, name) ?? query.get(name);
    if (value === undefined) continue;
    if (found !== undefined) {
      throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
    }
    if (!isWellFormedChecksum(algorithm, value)) {
      throw new S3Error(malformedCode, { message: `Value for ${name} header is invalid.` });
    }
    found = { algorithm, value };
  }
  if (found === undefined) refuseUnknownChecksumHeader(headers);
  return found;
};

const OTHER_CHECKSUM_HEADERS = new Set(['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type']);

const refuseUnknownChecksumHeader = (headers: RequestHeaders): void => {
  for (const name in headers) {
    if (name.startsWith('x-amz-checksum-') && !OTHER_CHECKSUM_HEADERS.has(name)) {
      throw invalidRequest(`The checksum header ${name} is not supported.`);
    }
  }
};

/** Names listed in x-amz-trailer, in lower case. */
export const readDeclaredTrailers = (headers: RequestHeaders): string[] => {
  const header = headerValue(headers, 'x-amz-trailer');
  if (header === undefined) return [];
  return header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
};

const findTrailerChecksum = (headers: RequestHeaders): ChecksumAlgorithm | undefined => {
  if (headers['x-amz-trailer'] === undefined) return undefined;
  let found: ChecksumAlgorithm | undefined;
  for (const name of readDeclaredTrailers(headers)) {
    const algorithm = algorithmOfHeader(name);
    if (algorithm === undefined)
      throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
    if (found !== undefined)
      throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
    found = algorithm;
  }
  return found;
};

/**
 * Content-MD5 as base64.
 *
 * @throws S3Error `InvalidDigest` when it is not base64 of sixteen bytes
 */
export const readContentMd5 = (headers: RequestHeaders): string | undefined => {
  const value = headerValue(headers, 'content-md5');
  if (value === undefined) return undefined;
  if (!isWellFormedChecksum('MD5', value)) throw new S3Error('InvalidDigest', { details: { 'Content-MD5': value } });
  return value;
};
