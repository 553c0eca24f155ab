import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import {
  CatalogError,
  type CommittedObject,
  type NewObjectVersion,
  type RestoreState,
  type UpdateVersionRequest,
  type VersionChange,
} from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { encodeObjectRecord, placeOf } from '../codec/object-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { checkEventName } from './check-event-name.ts';
import { type FoundVersion, findNewest, findVersion } from './find-version.ts';
import { describeObjectChange } from './object-change.ts';
import { changeRetention, requireLockEnabled, requireUnprotected } from './object-lock.ts';
import { preconditionFailed } from './write-condition.ts';

type Changed = NewObjectVersion & { readonly restore?: RestoreState };

/**
 * Changes what a version carries, in its place. CatalogError `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, `InvalidVersionId`,
 * `MethodNotAllowed`, `PreconditionFailed`, `ConditionalRequestConflict`, `ObjectLocked`, `InvalidRequest`, `SlowDown`.
 */
export function* updateVersion(
  tx: KvTransaction,
  request: UpdateVersionRequest,
  context: CommitContext,
): KvProgram<CommittedObject> {
  const { key, ifMatch, change, event } = request;
  checkEventName(event);
  const bucket = yield* requireBucket(tx, request.bucket);
  const found = yield* requireVersion(tx, bucket, request);
  const { version } = found.stored;
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== version.etag)
    throw preconditionFailed('If-Match', `the object has another ETag: ${version.etag}`);
  const changed = applyChange(bucket, version, change, context.nowMs);
  const { restore: _former, ...place } = placeOf(found.stored);
  const { restore } = changed;
  tx.put(found.rowKey, encodeObjectRecord(changed, restore === undefined ? place : { ...place, restore }));
  if (bucket.hasEventRules) yield* appendOutboxRow(tx, describeObjectChange(bucket, key, version, event), context);
  return { versionId: version.versionId, lastModifiedMs: version.lastModifiedMs };
}

function* requireVersion(
  tx: KvTransaction,
  bucket: StoredBucket,
  { key, versionId }: UpdateVersionRequest,
): KvProgram<FoundVersion> {
  const found =
    versionId === undefined ? yield* findNewest(tx, bucket, key) : yield* findVersion(tx, bucket, key, versionId);
  if (found === undefined && versionId !== undefined)
    throw new CatalogError('NoSuchVersion', 'there is no such version', { Key: key, VersionId: versionId });
  if (found === undefined || (versionId === undefined && found.stored.version.isDeleteMarker))
    throw new CatalogError('NoSuchKey', 'there is no object', { Key: key });
  if (found.stored.version.isDeleteMarker)
    throw new CatalogError('MethodNotAllowed', 'the version is a delete marker', { ResourceType: 'DeleteMarker' });
  return found;
}

function applyChange(bucket: StoredBucket, version: Changed, change: VersionChange, nowMs: number): Changed {
  switch (change.kind) {
    case 'tags':
      return { ...version, tags: change.tags };
    case 'retention': {
      requireLockEnabled(bucket);
      const { lock: former, ...rest } = version;
      const view = { nowMs, bypassGovernance: change.bypassGovernance === true };
      const lock = changeRetention(former, change.retention, view);
      return lock === undefined ? rest : { ...rest, lock };
    }
    case 'legal-hold':
      requireLockEnabled(bucket);
      return { ...version, lock: { ...version.lock, legalHold: change.isOn } };
    case 'acl': {
      const { acl: _former, ...rest } = version;
      return change.acl === undefined ? rest : { ...rest, acl: change.acl };
    }
    case 'encryption':
      requireUnprotected(version.lock, { nowMs, bypassGovernance: false });
      if (version.encryption === undefined || !isSame(version.encryption.envelope, change.formerEnvelope))
        throw new CatalogError('ConditionalRequestConflict', 'the object was encrypted anew meanwhile');
      return { ...version, encryption: change.encryption };
    case 'restore': {
      const { restore: former, ...rest } = version;
      if (change.wasOngoing !== undefined && change.wasOngoing !== (former?.isOngoing ?? false))
        throw new CatalogError('ConditionalRequestConflict', 'the state of the restore changed meanwhile');
      return change.restore === undefined ? rest : { ...rest, restore: change.restore };
    }
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
