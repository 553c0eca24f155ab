import { parseQuery } from '../address/request-target.ts';
import { invalidArgument, S3Error } from '../error/s3-error.ts';
import { headerValue, type SignableRequest } from './signable-request.ts';
import type { SignatureClaim } from './signature-claim.ts';

export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
/** SHA-256 of nothing, in hex. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** How the body is protected, by the x-amz-content-sha256 header. */
export type PayloadKind =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'sha256'; readonly hex: string }
  | { readonly kind: 'streaming'; readonly isSigned: boolean; readonly hasTrailer: boolean };

const UNSIGNED: PayloadKind = { kind: 'unsigned' };
const STREAMING: Readonly<Record<string, PayloadKind>> = {
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': { kind: 'streaming', isSigned: true, hasTrailer: false },
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': { kind: 'streaming', isSigned: true, hasTrailer: true },
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD': { kind: 'streaming', isSigned: true, hasTrailer: false },
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER': { kind: 'streaming', isSigned: true, hasTrailer: true },
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': { kind: 'streaming', isSigned: false, hasTrailer: true },
};

const HEX_SHA256 = /^[0-9a-fA-F]{64}$/;

/** The payload line of the canonical request, as sent, with its meaning. */
export interface PayloadLine {
  readonly line: string;
  readonly payload: PayloadKind;
}

/** Presigned requests may carry the header as a parameter. */
const hoistedHash = (request: SignableRequest, claim: SignatureClaim | undefined): string | undefined =>
  claim?.form === 'query' ? parseQuery(request.rawQuery).get('X-Amz-Content-Sha256') : undefined;

/** Chunks are signed as the request is. */
const fitsAlgorithm = (line: string, claim: SignatureClaim | undefined): boolean =>
  claim === undefined || !line.startsWith('STREAMING-AWS4-') || line.startsWith(`STREAMING-${claim.algorithm}-`);

/**
 * Reads x-amz-content-sha256 (s3.md rule 12). A presigned request is unsigned unless it says otherwise.
 *
 * @throws S3Error `InvalidRequest` when a header-signed request lacks it, `InvalidArgument` when it is none of the known forms
 */
export const readPayloadLine = (request: SignableRequest, claim: SignatureClaim | undefined): PayloadLine => {
  const line = headerValue(request.headers, 'x-amz-content-sha256') ?? hoistedHash(request, claim);
  if (line === undefined) {
    if (claim?.form === 'header') {
      throw new S3Error('InvalidRequest', {
        message: 'Missing required header for this request: x-amz-content-sha256',
      });
    }
    return { line: UNSIGNED_PAYLOAD, payload: UNSIGNED };
  }
  if (line === UNSIGNED_PAYLOAD) return { line, payload: UNSIGNED };
  const streaming = STREAMING[line];
  if (streaming !== undefined && fitsAlgorithm(line, claim)) return { line, payload: streaming };
  if (HEX_SHA256.test(line)) return { line, payload: { kind: 'sha256', hex: line.toLowerCase() } };
  throw invalidArgument(
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    'x-amz-content-sha256',
    line,
  );
};
