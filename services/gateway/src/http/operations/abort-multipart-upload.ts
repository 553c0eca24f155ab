import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const abortMultipartUpload = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  await context.catalog.abortUpload(exchange.bucket, exchange.key, exchange.query.get('uploadId') ?? '');
  sendEmpty(exchange, context, 204);
};
