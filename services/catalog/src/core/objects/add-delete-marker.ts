import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { DeletedObject, EventContext } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { encodeObjectRecord } from '../codec/object-record.ts';
import type { Usage } from '../codec/usage-record.ts';
import { NULL_VERSION_ID, versionIdOf } from '../codec/version-id.ts';
import type { CommitContext } from '../commit-context.ts';
import { currentMarkerKey } from '../keys.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import type { FoundVersion } from './find-version.ts';
import { makeRoom } from './make-room.ts';
import { describeObjectChange, NO_VERSION } from './object-change.ts';

/** What a delete is called when it made a marker. */
const MARKER_EVENTS: Readonly<Record<string, string>> = {
  'ObjectRemoved:Delete': 'ObjectRemoved:DeleteMarkerCreated',
  'LifecycleExpiration:Delete': 'LifecycleExpiration:DeleteMarkerCreated',
};

/** Hides a key's versions behind a delete marker, the `null` one while versioning is suspended. CatalogError `ObjectLocked`, `SlowDown`. */
export function* addDeleteMarker(
  tx: KvTransaction,
  of: {
    readonly bucket: StoredBucket;
    readonly key: string;
    readonly newest: FoundVersion | undefined;
    readonly event: EventContext;
  },
  context: CommitContext,
): KvProgram<{ readonly answer: DeletedObject; readonly usage: Usage }> {
  const { bucket, key, newest, event } = of;
  const { place, usage } = yield* makeRoom(tx, { bucket, key, newest }, context);
  const marker = { ...NO_VERSION, ownerId: bucket.ownerId };
  const record = encodeObjectRecord(marker, { ...place, lastModifiedMs: context.nowMs, isDeleteMarker: true });
  tx.put(currentMarkerKey(bucket.id, key), record);
  const versionId = place.nonce === undefined ? NULL_VERSION_ID : versionIdOf(place.order ?? 0, place.nonce);
  if (bucket.hasEventRules) {
    const eventName = MARKER_EVENTS[event.eventName] ?? event.eventName;
    const change = describeObjectChange(bucket, key, { ...marker, versionId }, { ...event, eventName });
    yield* appendOutboxRow(tx, change, context);
  }
  const existed = newest !== undefined && !newest.stored.version.isDeleteMarker;
  return { answer: { existed, versionId, isDeleteMarker: true }, usage };
}
