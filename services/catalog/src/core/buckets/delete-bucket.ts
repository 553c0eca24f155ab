import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError } from '@needlestack/service-contracts';
import { showBucket } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import {
  type ByteRange,
  bucketConfigsRange,
  bucketKey,
  bucketUsageRange,
  objectsRange,
  TABLE,
  uploadsRange,
  versionsRange,
} from '../keys.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { bucketNamespaces } from '../tables/table-keys.ts';
import { requireBucket } from './require-bucket.ts';

const NO_PREFIX = Buffer.alloc(0);
/** Configurations are few kinds, usage few stripes. */
const SMALL_RANGE_ROWS_MAX = 1000;

/**
 * Deletes a bucket that holds nothing. Pending uploads do not keep a bucket: they are told, nothing is deleted, and the caller aborts
 * them first, which may take more than one transaction should hold.
 *
 * CatalogError `NoSuchBucket`; `BucketNotEmpty` while an object, a version or a table namespace is in it.
 */
export function* deleteBucket(
  tx: KvTransaction,
  name: string,
  context: CommitContext,
): KvProgram<'deleted' | 'has-uploads'> {
  const bucket = yield* requireBucket(tx, name);
  const contents = {
    objects: objectsRange(bucket.id, NO_PREFIX),
    'delete markers': objectsRange(bucket.id, NO_PREFIX, TABLE.currentMarker),
    versions: versionsRange(bucket.id, NO_PREFIX),
    'table namespaces': bucketNamespaces(showBucket(bucket).bucketId),
  };
  for (const [what, range] of Object.entries(contents)) {
    if (yield* hasRows(tx, range))
      throw new CatalogError('BucketNotEmpty', `the bucket ${name} holds ${what}`, { BucketName: name });
  }
  if (yield* hasRows(tx, uploadsRange(bucket.id, NO_PREFIX))) return 'has-uploads';
  yield* deleteRange(tx, bucketConfigsRange(bucket.id));
  yield* deleteRange(tx, bucketUsageRange(bucket.id));
  tx.delete(bucketKey(name));
  if (bucket.hasEventRules) yield* appendOutboxRow(tx, { bucket: name, change: { kind: 'rules' } }, context);
  return 'deleted';
}

function* hasRows(tx: KvTransaction, range: ByteRange): KvProgram<boolean> {
  const first = yield* tx.scanDecoded({ ...range, limit: 1 }, () => true);
  return first.rows.length > 0;
}

function* deleteRange(tx: KvTransaction, range: ByteRange): KvProgram<void> {
  const keys = yield* tx.scanDecoded({ ...range, limit: SMALL_RANGE_ROWS_MAX }, (key) => Buffer.from(key));
  for (const key of keys.rows) tx.delete(key);
}
