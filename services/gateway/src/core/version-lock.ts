import { type LockHeaders, S3Error } from '@needlestack/s3-protocol';
import type { Bucket, ObjectLock } from '@needlestack/service-contracts';
import type { BodyPlan } from './plan-body.ts';

/** @throws S3Error `InvalidRequest` for a bucket without object lock */
export const refuseWithoutLock = (bucket: Bucket): void => {
  if (bucket.objectLockEnabled) return;
  throw new S3Error('InvalidRequest', { message: 'Bucket is missing Object Lock Configuration' });
};

/**
 * The lock that a write asks for. The bucket's default retention is the catalog's affair.
 *
 * @throws S3Error `InvalidRequest` for a bucket without object lock
 */
export const lockToSet = (asked: LockHeaders | undefined, bucket: Bucket): ObjectLock | undefined => {
  if (asked === undefined) return undefined;
  refuseWithoutLock(bucket);
  const { retention, legalHold } = asked;
  return { ...retention, ...(legalHold === undefined ? undefined : { legalHold }) };
};

/**
 * What cannot be deleted again must have arrived as it was sent (s3.md rule 21).
 *
 * @throws S3Error `InvalidRequest` for a body under retention without Content-MD5 or checksum
 */
export const requireDigestUnderLock = (lock: ObjectLock | undefined, bucket: Bucket, plan: BodyPlan): void => {
  const isRetained = lock?.mode !== undefined || bucket.defaultRetention !== undefined;
  if (!isRetained || plan.contentMd5 !== undefined || plan.checksum !== undefined) return;
  throw new S3Error('InvalidRequest', {
    message:
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  });
};
