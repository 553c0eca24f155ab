/** First path segments of the S3 port that are not buckets. */
const RESERVED: ReadonlySet<string> = new Set(['iceberg', '_iceberg', '-']);

/** Whether a bucket of that name could never be reached. */
export const isReservedBucketName = (name: string): boolean => RESERVED.has(name);
