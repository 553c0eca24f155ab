import { type Bucket, CatalogError, type CatalogPort } from '@needlestack/service-contracts';
import { getAccountConfig, putAccountConfig } from '../buckets/account-config.ts';
import type { BucketReader } from '../buckets/bucket-reader.ts';
import { getBucketUsage } from '../buckets/bucket-usage.ts';
import { createBucket } from '../buckets/create-bucket.ts';
import { deleteBucket } from '../buckets/delete-bucket.ts';
import { getBucketConfig } from '../buckets/get-bucket-config.ts';
import { listBuckets } from '../buckets/list-buckets.ts';
import { putBucketConfig } from '../buckets/put-bucket-config.ts';
import { putBucketObjectLock } from '../buckets/put-bucket-object-lock.ts';
import { putBucketVersioning } from '../buckets/put-bucket-versioning.ts';
import { type StoredBucket, showBucket } from '../codec/bucket-record.ts';
import { PAGE_ENTRIES_MAX } from '../limits.ts';
import type { Transactions } from '../transactions.ts';
import { abortUpload } from '../uploads/abort-upload.ts';
import { listUploads } from '../uploads/list-uploads.ts';

/** Pages of pending uploads that deleting a bucket aborts. */
const ABORT_ROUNDS_MAX = 1_000;
const FIRST_PAGE = { prefix: '', delimiter: '', keyMarker: '', uploadIdMarker: '', maxUploads: PAGE_ENTRIES_MAX };

export type BucketCalls = Pick<
  CatalogPort,
  | 'createBucket'
  | 'getBucket'
  | 'deleteBucket'
  | 'listBuckets'
  | 'getBucketUsage'
  | 'getBucketConfig'
  | 'putBucketConfig'
  | 'putBucketVersioning'
  | 'putBucketObjectLock'
  | 'getAccountConfig'
  | 'putAccountConfig'
>;

export function makeBucketCalls(transactions: Transactions, buckets: BucketReader): BucketCalls {
  return {
    createBucket: async (request) =>
      showBucket(await transactions.write((tx, context) => createBucket(tx, request, context))),
    getBucket: (name) => {
      const found = buckets.find(name);
      return found instanceof Promise ? found.then(showFound) : showFound(found);
    },
    deleteBucket: async (name) => {
      await deleteWithUploads(transactions, name);
      buckets.forget(name);
    },
    listBuckets: async (request) => {
      const page = await transactions.read((tx) => listBuckets(tx, request));
      return { ...page, buckets: page.buckets.map(showBucket) };
    },
    getBucketUsage: (bucket) => transactions.read((tx) => getBucketUsage(tx, bucket)),
    getBucketConfig: (bucket, kind) => transactions.read((tx) => getBucketConfig(tx, bucket, kind)),
    putBucketConfig: async (bucket, kind, value, options) => {
      await transactions.write((tx, context) => putBucketConfig(tx, { bucket, kind, value, ...options }, context));
      buckets.forget(bucket);
    },
    putBucketVersioning: async (bucket, state) => {
      await transactions.write((tx) => putBucketVersioning(tx, bucket, state));
      buckets.forget(bucket);
    },
    putBucketObjectLock: async (bucket, defaultRetention) => {
      await transactions.write((tx) => putBucketObjectLock(tx, bucket, defaultRetention));
      buckets.forget(bucket);
    },
    getAccountConfig: (accountId, kind) => transactions.read((tx) => getAccountConfig(tx, accountId, kind)),
    putAccountConfig: (accountId, kind, value) =>
      transactions.put((tx) => putAccountConfig(tx, { accountId, kind, value })),
  };
}

const shown = new WeakMap<StoredBucket, Bucket>();

/** The same object for the same remembered row, so that what was made of it can be told by identity. */
function showFound(bucket: StoredBucket | undefined): Bucket | undefined {
  if (bucket === undefined) return undefined;
  const known = shown.get(bucket);
  if (known !== undefined) return known;
  const made = showBucket(bucket);
  shown.set(bucket, made);
  return made;
}

/** Aborts pending uploads of an otherwise empty bucket page by page, then deletes it; gives up on a bucket that keeps getting new ones. */
async function deleteWithUploads(transactions: Transactions, name: string): Promise<void> {
  for (let round = 0; round < ABORT_ROUNDS_MAX; round += 1) {
    const outcome = await transactions.write((tx, context) => deleteBucket(tx, name, context));
    if (outcome === 'deleted') return;
    const page = await transactions.read((tx) => listUploads(tx, { ...FIRST_PAGE, bucket: name }));
    for (const { key, uploadId } of page.uploads) {
      try {
        await transactions.write((tx, context) => abortUpload(tx, { bucket: name, key, uploadId }, context));
      } catch (error) {
        if (!(error instanceof CatalogError) || error.code !== 'NoSuchUpload') throw error;
      }
    }
  }
  throw new CatalogError('BucketNotEmpty', `uploads into ${name} go on`, { BucketName: name });
}
