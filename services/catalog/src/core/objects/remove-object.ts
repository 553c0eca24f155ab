import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { DeleteCondition, DeletedObject, EventContext, ObjectVersion } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { decodeObjectRecord } from '../codec/object-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { addGarbage } from '../garbage/add-garbage.ts';
import { inlineDataKey, objectKey } from '../keys.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { describeObjectChange } from './object-change.ts';
import { checkDeleteCondition } from './write-condition.ts';

export interface ObjectToRemove {
  readonly key: string;
  readonly versionId?: string;
  readonly condition?: DeleteCondition;
}

export interface RemovedObject {
  readonly answer: DeletedObject;
  /** The version that is gone, for the usage counters. */
  readonly version: ObjectVersion | undefined;
}

const NOTHING: ObjectVersion = {
  versionId: 'null',
  isDeleteMarker: false,
  lastModifiedMs: 0,
  sizeBytes: 0,
  etag: '',
  ownerId: '',
  systemHeaders: {},
  userMetadata: {},
  chunks: [],
};

/**
 * Takes an object out of a bucket without versions. `row` is its record as this transaction sees it.
 * CatalogError `PreconditionFailed`, `SlowDown`.
 */
export function* removeObject(
  tx: KvTransaction,
  place: { readonly bucket: StoredBucket; readonly row: Buffer | undefined; readonly event: EventContext },
  object: ObjectToRemove,
  context: CommitContext,
): KvProgram<RemovedObject> {
  const { bucket, row, event } = place;
  const stored = row === undefined ? undefined : decodeObjectRecord(row);
  const isOther = object.versionId !== undefined && object.versionId !== stored?.version.versionId;
  if (stored === undefined || isOther) {
    if (bucket.hasEventRules && event.eventName.startsWith('ObjectRemoved:')) {
      // Rules may ask for deletes of nothing by name.
      const nothing = describeObjectChange(bucket, object.key, NOTHING, { ...event, eventName: 'ObjectRemoved:NoOP' });
      yield* appendOutboxRow(tx, nothing, context);
    }
    return { answer: { existed: false }, version: undefined };
  }
  const { version, hasInlineData } = stored;
  checkDeleteCondition(object.condition, version);
  addGarbage(tx, version.chunks, context.nowMs);
  if (hasInlineData) tx.delete(inlineDataKey(bucket.id, object.key, 0));
  tx.delete(objectKey(bucket.id, object.key));
  if (bucket.hasEventRules)
    yield* appendOutboxRow(tx, describeObjectChange(bucket, object.key, version, event), context);
  const answer = object.versionId === undefined ? { existed: true } : { existed: true, versionId: version.versionId };
  return { answer, version };
}
