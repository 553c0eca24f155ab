import { encodeAcl } from '@needlestack/access-control';
import { S3Error } from '@needlestack/s3-protocol';
import { hasAcls } from '../../core/access/bucket-access.ts';
import { readAclRequest } from '../access/read-acl-request.ts';
import { refuseBlockedAcl } from '../access/request-acl.ts';
import { requireAccess } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutBucketAcl: by canned name, by grants in headers, or by a document. */
export const putBucketAcl = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const access = requireAccess(exchange);
  const { ownerId } = access.bucket;
  const acl = await readAclRequest(exchange, { ownerId }, context);
  if (!hasAcls(access)) throw new S3Error('AccessControlListNotSupported');
  await refuseBlockedAcl(acl, access, context);
  await context.catalog.putBucketConfig(exchange.bucket, 'acl', encodeAcl(acl));
  sendEmpty(exchange, context, 200);
};
