import { S3Error } from '@needlestack/s3-protocol';
import type { Bucket } from '@needlestack/service-contracts';
import type { BucketAccess } from '../../core/access/bucket-access.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';

export const noSuchBucket = (bucket: string): S3Error =>
  new S3Error('NoSuchBucket', { details: { BucketName: bucket } });

/** The addressed bucket. @throws S3Error `NoSuchBucket` */
export const requireBucket = async (exchange: S3Exchange, context: GatewayContext): Promise<Bucket> => {
  const bucket = await context.catalog.getBucket(exchange.bucket);
  if (bucket === undefined) throw noSuchBucket(exchange.bucket);
  return bucket;
};

/** What decides about the addressed bucket; every request in a bucket was authorized by it. */
export const requireAccess = (exchange: S3Exchange): BucketAccess => {
  const { access } = exchange;
  if (access === undefined) throw new TypeError('the request was not authorized in a bucket');
  return access;
};
