import type { Bucket } from '@needlestack/service-contracts';
import { refuseWithoutLock } from '../../core/version-lock.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { requireBucket } from './require-bucket.ts';

/** The addressed bucket, which has object lock. @throws S3Error `InvalidRequest`, and as requireBucket */
export const requireLockBucket = async (exchange: S3Exchange, context: GatewayContext): Promise<Bucket> => {
  const bucket = await requireBucket(exchange, context);
  refuseWithoutLock(bucket);
  return bucket;
};
