import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type DeleteObjectsRequest, type DeleteOutcome } from '@needlestack/service-contracts';
import { addUsage } from '../buckets/bucket-usage.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { CommitContext } from '../commit-context.ts';
import { objectKey } from '../keys.ts';
import { DELETED_OBJECTS_MAX } from '../limits.ts';
import { checkEventName } from './check-event-name.ts';
import { removeObject } from './remove-object.ts';

/**
 * All in one transaction, one outcome per object; a condition that fails keeps its object only.
 * CatalogError `NoSuchBucket`, `InvalidRequest`, `SlowDown`.
 */
export function* deleteObjects(
  tx: KvTransaction,
  request: DeleteObjectsRequest,
  context: CommitContext,
): KvProgram<DeleteOutcome[]> {
  const { objects, event } = request;
  if (objects.length > DELETED_OBJECTS_MAX)
    throw new CatalogError('InvalidRequest', `${objects.length} objects in one call: at most ${DELETED_OBJECTS_MAX}`);
  checkEventName(event);
  const bucket = yield* requireBucket(tx, request.bucket);
  const rows = yield* tx.getMany(objects.map(({ key }) => objectKey(bucket.id, key)));
  const gone = new Set<string>();
  const outcomes: DeleteOutcome[] = [];
  const change = { objects: 0, bytes: 0 };
  for (const [i, object] of objects.entries()) {
    // A key may be named twice; the second time there is nothing left.
    const row = gone.has(object.key) ? undefined : rows[i];
    try {
      const removed = yield* removeObject(tx, { bucket, row, event }, object, context);
      outcomes.push({ ok: true, ...removed.answer });
      if (removed.version === undefined) continue;
      gone.add(object.key);
      change.objects -= 1;
      change.bytes -= removed.version.sizeBytes;
    } catch (error) {
      if (!(error instanceof CatalogError) || error.code !== 'PreconditionFailed') throw error;
      outcomes.push({ ok: false, code: error.code, message: error.message });
    }
  }
  yield* addUsage(tx, { bucketId: bucket.id, key: objects[0]?.key ?? '' }, change, context);
  return outcomes;
}
