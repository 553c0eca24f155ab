import { aclOfBucket } from '../../core/access/decide-operation.ts';
import { requireAccess } from '../access/require-bucket.ts';
import { showAcl } from '../access/show-acl.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetBucketAcl: what was set, also where ownership keeps it from counting. */
export const getBucketAcl = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  sendXml(exchange, context, 200, showAcl(aclOfBucket(requireAccess(exchange)), context));
};
