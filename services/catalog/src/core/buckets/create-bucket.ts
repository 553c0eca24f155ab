import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type CatalogPort } from '@needlestack/service-contracts';
import { encodeBucketRecord, type StoredBucket } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { bucketKey } from '../keys.ts';
import { BUCKET_NAME_BYTES_MAX } from '../limits.ts';
import { findBucket } from './require-bucket.ts';

export type CreateBucketRequest = Parameters<CatalogPort['createBucket']>[0];

/** CatalogError `BucketAlreadyOwnedByYou`, `BucketAlreadyExists`, `InvalidRequest`. */
export function* createBucket(
  tx: KvTransaction,
  request: CreateBucketRequest,
  context: CommitContext,
): KvProgram<StoredBucket> {
  const { name, ownerId, region, objectLockEnabled } = request;
  if (name.length === 0 || Buffer.byteLength(name) > BUCKET_NAME_BYTES_MAX)
    throw new CatalogError('InvalidRequest', `a bucket name of ${name.length} characters`);
  const existing = yield* findBucket(tx, name);
  if (existing !== undefined) {
    const isOwn = existing.ownerId === ownerId;
    throw new CatalogError(isOwn ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists', `the bucket ${name} exists`, {
      BucketName: name,
    });
  }
  const bucket: StoredBucket = {
    name,
    id: yield* tx.nextSequence('bucket ids'),
    ownerId,
    region,
    createdAtMs: context.nowMs,
    versioning: 'Off',
    objectLockEnabled,
    hasEventRules: false,
  };
  tx.put(bucketKey(name), encodeBucketRecord(bucket));
  return bucket;
}
