import type { Acl } from '@needlestack/access-control';
import { parseAccessControlPolicy, S3Error } from '@needlestack/s3-protocol';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { type AclOwners, hasAclHeaders, readAclHeaders, resolveAclDocument } from './request-acl.ts';

/**
 * The ACL that PutBucketAcl and PutObjectAcl set: either headers or a body.
 *
 * @throws S3Error `MissingSecurityHeader` for neither, `UnexpectedContent` for both, `MalformedACLError`, `InvalidArgument`,
 * `UnresolvableGrantByEmailAddress`
 */
export const readAclRequest = async (
  exchange: S3Exchange,
  owners: AclOwners,
  context: GatewayContext,
): Promise<Acl> => {
  const body = await readDocument(exchange);
  if (hasAclHeaders(exchange)) {
    if (body.length > 0) throw new S3Error('UnexpectedContent');
    const acl = readAclHeaders(exchange, owners, context);
    if (acl !== undefined) return acl;
  }
  if (body.length === 0) throw new S3Error('MissingSecurityHeader');
  return resolveAclDocument(parseAccessControlPolicy(body), owners.ownerId, context);
};
