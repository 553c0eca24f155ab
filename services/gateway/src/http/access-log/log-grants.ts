import type { Grant } from '@needlestack/access-control';
import type { LoggingTarget, NamedGrantee } from '@needlestack/s3-protocol';
import { resolveGrants } from '../access/request-acl.ts';
import type { GatewayContext } from '../gateway-context.ts';

type LogGrants = NonNullable<LoggingTarget['targetGrants']>;

/** TargetGrants as grants of an ACL. @throws S3Error as resolveGrants */
export const resolveLogGrants = (grants: LogGrants, context: GatewayContext): readonly Grant[] =>
  resolveGrants(
    grants.map(({ grantee, permission }) => ({ grantee: nameGrantee(grantee), permission })),
    context,
  );

const nameGrantee = ({ id, emailAddress, uri }: LogGrants[number]['grantee']): NamedGrantee => {
  if (id !== undefined) return { kind: 'id', id };
  return emailAddress === undefined ? { kind: 'group', uri: uri ?? '' } : { kind: 'email', address: emailAddress };
};
