import { encodeAcl } from '@needlestack/access-control';
import { S3Error } from '@needlestack/s3-protocol';
import { hasAcls } from '../../core/access/bucket-access.ts';
import { ownerOfNewObject } from '../../core/access/object-owner.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { hasAclHeaders, readAclHeaders, refuseBlockedAcl } from './request-acl.ts';
import { requireAccess } from './require-bucket.ts';

/** Whom a new object belongs to, and what else it lets others do. */
export interface NewObjectAccess {
  readonly ownerId: string;
  /** Absent: all to the owner. */
  readonly acl?: Uint8Array;
}

/**
 * Owner and ACL of the object that a request writes. Without a promise where it says nothing of ACLs.
 *
 * @throws S3Error `AccessControlListNotSupported` where the bucket's owner owns everything; as readAclHeaders, refuseBlockedAcl
 */
export const readNewObjectAccess = (
  exchange: S3Exchange,
  context: GatewayContext,
): NewObjectAccess | Promise<NewObjectAccess> => {
  const ownerId = ownerOfNewObject(requireAccess(exchange), exchange.principal, exchange);
  return hasAclHeaders(exchange) ? readAcl(exchange, ownerId, context) : { ownerId };
};

const readAcl = async (exchange: S3Exchange, ownerId: string, context: GatewayContext): Promise<NewObjectAccess> => {
  const access = requireAccess(exchange);
  const acl = readAclHeaders(exchange, { ownerId, bucketOwnerId: access.bucket.ownerId }, context);
  if (acl === undefined) return { ownerId };
  const isPrivate = acl.grants.every(
    ({ grantee, permission }) =>
      grantee.kind === 'account' && grantee.accountId === ownerId && permission === 'FULL_CONTROL',
  );
  if (!hasAcls(access)) {
    // Full control of the bucket's owner is how it is anyway.
    if (!isPrivate || isNamedPrivate(exchange)) throw new S3Error('AccessControlListNotSupported');
    return { ownerId };
  }
  await refuseBlockedAcl(acl, access, context);
  return isPrivate && acl.grants.length > 0 ? { ownerId } : { ownerId, acl: encodeAcl(acl) };
};

const isNamedPrivate = (exchange: S3Exchange): boolean => {
  const canned = exchange.header('x-amz-acl') ?? exchange.query.get('x-amz-acl');
  return canned !== undefined && canned !== 'bucket-owner-full-control';
};
