import { requireBucket } from '../access/require-bucket.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const headBucket = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const bucket = await requireBucket(exchange, context);
  const headers = ['x-amz-bucket-arn', `arn:aws:s3:::${bucket.name}`, 'x-amz-bucket-region', bucket.region];
  headers.push('x-amz-access-point-alias', 'false');
  if (exchange.query.get('read-stats') === 'true' && context.compatibility.has('bucket-usage-headers')) {
    const { objects, bytes } = await context.catalog.getBucketUsage(bucket.name);
    headers.push('X-RGW-Object-Count', String(objects), 'X-RGW-Bytes-Used', String(bytes));
  }
  sendEmpty(exchange, context, 200, headers);
};
