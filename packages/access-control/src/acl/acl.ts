/** Access control lists: who was granted what, as S3 knows it. */

export const ACL_PERMISSIONS = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const;
export type AclPermission = (typeof ACL_PERMISSIONS)[number];

export const ACL_GROUPS = {
  AllUsers: 'http://acs.amazonaws.com/groups/global/AllUsers',
  AuthenticatedUsers: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  LogDelivery: 'http://acs.amazonaws.com/groups/s3/LogDelivery',
} as const;
export type AclGroup = keyof typeof ACL_GROUPS;

/** One account, by its id, or one of the groups. */
export type Grantee =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'group'; readonly group: AclGroup };

export interface Grant {
  readonly grantee: Grantee;
  readonly permission: AclPermission;
}

export interface Acl {
  readonly ownerId: string;
  readonly grants: readonly Grant[];
}

export const groupOfUri = (uri: string): AclGroup | undefined => {
  for (const group of ['AllUsers', 'AuthenticatedUsers', 'LogDelivery'] as const) {
    if (ACL_GROUPS[group] === uri) return group;
  }
  return undefined;
};

export const isAclPermission = (text: string): text is AclPermission =>
  (ACL_PERMISSIONS as readonly string[]).includes(text);

/** The ACL of whatever was made without one: all to the owner. */
export const privateAcl = (ownerId: string): Acl => ({
  ownerId,
  grants: [{ grantee: { kind: 'account', accountId: ownerId }, permission: 'FULL_CONTROL' }],
});

/** Whether an ACL grants something to everyone or to everyone with an account, which counts as public (PublicAccessBlock). */
export const isPublicAcl = (acl: Acl): boolean =>
  acl.grants.some(({ grantee }) => grantee.kind === 'group' && grantee.group !== 'LogDelivery');
