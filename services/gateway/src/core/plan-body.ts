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

export interface BodyPlan {
  /** Size of the object's bytes. */
  readonly sizeBytes: number;
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

/**
 * @throws S3Error `MissingContentLength`, `EntityTooLarge`, `InvalidDigest`, `InvalidRequest`, `InvalidArgument`
 */
export const planBody = (
  headers: RequestHeaders,
  query: QueryParameters,
  payload: PayloadKind,
  proven: ProvenSignature,
): BodyPlan => {
  const isChunked = payload.kind === 'streaming';
  const sizeBytes = isChunked ? decodedLength(headers) : contentLength(headers);
  if (sizeBytes > MAX_PART_BYTES) {
    throw new S3Error('EntityTooLarge', {
      details: { ProposedSize: String(sizeBytes), MaxSizeAllowed: String(MAX_PART_BYTES) },
    });
  }
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
    checksum: readRequestChecksum(headers, query),
  };
};

const contentLength = (headers: RequestHeaders): number => {
  const text = headerValue(headers, 'content-length');
  if (text === undefined) throw new S3Error('MissingContentLength');
  return parseLength('Content-Length', text);
};

const decodedLength = (headers: RequestHeaders): number => {
  const text = headerValue(headers, 'x-amz-decoded-content-length');
  if (text === undefined) throw new S3Error('MissingContentLength');
  return parseLength('x-amz-decoded-content-length', text);
};

const parseLength = (name: string, text: string): number => {
  if (!LENGTH.test(text)) throw invalidArgument('The length is not a number.', name, text);
  return Number(text);
};
