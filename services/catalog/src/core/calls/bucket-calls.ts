import type { CatalogPort } from '@needlestack/service-contracts';
import type { BucketReader } from '../buckets/bucket-reader.ts';
import { getBucketUsage } from '../buckets/bucket-usage.ts';
import { createBucket } from '../buckets/create-bucket.ts';
import { deleteBucket } from '../buckets/delete-bucket.ts';
import { getBucketConfig } from '../buckets/get-bucket-config.ts';
import { listBuckets } from '../buckets/list-buckets.ts';
import { putBucketConfig } from '../buckets/put-bucket-config.ts';
import { showBucket } from '../codec/bucket-record.ts';
import type { Usage } from '../codec/usage-record.ts';
import type { Transactions } from '../transactions.ts';

export interface BucketCalls
  extends Pick<
    CatalogPort,
    'createBucket' | 'getBucket' | 'deleteBucket' | 'listBuckets' | 'getBucketConfig' | 'putBucketConfig'
  > {
  /** Current objects of a bucket and their bytes. CatalogError `NoSuchBucket`. */
  getBucketUsage(bucket: string): Promise<Usage>;
}

export function makeBucketCalls(transactions: Transactions, buckets: BucketReader): BucketCalls {
  return {
    createBucket: async (request) =>
      showBucket(await transactions.write((tx, context) => createBucket(tx, request, context))),
    getBucket: async (name) => {
      const bucket = await buckets.find(name);
      return bucket === undefined ? undefined : showBucket(bucket);
    },
    deleteBucket: async (name) => {
      await transactions.write((tx, context) => deleteBucket(tx, name, context));
      buckets.forget(name);
    },
    listBuckets: async (request) => {
      const page = await transactions.read((tx) => listBuckets(tx, request));
      return { ...page, buckets: page.buckets.map(showBucket) };
    },
    getBucketUsage: (bucket) => transactions.read((tx) => getBucketUsage(tx, bucket)),
    getBucketConfig: (bucket, kind) => transactions.read((tx) => getBucketConfig(tx, bucket, kind)),
    putBucketConfig: async (bucket, kind, value) => {
      await transactions.write((tx, context) => putBucketConfig(tx, { bucket, kind, value }, context));
      buckets.forget(bucket);
    },
  };
}
