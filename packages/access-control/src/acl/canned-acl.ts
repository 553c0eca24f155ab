import { type Acl, type AclGroup, type AclPermission, type Grant, privateAcl } from './acl.ts';

export const CANNED_ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'aws-exec-read',
  'authenticated-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
  'log-delivery-write',
] as const;
export type CannedAcl = (typeof CANNED_ACLS)[number];

export const isCannedAcl = (text: string): text is CannedAcl => (CANNED_ACLS as readonly string[]).includes(text);

const toGroup = (group: AclGroup, permission: AclPermission): Grant => ({
  grantee: { kind: 'group', group },
  permission,
});
const toAccount = (accountId: string, permission: AclPermission): Grant => ({
  grantee: { kind: 'account', accountId },
  permission,
});

/**
 * What a canned ACL stands for.
 *
 * @param bucketOwnerId for objects; the two that speak of the bucket's owner are `private` on buckets
 */
export const expandCannedAcl = (canned: CannedAcl, ownerId: string, bucketOwnerId: string = ownerId): Acl => {
  const { grants } = privateAcl(ownerId);
  const more = extraGrants(canned, ownerId, bucketOwnerId);
  return { ownerId, grants: more.length === 0 ? grants : [...grants, ...more] };
};

const extraGrants = (canned: CannedAcl, ownerId: string, bucketOwnerId: string): readonly Grant[] => {
  const isOther = ownerId !== bucketOwnerId;
  switch (canned) {
    case 'private':
    case 'aws-exec-read':
      return [];
    case 'public-read':
      return [toGroup('AllUsers', 'READ')];
    case 'public-read-write':
      return [toGroup('AllUsers', 'READ'), toGroup('AllUsers', 'WRITE')];
    case 'authenticated-read':
      return [toGroup('AuthenticatedUsers', 'READ')];
    case 'bucket-owner-read':
      return isOther ? [toAccount(bucketOwnerId, 'READ')] : [];
    case 'bucket-owner-full-control':
      return isOther ? [toAccount(bucketOwnerId, 'FULL_CONTROL')] : [];
    case 'log-delivery-write':
      return [toGroup('LogDelivery', 'WRITE'), toGroup('LogDelivery', 'READ_ACP')];
  }
};
