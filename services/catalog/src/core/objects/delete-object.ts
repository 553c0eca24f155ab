import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { DeletedObject, DeleteObjectRequest } from '@needlestack/service-contracts';
import { addUsage } from '../buckets/bucket-usage.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { CommitContext } from '../commit-context.ts';
import { objectKey } from '../keys.ts';
import { checkEventName } from './check-event-name.ts';
import { removeObject } from './remove-object.ts';

/** CatalogError `NoSuchBucket`, `PreconditionFailed`, `InvalidRequest`, `SlowDown`. A key that is not there is no error. */
export function* deleteObject(
  tx: KvTransaction,
  request: DeleteObjectRequest,
  context: CommitContext,
): KvProgram<DeletedObject> {
  checkEventName(request.event);
  const bucket = yield* requireBucket(tx, request.bucket);
  const row = yield* tx.get(objectKey(bucket.id, request.key));
  const removed = yield* removeObject(tx, { bucket, row, event: request.event }, request, context);
  if (removed.version !== undefined) {
    const change = { objects: -1, bytes: -removed.version.sizeBytes };
    yield* addUsage(tx, { bucketId: bucket.id, key: request.key }, change, context);
  }
  return removed.answer;
}
