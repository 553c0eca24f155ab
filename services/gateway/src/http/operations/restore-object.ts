import { S3Error } from '@needlestack/s3-protocol';
import { readVersionId } from '../../core/version-id.ts';
import { requireBucket } from '../access/require-bucket.ts';
import { findAddressedObject } from '../find-object.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';

/** RestoreObject: nothing is ever archived here yet, and S3 refuses to restore what is at hand. */
export const restoreObject = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const { query } = exchange;
  await requireBucket(exchange, context);
  const { storageClass } = await findAddressedObject(exchange, context, readVersionId(query));
  throw new S3Error('InvalidObjectState', {
    message: "Restore is not allowed for the object's current storage class",
    details: { StorageClass: storageClass ?? 'STANDARD' },
  });
};
