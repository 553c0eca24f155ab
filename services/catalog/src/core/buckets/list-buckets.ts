import { type KvProgram, type KvReader, keyAfter } from '@needlestack/ordered-kv';
import type { CatalogPort } from '@needlestack/service-contracts';
import { decodeBucketRecord, type StoredBucket } from '../codec/bucket-record.ts';
import { bucketKey, bucketNameOf, bucketsRange } from '../keys.ts';
import { WALK_ROWS_MAX } from '../limits.ts';

export type ListBucketsRequest = Parameters<CatalogPort['listBuckets']>[0];

/** In the order of their names. Buckets of other owners cost a row each. */
export function* listBuckets(
  tx: KvReader,
  request: ListBucketsRequest,
): KvProgram<{ buckets: StoredBucket[]; isTruncated: boolean }> {
  const range = bucketsRange(request.prefix);
  let start = range.start;
  if (request.startAfter !== '') {
    const after = keyAfter(bucketKey(request.startAfter));
    if (Buffer.compare(after, start) > 0) start = after;
  }
  const buckets: StoredBucket[] = [];
  for (;;) {
    const page = yield* tx.scanDecoded({ start, end: range.end, limit: WALK_ROWS_MAX }, (key, row) =>
      decodeBucketRecord(bucketNameOf(key), row),
    );
    for (const bucket of page.rows) {
      if (request.ownerId !== undefined && bucket.ownerId !== request.ownerId) continue;
      if (buckets.length >= request.maxBuckets) return { buckets, isTruncated: true };
      buckets.push(bucket);
    }
    const last = page.rows.at(-1);
    if (!page.hasMore || last === undefined) return { buckets, isTruncated: false };
    start = keyAfter(bucketKey(last.name));
  }
}
