import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type DefaultRetention } from '@needlestack/service-contracts';
import { encodeBucketRecord } from '../codec/bucket-record.ts';
import { bucketKey } from '../keys.ts';
import { DEFAULT_RETENTION_DAYS_MAX, DEFAULT_RETENTION_YEARS_MAX } from '../limits.ts';
import { requireBucket } from './require-bucket.ts';

/** CatalogError `NoSuchBucket`, `InvalidBucketState`, `InvalidRequest`. */
export function* putBucketObjectLock(
  tx: KvTransaction,
  name: string,
  retention: DefaultRetention | undefined,
): KvProgram<void> {
  if (retention !== undefined) checkPeriod(retention);
  const { defaultRetention: _former, ...bucket } = yield* requireBucket(tx, name);
  if (bucket.versioning !== 'Enabled')
    throw new CatalogError(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply an Object Lock configuration",
      { BucketName: name },
    );
  const changed = { ...bucket, objectLockEnabled: true };
  tx.put(
    bucketKey(name),
    encodeBucketRecord(retention === undefined ? changed : { ...changed, defaultRetention: retention }),
  );
}

function checkPeriod({ days, years }: DefaultRetention): void {
  const isOne = (days === undefined) !== (years === undefined);
  const [period, max] =
    days === undefined ? [years ?? 0, DEFAULT_RETENTION_YEARS_MAX] : [days, DEFAULT_RETENTION_DAYS_MAX];
  if (!isOne || !Number.isInteger(period) || period < 1 || period > max)
    throw new CatalogError('InvalidRequest', `a default retention of ${period}: expected days or years, 1 to ${max}`);
}
