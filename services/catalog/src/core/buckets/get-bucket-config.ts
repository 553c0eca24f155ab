import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import { BUCKET_CONFIG_CODES, type BucketConfigKind } from '@needlestack/service-contracts';
import { bucketConfigKey } from '../keys.ts';
import { requireBucket } from './require-bucket.ts';

/** Undefined when it is not set. CatalogError `NoSuchBucket`. */
export function* getBucketConfig(tx: KvReader, name: string, kind: BucketConfigKind): KvProgram<Buffer | undefined> {
  const bucket = yield* requireBucket(tx, name);
  return yield* tx.get(bucketConfigKey(bucket.id, BUCKET_CONFIG_CODES[kind]));
}
