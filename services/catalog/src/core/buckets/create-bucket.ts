import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  BUCKET_CONFIG_CODES,
  CatalogError,
  type CreateBucketRequest,
  withBucketConfig,
} from '@needlestack/service-contracts';
import { encodeBucketRecord, type StoredBucket } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { bucketConfigKey, bucketKey } from '../keys.ts';
import { BUCKET_NAME_BYTES_MAX } from '../limits.ts';
import { checkConfigSize, noteEventRules } from './put-bucket-config.ts';
import { findBucket } from './require-bucket.ts';

/** CatalogError `BucketAlreadyOwnedByYou`, `BucketAlreadyExists`, `InvalidRequest`. */
export function* createBucket(
  tx: KvTransaction,
  request: CreateBucketRequest,
  context: CommitContext,
): KvProgram<StoredBucket> {
  const { name, ownerId, region, objectLockEnabled, configs = [] } = request;
  if (name.length === 0 || Buffer.byteLength(name) > BUCKET_NAME_BYTES_MAX)
    throw new CatalogError('InvalidRequest', `a bucket name of ${name.length} characters`);
  const existing = yield* findBucket(tx, name);
  if (existing !== undefined) {
    const isOwn = existing.ownerId === ownerId;
    throw new CatalogError(isOwn ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists', `the bucket ${name} exists`, {
      BucketName: name,
    });
  }
  const id = yield* tx.nextSequence('bucket ids');
  let configBits = 0;
  for (const { kind, value } of configs) {
    checkConfigSize(kind, value);
    tx.put(bucketConfigKey(id, BUCKET_CONFIG_CODES[kind]), value);
    configBits = withBucketConfig(configBits, kind, true);
  }
  const rules = configs.find(({ kind }) => kind === 'notification')?.value;
  const bucket: StoredBucket = {
    name,
    id,
    ownerId,
    region,
    createdAtMs: context.nowMs,
    versioning: objectLockEnabled ? 'Enabled' : 'Off',
    objectLockEnabled,
    hasEventRules: rules !== undefined,
    configBits,
    configRevision: configs.length === 0 ? 0 : 1,
  };
  tx.put(bucketKey(name), encodeBucketRecord(bucket));
  if (rules !== undefined) yield* noteEventRules(tx, name, rules, context);
  return bucket;
}
