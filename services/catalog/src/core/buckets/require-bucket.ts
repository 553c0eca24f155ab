import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import { CatalogError } from '@needlestack/service-contracts';
import { decodeBucketRecord, type StoredBucket } from '../codec/bucket-record.ts';
import { bucketKey } from '../keys.ts';
import { BUCKET_NAME_BYTES_MAX } from '../limits.ts';

export function noSuchBucket(name: string): CatalogError {
  return new CatalogError('NoSuchBucket', `there is no bucket ${name}`, { BucketName: name });
}

export function* findBucket(tx: KvReader, name: string): KvProgram<StoredBucket | undefined> {
  if (name.length === 0 || Buffer.byteLength(name) > BUCKET_NAME_BYTES_MAX) return undefined;
  return yield* tx.getDecoded(bucketKey(name), (row) => decodeBucketRecord(name, row));
}

/** CatalogError `NoSuchBucket`. */
export function* requireBucket(tx: KvReader, name: string): KvProgram<StoredBucket> {
  const bucket = yield* findBucket(tx, name);
  if (bucket === undefined) throw noSuchBucket(name);
  return bucket;
}
