/** The ACL that a request asks for, in its headers or its body, and whether it may be set at all. */
import {
  ACL_GRANTS_MAX,
  type Acl,
  expandCannedAcl,
  type Grant,
  type Grantee,
  groupOfUri,
  isAclPermission,
  isCannedAcl,
  isPublicAcl,
  joinPublicAccessBlocks,
  type PublicAccessBlock,
} from '@needlestack/access-control';
import { type AccessControlPolicy, invalidArgument, type NamedGrantee, S3Error } from '@needlestack/s3-protocol';
import type { BucketAccess } from '../../core/access/bucket-access.ts';
import { GRANT_HEADERS, readGrantHeader } from '../../core/access/grant-headers.ts';
import type { IdentityDirectory } from '../../core/ports.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';

/** Whose list it will be. */
export interface AclOwners {
  readonly ownerId: string;
  /** For objects. */
  readonly bucketOwnerId?: string;
}

/** Whether the request says anything about an ACL in its headers, or in parameters of a presigned URL. */
export const hasAclHeaders = ({ headers, rawQuery, query }: S3Exchange): boolean => {
  for (const name of ACL_HEADERS) {
    if (headers[name] !== undefined || (rawQuery !== '' && query.get(name) !== undefined)) return true;
  }
  return false;
};

const ACL_HEADERS = ['x-amz-acl', ...Object.keys(GRANT_HEADERS)];

/**
 * The ACL of the headers; undefined when they say nothing.
 *
 * @throws S3Error `InvalidArgument`, `InvalidRequest` (a canned ACL and grants), `UnresolvableGrantByEmailAddress`
 */
export const readAclHeaders = (exchange: S3Exchange, owners: AclOwners, context: GatewayContext): Acl | undefined => {
  if (!hasAclHeaders(exchange)) return undefined;
  const textOf = (name: string): string | undefined => exchange.header(name) ?? exchange.query.get(name);
  const canned = textOf('x-amz-acl');
  const grants: Grant[] = [];
  for (const [name, permission] of Object.entries(GRANT_HEADERS)) {
    const value = textOf(name);
    if (value === undefined) continue;
    for (const grantee of readGrantHeader(value)) {
      grants.push({ grantee: resolveGrantee(grantee, context.identities), permission });
    }
  }
  if (canned === undefined) return { ownerId: owners.ownerId, grants: limitGrants(grants) };
  if (grants.length > 0) {
    throw new S3Error('InvalidRequest', { message: 'Specifying both Canned ACLs and Header Grants is not allowed' });
  }
  if (!isCannedAcl(canned)) throw invalidArgument('The canned ACL is not valid', 'x-amz-acl', canned);
  return expandCannedAcl(canned, owners.ownerId, owners.bucketOwnerId);
};

/**
 * The ACL of a document. The owner that it names must be the owner.
 *
 * @throws S3Error `AccessDenied`, `InvalidArgument`, `MalformedACLError`, `UnresolvableGrantByEmailAddress`
 */
export const resolveAclDocument = (document: AccessControlPolicy, ownerId: string, context: GatewayContext): Acl => {
  if (context.identities.findAccount(document.ownerId) !== ownerId) {
    throw new S3Error('AccessDenied');
  }
  return { ownerId, grants: resolveGrants(document.grants, context) };
};

/** @throws S3Error `InvalidArgument`, `MalformedACLError`, `UnresolvableGrantByEmailAddress` for a grantee whom nobody knows */
export const resolveGrants = (grants: AccessControlPolicy['grants'], context: GatewayContext): readonly Grant[] =>
  limitGrants(
    grants.map(({ grantee, permission }): Grant => {
      if (!isAclPermission(permission)) throw new S3Error('MalformedACLError');
      return { grantee: resolveGrantee(grantee, context.identities), permission };
    }),
  );

const limitGrants = (grants: readonly Grant[]): readonly Grant[] => {
  if (grants.length > ACL_GRANTS_MAX) {
    throw new S3Error('MalformedACLError', { message: `The ACL has more than ${ACL_GRANTS_MAX} grants.` });
  }
  return grants;
};

const resolveGrantee = (grantee: NamedGrantee, identities: IdentityDirectory): Grantee => {
  switch (grantee.kind) {
    case 'id': {
      const accountId = identities.findAccount(grantee.id);
      if (accountId === undefined) throw invalidArgument('Invalid id', 'CanonicalUser/ID', grantee.id);
      return { kind: 'account', accountId };
    }
    case 'email': {
      const accountId = identities.findAccount(grantee.address.toLowerCase());
      if (accountId === undefined) {
        throw new S3Error('UnresolvableGrantByEmailAddress', { details: { EmailAddress: grantee.address } });
      }
      return { kind: 'account', accountId };
    }
    case 'group': {
      const group = groupOfUri(grantee.uri);
      if (group === undefined) throw invalidArgument('Invalid group uri', 'Group/URI', grantee.uri);
      return { kind: 'group', group };
    }
  }
};

/** What bucket and account block together. */
export const findPublicAccessBlock = async (
  access: BucketAccess,
  context: GatewayContext,
): Promise<PublicAccessBlock> =>
  joinPublicAccessBlocks(access.block, await context.access.accountBlock(access.bucket.ownerId));

/** @throws S3Error `AccessDenied` when the list is public and PublicAccessBlock keeps such lists from being set */
export const refuseBlockedAcl = async (acl: Acl, access: BucketAccess, context: GatewayContext): Promise<void> => {
  if (!isPublicAcl(acl)) return;
  const { blockPublicAcls } = await findPublicAccessBlock(access, context);
  if (blockPublicAcls) throw new S3Error('AccessDenied');
};
