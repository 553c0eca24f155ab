import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError } from '@needlestack/service-contracts';
import { encodeBucketRecord } from '../codec/bucket-record.ts';
import { bucketKey } from '../keys.ts';
import { requireBucket } from './require-bucket.ts';

/** CatalogError `NoSuchBucket`, `InvalidBucketState`. */
export function* putBucketVersioning(tx: KvTransaction, name: string, state: 'Enabled' | 'Suspended'): KvProgram<void> {
  const bucket = yield* requireBucket(tx, name);
  if (state === 'Suspended' && bucket.objectLockEnabled)
    throw new CatalogError(
      'InvalidBucketState',
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
      { BucketName: name },
    );
  if (bucket.versioning !== state) tx.put(bucketKey(name), encodeBucketRecord({ ...bucket, versioning: state }));
}
