/** The first path segment of S3 Control. */
export const S3_CONTROL_SEGMENT = 'v20180820';

/** First path segments of the S3 port that are not buckets. */
const RESERVED: ReadonlySet<string> = new Set(['iceberg', '_iceberg', '-', S3_CONTROL_SEGMENT]);

/** Whether a bucket of that name could never be reached. */
export const isReservedBucketName = (name: string): boolean => RESERVED.has(name);
