import type { Grant } from '@needlestack/access-control';
import type { LoggingTarget, NamedGrantee } from '@needlestack/s3-protocol';
import { resolveAclDocument } from '../access/request-acl.ts';
import type { GatewayContext } from '../gateway-context.ts';

type LogGrants = NonNullable<LoggingTarget['targetGrants']>;

/** TargetGrants as grants of an ACL. @throws S3Error as resolveAclDocument, for a grantee whom nobody knows */
export const resolveLogGrants = (grants: LogGrants, context: GatewayContext): readonly Grant[] =>
  resolveAclDocument(
    {
      ownerId: undefined,
      grants: grants.map(({ grantee, permission }) => ({ grantee: nameGrantee(grantee), permission })),
    },
    '',
    context,
  ).grants;

const nameGrantee = ({ id, emailAddress, uri }: LogGrants[number]['grantee']): NamedGrantee => {
  if (id !== undefined) return { kind: 'id', id };
  return emailAddress === undefined ? { kind: 'group', uri: uri ?? '' } : { kind: 'email', address: emailAddress };
};
