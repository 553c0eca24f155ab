import { isValidBucketName, parseCreateBucketConfiguration, S3Error } from '@needlestack/s3-protocol';
import { CatalogError } from '@needlestack/service-contracts';
import { refuseUnservedHeaders } from '../../core/object-attributes.ts';
import { isReservedBucketName } from '../../core/reserved-buckets.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { readDocument } from '../read-document.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

export const createBucket = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { bucket, query } = exchange;
  if (!isValidBucketName(bucket) || isReservedBucketName(bucket)) {
    throw new S3Error('InvalidBucketName', { details: { BucketName: bucket } });
  }
  checkHeaders(exchange);
  refuseUnservedHeaders(exchange.headers, query);
  const { locationConstraint } = parseCreateBucketConfiguration(await readDocument(exchange));
  if (locationConstraint !== undefined && locationConstraint !== context.region) {
    throw new S3Error('IllegalLocationConstraintException', {
      message: `The ${locationConstraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    });
  }
  try {
    await context.catalog.createBucket({
      name: bucket,
      ownerId: exchange.principal.accountId,
      region: context.region,
      objectLockEnabled: exchange.header('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true',
    });
  } catch (error) {
    // In us-east-1 making one's own bucket again is no error.
    const isRepeated = error instanceof CatalogError && error.code === 'BucketAlreadyOwnedByYou';
    if (!isRepeated || context.region !== 'us-east-1') throw error;
  }
  sendEmpty(exchange, context, 200, ['Location', `/${bucket}`]);
};

const checkHeaders = (exchange: S3Exchange): void => {
  const ownership = exchange.header('x-amz-object-ownership');
  if (ownership !== undefined && ownership !== 'BucketOwnerEnforced') {
    throw new S3Error('NotImplemented', { details: { Header: 'x-amz-object-ownership' } });
  }
};
