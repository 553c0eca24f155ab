import { OBJECT_LOCK_CONFIGURATION, type ObjectLockConfiguration, S3Error } from '@needlestack/s3-protocol';
import type { DefaultRetention } from '@needlestack/service-contracts';
import { requireBucket } from '../access/require-bucket.ts';
import { readDocument } from '../bodies/read-document.ts';
import type { GatewayContext } from '../gateway-context.ts';
import type { S3Exchange } from '../s3-exchange.ts';
import { sendEmpty } from '../send-answer.ts';

/** PutObjectLockConfiguration: also how a versioned bucket gets its lock, which it never loses again. */
export const putObjectLockConfiguration = async (exchange: S3Exchange, context: GatewayContext): Promise<void> => {
  const bucket = await requireBucket(exchange, context);
  const configuration = OBJECT_LOCK_CONFIGURATION.parse(await readDocument(exchange, { requiresDigest: true }));
  if (bucket.versioning !== 'Enabled') {
    throw new S3Error('InvalidBucketState', {
      message: 'Versioning must be Enabled on the bucket to apply an Object Lock configuration',
    });
  }
  await context.catalog.putBucketObjectLock(exchange.bucket, defaultRetentionOf(configuration));
  sendEmpty(exchange, context, 200);
};

const defaultRetentionOf = ({ rule }: ObjectLockConfiguration): DefaultRetention | undefined => {
  if (rule === undefined) return undefined;
  const { mode, days, years } = rule.defaultRetention;
  return {
    mode,
    ...(days === undefined ? undefined : { days }),
    ...(years === undefined ? undefined : { years }),
  };
};
