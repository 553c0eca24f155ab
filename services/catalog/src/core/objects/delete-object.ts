import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { DeletedObject, DeleteObjectRequest } from '@needlestack/service-contracts';
import { addUsage } from '../buckets/bucket-usage.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { CommitContext } from '../commit-context.ts';
import { checkEventName } from './check-event-name.ts';
import { stepForward } from './move-versions.ts';
import { removeObject } from './remove-object.ts';

/** CatalogError `NoSuchBucket` and those of removeObject. A key or version that is not there is no error. */
export function* deleteObject(
  tx: KvTransaction,
  request: DeleteObjectRequest,
  context: CommitContext,
): KvProgram<DeletedObject> {
  const { key, event, bypassGovernance = false } = request;
  checkEventName(event);
  const bucket = yield* requireBucket(tx, request.bucket);
  const removed = yield* removeObject(tx, { bucket, event, bypassGovernance }, request, context);
  if (removed.wantsSuccessor) yield* stepForward(tx, { bucketId: bucket.id, key });
  yield* addUsage(tx, { bucketId: bucket.id, key }, removed.usage, context);
  return removed.answer;
}
