import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { CommittedObject, EventContext, NewObjectVersion, WriteCondition } from '@needlestack/service-contracts';
import { addUsage } from '../buckets/bucket-usage.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { encodeObjectRecord } from '../codec/object-record.ts';
import { NULL_VERSION_ID, versionIdOf } from '../codec/version-id.ts';
import type { CommitContext } from '../commit-context.ts';
import { releaseNeedles } from '../garbage/release-needles.ts';
import { inlineDataKey, objectKey } from '../keys.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { type FoundVersion, findNewest } from './find-version.ts';
import { makeRoom, type Room } from './make-room.ts';
import { describeObjectChange } from './object-change.ts';
import { withDefaultRetention } from './object-lock.ts';
import { checkWriteCondition } from './write-condition.ts';

export interface VersionToAdd {
  readonly bucket: StoredBucket;
  readonly key: string;
  readonly version: NewObjectVersion;
  readonly condition: WriteCondition | undefined;
  readonly event: EventContext;
  /** Needles of it may be another version's too. */
  readonly hasSharedNeedles: boolean;
  /** When it was written; now unless it comes from elsewhere. */
  readonly lastModifiedMs?: number;
}

/**
 * The one place where a version comes into being: condition, lock, its place before the others, what it replaces, usage and event.
 * CatalogError `PreconditionFailed`, `NoSuchKey`, `ConditionalRequestConflict`, `ObjectLocked`, `InvalidRequest`, `SlowDown`.
 */
export function* addVersion(
  tx: KvTransaction,
  request: VersionToAdd,
  context: CommitContext,
): KvProgram<CommittedObject> {
  const { bucket, key, condition, event, hasSharedNeedles, lastModifiedMs = context.nowMs } = request;
  const newest = yield* findNewest(tx, bucket, key);
  checkWriteCondition(condition, key, newest?.stored.version);
  const version = withDefaultRetention(bucket, request.version, context.nowMs);
  const { place, usage } =
    bucket.versioning === 'Off'
      ? yield* replaceOnly(tx, { bucket, key, newest, version }, context)
      : yield* makeRoom(tx, { bucket, key, newest }, context);
  if (version.inlineData !== undefined) tx.put(inlineDataKey(bucket.id, key, place.order ?? 0), version.inlineData);
  const record = encodeObjectRecord(version, { ...place, lastModifiedMs, isDeleteMarker: false, hasSharedNeedles });
  tx.put(objectKey(bucket.id, key), record);
  const change = { objects: usage.objects + 1, bytes: usage.bytes + version.sizeBytes };
  yield* addUsage(tx, { bucketId: bucket.id, key }, change, context);
  const versionId = place.nonce === undefined ? NULL_VERSION_ID : versionIdOf(place.order ?? 0, place.nonce);
  if (bucket.hasEventRules)
    yield* appendOutboxRow(tx, describeObjectChange(bucket, key, { ...version, versionId }, event), context);
  return { versionId, lastModifiedMs };
}

const NEVER_VERSIONED: Room['place'] = {};

/** In a bucket that never had versioning the new version takes the row of the former one, which cannot be locked. */
function* replaceOnly(
  tx: KvTransaction,
  of: {
    readonly bucket: StoredBucket;
    readonly key: string;
    readonly newest: FoundVersion | undefined;
    readonly version: NewObjectVersion;
  },
  context: CommitContext,
): KvProgram<Room> {
  const { bucket, key, newest, version } = of;
  if (newest === undefined) return { place: NEVER_VERSIONED, usage: { objects: 0, bytes: 0 } };
  const { stored } = newest;
  yield* releaseNeedles(tx, { chunks: stored.version.chunks, isShared: stored.hasSharedNeedles }, context);
  if (stored.hasInlineData && version.inlineData === undefined) tx.delete(inlineDataKey(bucket.id, key, 0));
  return { place: NEVER_VERSIONED, usage: { objects: -1, bytes: -stored.version.sizeBytes } };
}
