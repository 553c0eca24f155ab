import { ACL_GROUPS, type Acl } from '@needlestack/access-control';
import { writeAccessControlPolicy } from '@needlestack/s3-protocol';
import type { GatewayContext } from './gateway-context.ts';

/** AccessControlPolicy of an ACL. */
export const showAcl = ({ ownerId, grants }: Acl, { showOwner }: Pick<GatewayContext, 'showOwner'>): string =>
  writeAccessControlPolicy(
    {
      ownerId,
      grants: grants.map(({ grantee, permission }) => ({
        grantee: grantee.kind === 'account' ? { accountId: grantee.accountId } : { uri: ACL_GROUPS[grantee.group] },
        permission,
      })),
    },
    showOwner,
  );
