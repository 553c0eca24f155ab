import type { GatewayContext } from '../gateway-context.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const headBucket = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const bucket = await requireBucket(exchange, context);
  sendEmpty(exchange, context, 200, ['x-amz-bucket-region', bucket.region, 'x-amz-access-point-alias', 'false']);
};
