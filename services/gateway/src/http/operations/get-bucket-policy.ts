import { S3Error } from '@needlestack/s3-protocol';
import { decodeStoredPolicy } from '../../core/access/stored-policy.ts';
import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendJson } from '../send-answer.ts';

/** GetBucketPolicy: byte for byte as it was put. */
export const getBucketPolicy = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  const stored = await context.catalog.getBucketConfig(exchange.bucket, 'policy');
  if (stored === undefined) throw new S3Error('NoSuchBucketPolicy', { details: { BucketName: exchange.bucket } });
  sendJson(exchange, context, 200, decodeStoredPolicy(stored).text);
};
