/** Proves who a request comes from. */
import { ANONYMOUS, type Principal } from '@needlestack/access-control';
import {
  type ExpectedScope,
  headerValue,
  type PayloadKind,
  type ProvenSignature,
  parseSignatureClaim,
  parseSignatureV2Claim,
  readPayloadLine,
  S3Error,
  type SignableRequest,
  type SignatureClaim,
  type SignatureV2Claim,
  type SigningKeyCache,
  verifySignature,
  verifySignatureV2,
} from '@needlestack/s3-protocol';
import type { AccessKey, IdentityDirectory } from './ports.ts';

export interface Authenticator {
  readonly scope: ExpectedScope;
  readonly keys: SigningKeyCache;
  readonly identities: IdentityDirectory;
  /** Takes signatures of version 2 too. */
  readonly takesVersion2?: boolean;
  /** The bucket that a Host header names. */
  readonly bucketOfHost?: (host: string | undefined) => string | undefined;
  readonly nowMs: () => number;
}

/** A request whose signature was proven, or that has none. */
export interface Authenticated {
  readonly principal: Principal;
  readonly payload: PayloadKind;
  /** Undefined for an anonymous request. */
  readonly proven: ProvenSignature | undefined;
}

/**
 * Verifies header and presigned signatures. Answers at once for keys that are in memory, by a promise for those of the catalog.
 *
 * @throws S3Error in the order of s3.md rule 11; `InvalidRequest` for an anonymous request that overrides headers of the answer
 */
export const authenticate = (
  request: SignableRequest,
  authenticator: Authenticator,
): Authenticated | Promise<Authenticated> => {
  const older = authenticator.takesVersion2 === true ? parseSignatureV2Claim(request) : undefined;
  if (older !== undefined) return authenticateVersion2(request, older, authenticator);
  const claim = parseSignatureClaim(request, authenticator.scope);
  if (claim === undefined) return anonymous(request);
  const { accessKeyId, securityToken } = claim;
  const known = authenticator.identities.find(accessKeyId, securityToken);
  if (known !== undefined) return prove(request, claim, known, authenticator);
  return authenticator.identities
    .lookup(accessKeyId, securityToken)
    .then((accessKey) => prove(request, claim, accessKey, authenticator));
};

const authenticateVersion2 = async (
  request: SignableRequest,
  claim: SignatureV2Claim,
  { identities, bucketOfHost, nowMs }: Authenticator,
): Promise<Authenticated> => {
  const accessKey = identities.find(claim.accessKeyId) ?? (await identities.lookup(claim.accessKeyId));
  if (accessKey === undefined) throw unknownAccessKey(claim.accessKeyId);
  const { payload } = readPayloadLine(request, undefined);
  // Version 2 knows no signed chunks.
  if (payload.kind === 'streaming' && payload.isSigned) throw new S3Error('AccessDenied');
  const host = headerValue(request.headers, 'host');
  const hostBucket = bucketOfHost?.(host);
  const { secretAccessKey: secret, principal } = accessKey;
  const proven = verifySignatureV2({ request, claim, secret, hostBucket, nowMs: nowMs() });
  return { principal, payload, proven };
};

const unknownAccessKey = (accessKeyId: string): S3Error =>
  new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: accessKeyId } });

/** Nobody signed: what the bucket lets everyone do is decided later. */
const anonymous = (request: SignableRequest): Authenticated => {
  const { payload } = readPayloadLine(request, undefined);
  if (payload.kind === 'streaming' && payload.isSigned) throw new S3Error('AccessDenied');
  if (OVERRIDES.test(request.rawQuery)) {
    throw new S3Error('InvalidRequest', {
      message: 'Request specific response headers cannot be used for anonymous GET requests.',
    });
  }
  return { principal: ANONYMOUS, payload, proven: undefined };
};

const OVERRIDES = /(?:^|&)response-[a-z-]+=/;

const prove = (
  request: SignableRequest,
  claim: SignatureClaim,
  accessKey: AccessKey | undefined,
  authenticator: Authenticator,
): Authenticated => {
  if (accessKey === undefined) {
    throw unknownAccessKey(claim.accessKeyId);
  }
  const { line, payload } = readPayloadLine(request, claim);
  const proven = verifySignature({
    request,
    claim,
    secret: accessKey.secretAccessKey,
    payloadLine: line,
    keys: authenticator.keys,
    nowMs: authenticator.nowMs(),
  });
  return { principal: accessKey.principal, payload, proven };
};
