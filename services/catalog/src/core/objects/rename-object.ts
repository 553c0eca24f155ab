import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type CommittedObject,
  type NewObjectVersion,
  type ObjectVersion,
  type RenameObjectRequest,
} from '@needlestack/service-contracts';
import { addUsage } from '../buckets/bucket-usage.ts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { countNeedleUses } from '../garbage/shared-needles.ts';
import { inlineDataKey } from '../keys.ts';
import { addVersion } from './add-version.ts';
import { checkEventName } from './check-event-name.ts';
import { type FoundVersion, findNewest } from './find-version.ts';
import { stepForward } from './move-versions.ts';
import { checkModifiedCondition, checkSourceCondition } from './read-condition.ts';
import { removeObject } from './remove-object.ts';
import { markShared } from './share-needles.ts';

/**
 * Gives the current object another name, in one transaction: a version with the same needles under the new name, and a delete under the old
 * one. The needles are counted twice in between, so that it does not matter whether the delete keeps the old version or not.
 * CatalogError `NoSuchBucket`, `NoSuchKey`, `InvalidRequest`, `PreconditionFailed`, those of addVersion and of removeObject.
 */
export function* renameObject(
  tx: KvTransaction,
  request: RenameObjectRequest,
  context: CommitContext,
): KvProgram<CommittedObject> {
  const { key, sourceKey, condition, event } = request;
  checkEventName(event);
  if (key === sourceKey) throw new CatalogError('InvalidRequest', 'an object cannot be renamed to itself');
  const bucket = yield* requireBucket(tx, request.bucket);
  const source = yield* findNewest(tx, bucket, sourceKey);
  if (source === undefined || source.stored.version.isDeleteMarker)
    throw new CatalogError('NoSuchKey', 'there is no object to rename', { Key: sourceKey });
  checkSourceCondition(request.sourceCondition, source.stored.version);
  const target = yield* findNewest(tx, bucket, key);
  checkModifiedCondition(condition, presentVersion(target));
  const { version, lastModifiedMs } = yield* takeContents(tx, { bucket, sourceKey, source });
  yield* countNeedleUses(tx, version.chunks, 1);
  markShared(tx, source);
  const committed = yield* addVersion(
    tx,
    { bucket, key, version, condition, event, hasSharedNeedles: version.chunks.length > 0, lastModifiedMs },
    context,
  );
  const place = { bucket, event: { ...event, eventName: 'ObjectRemoved:Delete' }, bypassGovernance: false };
  const removed = yield* removeObject(tx, place, { key: sourceKey }, context);
  if (removed.wantsSuccessor) yield* stepForward(tx, { bucketId: bucket.id, key: sourceKey });
  yield* addUsage(tx, { bucketId: bucket.id, key: sourceKey }, removed.usage, context);
  return committed;
}

const presentVersion = (found: FoundVersion | undefined): ObjectVersion | undefined =>
  found === undefined || found.stored.version.isDeleteMarker ? undefined : found.stored.version;

/** The source as a new version; its lock stays with it where it stays, and goes along. */
function* takeContents(
  tx: KvTransaction,
  of: { readonly bucket: StoredBucket; readonly sourceKey: string; readonly source: FoundVersion },
): KvProgram<{ version: NewObjectVersion; lastModifiedMs: number }> {
  const { bucket, sourceKey, source } = of;
  const {
    versionId: _id,
    isDeleteMarker: _marker,
    lastModifiedMs,
    restore: _restore,
    ...version
  } = source.stored.version;
  if (!source.stored.hasInlineData) return { version, lastModifiedMs };
  const inlineData = yield* tx.get(inlineDataKey(bucket.id, sourceKey, source.stored.order));
  return { version: inlineData === undefined ? version : { ...version, inlineData }, lastModifiedMs };
}
