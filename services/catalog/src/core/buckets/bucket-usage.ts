import { crc32 } from 'node:zlib';
import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import { decodeUsageRecord, encodeUsageRecord, type Usage } from '../codec/usage-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { bucketUsageKey, bucketUsageRange } from '../keys.ts';
import { USAGE_STRIPES } from '../limits.ts';
import { requireBucket } from './require-bucket.ts';

/** Adds to a bucket's counters. Where several processes write, keys spread over stripes so that writers seldom collide. */
export function* addUsage(
  tx: KvTransaction,
  place: { readonly bucketId: number; readonly key: string },
  change: Usage,
  context: CommitContext,
): KvProgram<void> {
  if (change.objects === 0 && change.bytes === 0) return;
  const stripe = context.usageStripes === 1 ? 0 : crc32(place.key) % context.usageStripes;
  const row = bucketUsageKey(place.bucketId, stripe);
  const before = yield* tx.get(row);
  const usage = before === undefined ? { objects: 0, bytes: 0 } : decodeUsageRecord(before);
  tx.put(row, encodeUsageRecord({ objects: usage.objects + change.objects, bytes: usage.bytes + change.bytes }));
}

/** Versions in a bucket, delete markers apart, and their bytes. CatalogError `NoSuchBucket`. */
export function* getBucketUsage(tx: KvReader, name: string): KvProgram<Usage> {
  const bucket = yield* requireBucket(tx, name);
  const range = { ...bucketUsageRange(bucket.id), limit: USAGE_STRIPES };
  const stripes = yield* tx.scanDecoded(range, (_key, row) => decodeUsageRecord(row));
  let total: Usage = { objects: 0, bytes: 0 };
  for (const stripe of stripes.rows)
    total = { objects: total.objects + stripe.objects, bytes: total.bytes + stripe.bytes };
  return total;
}
