import { writeOwnerFullControl } from '@needlestack/s3-protocol';
import type { GatewayContext } from '../gateway-context.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendXml } from '../send-answer.ts';

/** GetBucketAcl: ACLs cannot be set, so the owner has full control and nobody else has anything. */
export const getBucketAcl = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const bucket = await requireBucket(exchange, context);
  const document = writeOwnerFullControl(bucket.ownerId, (id) => context.identities.accountName(id));
  sendXml(exchange, context, 200, document);
};
