import type { BucketPort } from './ports.ts';
import { TableError } from './table-error.ts';

/** A bucket seen as a table bucket. Any bucket is one from its first use on. */
export interface Warehouse {
  readonly bucket: string;
  /** Of this incarnation of the bucket: namespaces of a deleted bucket do not come back with its name. */
  readonly bucketId: string;
  readonly region: string;
}

const TABLE_BUCKET_ARN = /^arn:[a-z0-9-]+:s3tables:[a-z0-9-]*:[0-9]*:bucket\/([^/]+)$/;

/** The bucket that a warehouse name stands for: a bucket name, `s3://bucket`, or a table-bucket ARN, raw or encoded. */
export function parseWarehouseName(name: string): string {
  const plain = /^arn%3a/i.test(name) ? name.replaceAll(/%3a/gi, ':').replaceAll(/%2f/gi, '/') : name;
  const arn = TABLE_BUCKET_ARN.exec(plain);
  if (arn?.[1] !== undefined) return arn[1];
  const uri = /^s3[an]?:\/\/([^/]+)\/?$/.exec(plain);
  return uri?.[1] ?? plain;
}

/** Refuses with `no-such-warehouse`. */
export async function findWarehouse(buckets: BucketPort, name: string): Promise<Warehouse> {
  const bucketName = parseWarehouseName(name);
  const bucket = bucketName === '' ? undefined : await buckets.getBucket(bucketName);
  if (bucket === undefined) throw new TableError('no-such-warehouse', `Warehouse does not exist: ${bucketName}`);
  return { bucket: bucket.name, bucketId: bucket.bucketId, region: bucket.region };
}

const ENABLED = Buffer.from('{"v":1}');

export async function isTableBucketEnabled(buckets: BucketPort, bucket: string): Promise<boolean> {
  return (await buckets.getBucketConfig(bucket, 'table-bucket')) !== undefined;
}

/** Marks the bucket as a table bucket; again is no change. */
export async function enableTableBucket(buckets: BucketPort, bucket: string): Promise<void> {
  if (!(await isTableBucketEnabled(buckets, bucket))) await buckets.putBucketConfig(bucket, 'table-bucket', ENABLED);
}
