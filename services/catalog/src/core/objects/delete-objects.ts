import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type CatalogErrorCode,
  type DeleteObjectsRequest,
  type DeleteOutcome,
} from '@needlestack/service-contracts';
import { addUsage } from '../buckets/bucket-usage.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { objectKey } from '../keys.ts';
import { DELETED_OBJECTS_MAX } from '../limits.ts';
import { checkEventName } from './check-event-name.ts';
import { stepForward } from './move-versions.ts';
import { type ObjectToRemove, type RemovedObject, removeObject } from './remove-object.ts';

/** Refusals that concern one object alone. */
const OWN_REFUSALS: ReadonlySet<CatalogErrorCode> = new Set<CatalogErrorCode>([
  'PreconditionFailed',
  'ObjectLocked',
  'InvalidVersionId',
]);

/**
 * All in one transaction, one outcome per object; one that is refused keeps its object only.
 * CatalogError `NoSuchBucket`, `InvalidRequest`, `SlowDown`.
 */
export function* deleteObjects(
  tx: KvTransaction,
  request: DeleteObjectsRequest,
  context: CommitContext,
): KvProgram<DeleteOutcome[]> {
  const { objects, event, bypassGovernance = false } = request;
  if (objects.length > DELETED_OBJECTS_MAX)
    throw new CatalogError('InvalidRequest', `${objects.length} objects in one call: at most ${DELETED_OBJECTS_MAX}`);
  checkEventName(event);
  const bucket = yield* requireBucket(tx, request.bucket);
  const rows = yield* tx.getMany(objects.map(({ key }) => objectKey(bucket.id, key)));
  const successors = new PendingSuccessors(tx, bucket);
  const touched = new Set<string>();
  const outcomes: DeleteOutcome[] = [];
  const usage = { objects: 0, bytes: 0 };
  for (const [i, object] of objects.entries()) {
    // A key may be named more than once: from then on its rows are those of this transaction.
    const place = { bucket, event, bypassGovernance };
    const known = touched.has(object.key) ? place : { ...place, current: { row: rows[i] } };
    try {
      yield* successors.settleBefore(object);
      const removed = yield* removeObject(tx, known, object, context);
      touched.add(object.key);
      successors.note(object.key, removed);
      outcomes.push({ ok: true, ...removed.answer });
      usage.objects += removed.usage.objects;
      usage.bytes += removed.usage.bytes;
    } catch (error) {
      if (!(error instanceof CatalogError) || !OWN_REFUSALS.has(error.code)) throw error;
      outcomes.push({ ok: false, code: error.code, message: error.message });
    }
  }
  yield* successors.settleAll();
  yield* addUsage(tx, { bucketId: bucket.id, key: objects[0]?.key ?? '' }, usage, context);
  return outcomes;
}

/**
 * Keys whose newest version went in this request. Looking for the next one costs a scan, and whoever empties a bucket names all versions of
 * a key: so it is done once per key at the end, or when the answer is needed before.
 */
class PendingSuccessors {
  readonly #keys = new Set<string>();
  readonly #tx: KvTransaction;
  readonly #bucket: StoredBucket;

  constructor(tx: KvTransaction, bucket: StoredBucket) {
    this.#tx = tx;
    this.#bucket = bucket;
  }

  note(key: string, removed: RemovedObject): void {
    if (removed.wantsSuccessor) this.#keys.add(key);
  }

  *settleBefore({ key, versionId, condition }: ObjectToRemove): KvProgram<void> {
    const needsNewest = versionId === undefined || condition !== undefined;
    if (!needsNewest || !this.#keys.delete(key)) return;
    yield* stepForward(this.#tx, { bucketId: this.#bucket.id, key });
  }

  *settleAll(): KvProgram<void> {
    for (const key of this.#keys) yield* stepForward(this.#tx, { bucketId: this.#bucket.id, key });
    this.#keys.clear();
  }
}
