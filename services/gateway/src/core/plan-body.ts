/** What the headers of an upload say about its body, decided before the first byte is read. */
import {
  headerValue,
  invalidArgument,
  MAX_PART_BYTES,
  type PayloadKind,
  type ProvenSignature,
  type QueryParameters,
  type RequestChecksum,
  type RequestHeaders,
  readContentMd5,
  readDeclaredTrailers,
  readRequestChecksum,
  S3Error,
} from '@needlestack/s3-protocol';
import { AWS_COMPATIBILITY, type Compatibility } from './compatibility.ts';

export interface BodyPlan {
  /** Size of the object's bytes; undefined when only the end of the body will tell. */
  readonly sizeBytes: number | undefined;
  /** Set when the body is in chunks of the aws-chunked form. */
  readonly chunked:
    | {
        readonly seed: ProvenSignature | undefined;
        readonly hasTrailer: boolean;
        readonly declaredTrailers: readonly string[];
      }
    | undefined;
  /** Hex digest that the body must have. */
  readonly sha256: string | undefined;
  /** Base64. */
  readonly contentMd5: string | undefined;
  readonly checksum: RequestChecksum | undefined;
}

const LENGTH = /^\d{1,16}$/;

/** What a plan is made of. */
export interface UploadRequest {
  readonly headers: RequestHeaders;
  readonly query: QueryParameters;
  readonly payload: PayloadKind;
  /** Undefined when nobody signed. */
  readonly proven: ProvenSignature | undefined;
}

/**
 * @throws S3Error `MissingContentLength`, `EntityTooLarge`, `InvalidDigest`, `InvalidRequest`, `InvalidArgument`
 */
export const planBody = (
  { headers, query, payload, proven }: UploadRequest,
  compatibility: Compatibility = AWS_COMPATIBILITY,
): BodyPlan => {
  const isChunked = payload.kind === 'streaming';
  const sizeBytes = isChunked
    ? decodedLength(headers)
    : contentLength(headers, compatibility.has('chunked-without-length'));
  if (sizeBytes !== undefined) refuseTooLarge(sizeBytes);
  return {
    sizeBytes,
    chunked: isChunked
      ? {
          seed: payload.isSigned ? proven : undefined,
          hasTrailer: payload.hasTrailer,
          declaredTrailers: payload.hasTrailer ? readDeclaredTrailers(headers) : [],
        }
      : undefined,
    sha256: payload.kind === 'sha256' ? payload.hex : undefined,
    contentMd5: readContentMd5(headers),
    checksum: readRequestChecksum(headers, query, malformedChecksumCode(compatibility)),
  };
};

/** What a checksum is answered with that cannot be one. */
export const malformedChecksumCode = (compatibility: Compatibility): 'InvalidRequest' | 'BadDigest' =>
  compatibility.has('malformed-checksum-bad-digest') ? 'BadDigest' : 'InvalidRequest';

/** @throws S3Error `EntityTooLarge` for more than one PUT may bring */
export const refuseTooLarge = (sizeBytes: number): void => {
  if (sizeBytes <= MAX_PART_BYTES) return;
  throw new S3Error('EntityTooLarge', {
    details: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(MAX_PART_BYTES) },
  });
};

const contentLength = (headers: RequestHeaders, allowsUnknown: boolean): number | undefined => {
  const text = headerValue(headers, 'content-length');
  if (text === undefined) {
    if (allowsUnknown && headers['transfer-encoding'] !== undefined) return undefined;
    throw new S3Error('MissingContentLength');
  }
  return parseLength('Content-Length', text);
};

const decodedLength = (headers: RequestHeaders): number => {
  const text = headerValue(headers, 'x-amz-decoded-content-length');
  if (text === undefined || !LENGTH.test(text)) throw new S3Error('MissingContentLength');
  return Number(text);
};

const parseLength = (name: string, text: string): number => {
  if (!LENGTH.test(text)) throw invalidArgument('The length is not a number.', name, text);
  return Number(text);
};
