import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError } from '@needlestack/service-contracts';
import type { CommitContext } from '../commit-context.ts';
import {
  type ByteRange,
  bucketConfigsRange,
  bucketKey,
  bucketUsageRange,
  objectsRange,
  uploadsRange,
  versionsRange,
} from '../keys.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { requireBucket } from './require-bucket.ts';

const NO_PREFIX = Buffer.alloc(0);
/** Configurations are few kinds, usage few stripes. */
const SMALL_RANGE_ROWS_MAX = 1000;

/** CatalogError `NoSuchBucket`; `BucketNotEmpty` while an object, a version or a pending upload is in it. */
export function* deleteBucket(tx: KvTransaction, name: string, context: CommitContext): KvProgram<void> {
  const bucket = yield* requireBucket(tx, name);
  const contents = {
    objects: objectsRange(bucket.id, NO_PREFIX),
    versions: versionsRange(bucket.id),
    'pending uploads': uploadsRange(bucket.id, NO_PREFIX),
  };
  for (const [what, range] of Object.entries(contents)) {
    const first = yield* tx.scanDecoded({ ...range, limit: 1 }, () => true);
    if (first.rows.length > 0)
      throw new CatalogError('BucketNotEmpty', `the bucket ${name} holds ${what}`, { BucketName: name });
  }
  yield* deleteRange(tx, bucketConfigsRange(bucket.id));
  yield* deleteRange(tx, bucketUsageRange(bucket.id));
  tx.delete(bucketKey(name));
  if (bucket.hasEventRules) yield* appendOutboxRow(tx, { bucket: name, change: { kind: 'rules' } }, context);
}

function* deleteRange(tx: KvTransaction, range: ByteRange): KvProgram<void> {
  const keys = yield* tx.scanDecoded({ ...range, limit: SMALL_RANGE_ROWS_MAX }, (key) => Buffer.from(key));
  for (const key of keys.rows) tx.delete(key);
}
