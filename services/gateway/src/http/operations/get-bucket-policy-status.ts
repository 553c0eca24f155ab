import { isPublicAcl } from '@needlestack/access-control';
import { S3Error, wrapDocument } from '@needlestack/s3-protocol';
import { hasAcls } from '../../core/access/bucket-access.ts';
import { aclOfBucket } from '../../core/access/decide-operation.ts';
import { findPublicAccessBlock } from '../access/request-acl.ts';
import { requireAccess } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetBucketPolicyStatus: whether the policy lets everyone in, PublicAccessBlock considered. */
export const getBucketPolicyStatus = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const access = requireAccess(exchange);
  const countsAcls = context.compatibility.has('policy-status-of-acl');
  if (access.policy === undefined && !countsAcls) {
    throw new S3Error('NoSuchBucketPolicy', { details: { BucketName: exchange.bucket } });
  }
  const block = await findPublicAccessBlock(access, context);
  const isPublicByAcl = countsAcls && hasAcls(access) && !block.ignorePublicAcls && isPublicAcl(aclOfBucket(access));
  const isPublic = isPublicByAcl || (access.isPolicyPublic && !block.restrictPublicBuckets);
  sendXml(exchange, context, 200, wrapDocument('PolicyStatus', `<IsPublic>${isPublic}</IsPublic>`));
};
