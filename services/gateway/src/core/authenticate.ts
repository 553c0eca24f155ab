/** Proves who a request comes from. */
import { ANONYMOUS, type Principal } from '@needlestack/access-control';
import {
  type ExpectedScope,
  type PayloadKind,
  type ProvenSignature,
  parseSignatureClaim,
  readPayloadLine,
  S3Error,
  type SignableRequest,
  type SignatureClaim,
  type SigningKeyCache,
  verifySignature,
} from '@needlestack/s3-protocol';
import type { AccessKey, IdentityDirectory } from './ports.ts';

export interface Authenticator {
  readonly scope: ExpectedScope;
  readonly keys: SigningKeyCache;
  readonly identities: IdentityDirectory;
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
  const claim = parseSignatureClaim(request, authenticator.scope);
  if (claim === undefined) return anonymous(request);
  const known = authenticator.identities.find(claim.accessKeyId);
  if (known !== undefined) return prove(request, claim, known, authenticator);
  return authenticator.identities
    .lookup(claim.accessKeyId)
    .then((accessKey) => prove(request, claim, accessKey, authenticator));
};

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
    throw new S3Error('InvalidAccessKeyId', { details: { AWSAccessKeyId: claim.accessKeyId } });
  }
  if (claim.securityToken !== undefined) throw new S3Error('InvalidToken');
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
