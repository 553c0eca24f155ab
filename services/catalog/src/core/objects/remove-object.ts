import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { DeleteCondition, DeletedObject, EventContext } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import type { Usage } from '../codec/usage-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { versionsOfKey } from '../keys.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { addDeleteMarker } from './add-delete-marker.ts';
import { destroyVersion } from './destroy-version.ts';
import { type FoundVersion, findNewest, findVersion, type KnownRow } from './find-version.ts';
import { describeObjectChange, NO_VERSION } from './object-change.ts';
import { checkDeleteCondition, preconditionFailed } from './write-condition.ts';

export interface ObjectToRemove {
  readonly key: string;
  readonly versionId?: string;
  readonly condition?: DeleteCondition;
}

export interface RemovalPlace {
  readonly bucket: StoredBucket;
  readonly event: EventContext;
  readonly bypassGovernance: boolean;
  /** The row of the current object, where the caller has read it. */
  readonly current?: KnownRow;
}

export interface RemovedObject {
  readonly answer: DeletedObject;
  readonly usage: Usage;
  /** The newest version went and there may be others: the caller must call stepForward. */
  readonly wantsSuccessor: boolean;
}

const NO_USAGE: Usage = { objects: 0, bytes: 0 };

/**
 * Deletes the named version for good, or the current object: for good in a bucket without versions, by a delete marker in others.
 * CatalogError `PreconditionFailed`, `ObjectLocked`, `InvalidVersionId`, `SlowDown`, before anything is written.
 */
export function* removeObject(
  tx: KvTransaction,
  place: RemovalPlace,
  object: ObjectToRemove,
  context: CommitContext,
): KvProgram<RemovedObject> {
  const { bucket } = place;
  const { key, versionId, condition } = object;
  const found =
    versionId === undefined
      ? yield* findNewest(tx, bucket, key, place.current)
      : yield* findVersion(tx, bucket, key, versionId, place.current);
  if (found !== undefined && condition !== undefined) yield* checkCondition(tx, { bucket, key, found }, condition);
  if (versionId === undefined && bucket.versioning !== 'Off') {
    // A condition on what is not there asks for nothing, so no marker is made either.
    if (found === undefined && condition !== undefined) return yield* removeNothing(tx, place, object, context);
    const added = yield* addDeleteMarker(tx, { bucket, key, newest: found, event: place.event }, context);
    return { ...added, wantsSuccessor: false };
  }
  if (found === undefined) return yield* removeNothing(tx, place, object, context);
  const usage = yield* destroyVersion(tx, { ...place, key, found }, context);
  const { version, mayHaveOlder } = found.stored;
  if (bucket.hasEventRules)
    yield* appendOutboxRow(tx, describeObjectChange(bucket, key, version, place.event), context);
  return {
    answer: describeRemoved(found, versionId),
    usage,
    wantsSuccessor: found.place !== 'older' && mayHaveOlder,
  };
}

function describeRemoved({ stored }: FoundVersion, versionId: string | undefined): DeletedObject {
  if (stored.version.isDeleteMarker)
    return { existed: true, versionId: stored.version.versionId, isDeleteMarker: true };
  return versionId === undefined ? { existed: true } : { existed: true, versionId };
}

function* removeNothing(
  tx: KvTransaction,
  { bucket, event }: RemovalPlace,
  { key }: ObjectToRemove,
  context: CommitContext,
): KvProgram<RemovedObject> {
  if (bucket.hasEventRules && event.eventName.startsWith('ObjectRemoved:')) {
    // Rules may ask for deletes of nothing by name.
    const nothing = describeObjectChange(bucket, key, NO_VERSION, { ...event, eventName: 'ObjectRemoved:NoOP' });
    yield* appendOutboxRow(tx, nothing, context);
  }
  return { answer: { existed: false }, usage: NO_USAGE, wantsSuccessor: false };
}

function* checkCondition(
  tx: KvTransaction,
  of: { readonly bucket: StoredBucket; readonly key: string; readonly found: FoundVersion },
  condition: DeleteCondition,
): KvProgram<void> {
  const { bucket, key, found } = of;
  checkDeleteCondition(condition, found.stored.version);
  if (condition.ifNoncurrent === true && found.place !== 'older')
    throw preconditionFailed('noncurrent', 'the version is the newest of its key');
  if (condition.ifOnlyVersion !== true) return;
  const isNewest = found.place !== 'older';
  if (!isNewest || (found.stored.mayHaveOlder && (yield* hasOlder(tx, bucket, key))))
    throw preconditionFailed('only version', 'the key has other versions');
}

function* hasOlder(tx: KvTransaction, bucket: StoredBucket, key: string): KvProgram<boolean> {
  const older = yield* tx.scanDecoded({ ...versionsOfKey(bucket.id, key), limit: 1 }, () => true);
  return older.rows.length > 0;
}
