import type { Principal } from '../principal.ts';
import type { Acl, AclPermission } from './acl.ts';

export interface AclQuestion {
  readonly principal: Principal;
  readonly permission: AclPermission;
  /** PublicAccessBlock's IgnorePublicAcls: grants to groups of people do not count. */
  readonly ignoresPublic: boolean;
  /** Grants to accounts and to the owner do not count. */
  readonly groupsOnly?: boolean;
}

/** Whether a grant of the list covers the permission. The owner may always read and write the list itself. */
export const isGrantedByAcl = (
  acl: Acl,
  { principal, permission, ignoresPublic, groupsOnly = false }: AclQuestion,
): boolean => {
  const isOwner = !groupsOnly && principal.accountId !== '' && principal.accountId === acl.ownerId;
  if (isOwner && (permission === 'READ_ACP' || permission === 'WRITE_ACP')) return true;
  for (const grant of acl.grants) {
    if (grant.permission !== permission && grant.permission !== 'FULL_CONTROL') continue;
    const { grantee } = grant;
    if (grantee.kind === 'account') {
      if (!groupsOnly && principal.accountId !== '' && grantee.accountId === principal.accountId) return true;
    } else if (grantee.group === 'LogDelivery') {
      if (principal.kind === 'service') return true;
    } else if (!ignoresPublic && (grantee.group === 'AllUsers' || principal.accountId !== '')) {
      return true;
    }
  }
  return false;
};
