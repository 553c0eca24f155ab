/**
 * Signature Version 4 as the clients of the table doors write it (catalog.md 1.2): the path as sent or escaped once more, the
 * body hash in hex, in base64 or not sent at all, while the payload line of the canonical request is always the hex digest.
 */
import { hasDotSegment } from '../address/object-address.ts';
import { decodeUriComponent, encodeUriPath } from '../address/uri-encoding.ts';
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { buildCanonicalRequest, canonicalizePath, canonicalizeQuery, splitSignedHeaders } from './canonical-request.ts';
import { UNSIGNED_PAYLOAD } from './payload-line.ts';
import { headerValue } from './signable-request.ts';
import {
  buildStringToSign,
  headersNotSigned,
  prepareVerification,
  signatureMismatch,
  type VerifyInput,
} from './verify-signature.ts';

export interface VerifyDialectInput extends Omit<VerifyInput, 'payloadLine'> {
  /** SHA-256 of the body as received, in hex. */
  readonly bodySha256: string;
}

const HEX_SHA256 = /^[0-9a-fA-F]{64}$/;
const BASE64_SHA256 = /^[A-Za-z0-9+/]{43}=$/;

/**
 * @throws S3Error as `verifySignature`, and `XAmzContentSHA256Mismatch`, `InvalidArgument` (unknown body hash form),
 * `InvalidURI` (dot segments)
 */
export const verifyDialectSignature = (input: VerifyDialectInput): void => {
  const { request, claim, bodySha256 } = input;
  refuseDotSegments(request.rawPath);
  const key = prepareVerification({ ...input, payloadLine: bodySha256 });
  const payloadLine = checkBodyHash(headerValue(request.headers, 'x-amz-content-sha256'), bodySha256);
  const query = canonicalizeQuery(request.rawQuery, claim.form === 'query' ? 'X-Amz-Signature' : undefined);
  const asSent = canonicalizePath(request.rawPath);
  let first: { readonly stringToSign: string; readonly canonicalRequest: string } | undefined;
  for (const path of [asSent, encodeUriPath(asSent), encodeUriPath(request.rawPath)]) {
    const canonicalRequest = buildCanonicalRequest(request, path, query, claim.signedHeaders, payloadLine);
    const stringToSign = buildStringToSign(claim.amzDate, claim.scope, canonicalRequest, key.algorithm);
    if (key.proves(stringToSign, claim.signature)) {
      requireHostSigned(claim.signedHeaders);
      return;
    }
    first ??= { stringToSign, canonicalRequest };
  }
  throw signatureMismatch(claim, first?.stringToSign ?? '', first?.canonicalRequest ?? '');
};

/** The payload line: the true hash unless the client said that the body is not signed. */
const checkBodyHash = (header: string | undefined, bodySha256: string): string => {
  if (header === undefined) return bodySha256;
  if (header === UNSIGNED_PAYLOAD) return header;
  let claimed: string;
  if (HEX_SHA256.test(header)) claimed = header.toLowerCase();
  else if (BASE64_SHA256.test(header)) claimed = Buffer.from(header, 'base64').toString('hex');
  else
    throw invalidArgument('x-amz-content-sha256 must be a SHA-256 in hex or base64.', 'x-amz-content-sha256', header);
  if (claimed !== bodySha256) {
    throw new S3Error('XAmzContentSHA256Mismatch', {
      details: { ClientComputedContentSHA256: header, S3ComputedContentSHA256: bodySha256 },
    });
  }
  return bodySha256;
};

const refuseDotSegments = (rawPath: string): void => {
  if (hasDotSegment(rawPath)) throw new S3Error('InvalidURI', { details: { URI: rawPath } });
  for (const segment of rawPath.split('/')) {
    const decoded = decodeUriComponent(segment);
    if (decoded === '.' || decoded === '..') throw new S3Error('InvalidURI', { details: { URI: rawPath } });
  }
};

const requireHostSigned = (signedHeaders: string): void => {
  if (!splitSignedHeaders(signedHeaders).includes('host')) throw headersNotSigned('host');
};
