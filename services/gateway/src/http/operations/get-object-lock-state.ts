import { S3Error } from '@needlestack/s3-protocol';
import type { GatewayContext } from '../gateway-context.ts';
import { requireBucket } from '../require-bucket.ts';
import type { S3Exchange } from '../s3-exchange.ts';

/** GetObjectRetention and GetObjectLegalHold: no bucket can have object lock yet, and S3 refuses both without it. */
export const getObjectLockState = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  await requireBucket(exchange, context);
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' });
};
