import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import type { CommittedObject, EventContext, NewObjectVersion, WriteCondition } from '@needlestack/service-contracts';
import { addUsage } from '../buckets/bucket-usage.ts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { decodeObjectRecord, encodeObjectRecord } from '../codec/object-record.ts';
import type { CommitContext } from '../commit-context.ts';
import { addGarbage } from '../garbage/add-garbage.ts';
import { inlineDataKey, objectKey } from '../keys.ts';
import { appendOutboxRow } from '../outbox/append-outbox-row.ts';
import { describeObjectChange } from './object-change.ts';
import { checkWriteCondition } from './write-condition.ts';

export interface NewCurrentVersion {
  readonly bucket: StoredBucket;
  readonly key: string;
  readonly version: NewObjectVersion;
  readonly condition: WriteCondition | undefined;
  readonly event: EventContext;
}

/**
 * The one place where an object comes into being: condition, new current version, old one's chunks to the garbage list, usage
 * and event. CatalogError `PreconditionFailed`, `NoSuchKey`, `SlowDown`.
 */
export function* replaceCurrentVersion(
  tx: KvTransaction,
  { bucket, key, version, condition, event }: NewCurrentVersion,
  context: CommitContext,
): KvProgram<CommittedObject> {
  const row = objectKey(bucket.id, key);
  const before = yield* tx.get(row);
  const current = before === undefined ? undefined : decodeObjectRecord(before);
  checkWriteCondition(condition, key, current?.version);
  if (current !== undefined) addGarbage(tx, current.version.chunks, context.nowMs);
  if (version.inlineData !== undefined) tx.put(inlineDataKey(bucket.id, key, 0), version.inlineData);
  else if (current?.hasInlineData === true) tx.delete(inlineDataKey(bucket.id, key, 0));
  tx.put(row, encodeObjectRecord(version, { lastModifiedMs: context.nowMs, isDeleteMarker: false }));
  const change = {
    objects: current === undefined ? 1 : 0,
    bytes: version.sizeBytes - (current?.version.sizeBytes ?? 0),
  };
  yield* addUsage(tx, { bucketId: bucket.id, key }, change, context);
  const versionId = 'null';
  if (bucket.hasEventRules)
    yield* appendOutboxRow(tx, describeObjectChange(bucket, key, { ...version, versionId }, event), context);
  return { versionId, lastModifiedMs: context.nowMs };
}
