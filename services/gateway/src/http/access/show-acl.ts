import { ACL_GROUPS, type Acl, type Grant } from '@needlestack/access-control';
import { writeAccessControlPolicy } from '@needlestack/s3-protocol';
import type { GatewayContext } from '../gateway-context.ts';

/** AccessControlPolicy of an ACL. Groups come first: the order means nothing, but some clients compare it. */
export const showAcl = ({ ownerId, grants }: Acl, { showOwner }: Pick<GatewayContext, 'showOwner'>): string =>
  writeAccessControlPolicy(
    {
      ownerId,
      grants: [...grants].sort(byKind).map(({ grantee, permission }) => ({
        grantee: grantee.kind === 'account' ? { accountId: grantee.accountId } : { uri: ACL_GROUPS[grantee.group] },
        permission,
      })),
    },
    showOwner,
  );

const byKind = (one: Grant, other: Grant): number =>
  Number(one.grantee.kind === 'account') - Number(other.grantee.kind === 'account');
