/** Deletes what rules end, in the transaction that looks at it once more: nothing goes that a rule would spare by now. */
import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type DeleteOutcome, type EventContext } from '@needlestack/service-contracts';
import { requireBucket } from '../buckets/require-bucket.ts';
import { type StoredBucket, showBucket } from '../codec/bucket-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { versionsOfKey } from '../keys.ts';
import { deleteObjects } from '../objects/delete-objects.ts';
import { findVersion } from '../objects/find-version.ts';
import { abortUpload } from '../uploads/abort-upload.ts';
import type { ExpiredObject } from './expired-object.ts';

/** The bucket as it was when its rules were read. */
export interface DecidedBucket {
  readonly bucket: string;
  readonly bucketId: string;
  readonly configRevision: number;
}

export interface DeleteExpiredRequest extends DecidedBucket {
  readonly objects: readonly ExpiredObject[];
  readonly event: EventContext;
}

export interface DeletedExpired {
  readonly deleted: number;
  /** Retained or under a legal hold. */
  readonly locked: number;
}

/** CatalogError `NoSuchBucket`, `SlowDown`; `ConditionalRequestConflict` when the bucket's configurations were changed since. */
export function* deleteExpired(
  tx: KvTransaction,
  request: DeleteExpiredRequest,
  context: CommitContext,
): KvProgram<DeletedExpired> {
  const bucket = yield* requireDecided(tx, request);
  const objects: ExpiredObject[] = [];
  for (const object of request.objects) {
    if (yield* isStillMeant(tx, bucket, object)) objects.push(object);
  }
  if (objects.length === 0) return { deleted: 0, locked: 0 };
  const outcomes = yield* deleteObjects(tx, { bucket: request.bucket, objects, event: request.event }, context);
  return {
    deleted: outcomes.filter(({ ok }) => ok).length,
    locked: outcomes.filter(isLocked).length,
  };
}

/** CatalogError as deleteExpired. An upload that is gone by now is no error. */
export function* abortExpiredUpload(
  tx: KvTransaction,
  request: DecidedBucket & { readonly key: string; readonly uploadId: string },
  context: CommitContext,
): KvProgram<boolean> {
  yield* requireDecided(tx, request);
  try {
    yield* abortUpload(tx, request, context);
    return true;
  } catch (error) {
    if (error instanceof CatalogError && error.code === 'NoSuchUpload') return false;
    throw error;
  }
}

const isLocked = (outcome: DeleteOutcome): boolean => !outcome.ok && outcome.code === 'ObjectLocked';

function* requireDecided(tx: KvReader, decided: DecidedBucket): KvProgram<StoredBucket> {
  const bucket = yield* requireBucket(tx, decided.bucket);
  const isSame = showBucket(bucket).bucketId === decided.bucketId && bucket.configRevision === decided.configRevision;
  if (!isSame) throw new CatalogError('ConditionalRequestConflict', `the rules of ${decided.bucket} were changed`);
  return bucket;
}

/** What the conditions of a delete do not say: tags, and the newer versions that a rule keeps. */
function* isStillMeant(tx: KvReader, bucket: StoredBucket, object: ExpiredObject): KvProgram<boolean> {
  const tags = Object.entries(object.tags);
  if (tags.length === 0 && object.newerNoncurrent === 0) return true;
  const found = yield* findVersion(tx, bucket, object.key, object.condition.ifUnchanged.versionId);
  if (found === undefined) return false;
  const own = found.stored.version.tags ?? {};
  if (!tags.every(([key, value]) => Object.hasOwn(own, key) && own[key] === value)) return false;
  if (object.newerNoncurrent === 0) return true;
  if (found.place !== 'older') return false;
  const { start } = versionsOfKey(bucket.id, object.key);
  if (Buffer.compare(start, found.rowKey) >= 0) return false;
  const newer = yield* tx.scanDecoded({ start, end: found.rowKey, limit: object.newerNoncurrent }, () => true);
  return newer.rows.length === object.newerNoncurrent;
}
