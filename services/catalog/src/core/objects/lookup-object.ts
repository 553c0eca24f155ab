import type { KvProgram, KvReader, SynchronousReads } from '@needlestack/ordered-kv';
import type { ObjectVersion } from '@needlestack/service-contracts';
import { decodeObjectRecord, type StoredVersion } from '../codec/object-record.ts';
import { inlineDataKey, objectKey } from '../keys.ts';

/** The current version, or the named one; undefined when there is none. */
export function* lookupObject(
  tx: KvReader,
  bucketId: number,
  key: string,
  versionId?: string,
): KvProgram<ObjectVersion | undefined> {
  const stored = choose(yield* tx.get(objectKey(bucketId, key)), versionId);
  if (stored?.hasInlineData !== true) return stored?.version;
  return withInlineData(stored, yield* tx.get(inlineDataKey(bucketId, key, 0)));
}

/** The same on a store that answers at once: nothing can change between its two reads. The most frequent question of all. */
export function lookupObjectNow(
  reads: SynchronousReads,
  bucketId: number,
  key: string,
  versionId?: string,
): ObjectVersion | undefined {
  const stored = choose(reads.get(objectKey(bucketId, key)), versionId);
  if (stored?.hasInlineData !== true) return stored?.version;
  return withInlineData(stored, reads.get(inlineDataKey(bucketId, key, 0)));
}

function choose(row: Buffer | undefined, versionId: string | undefined): StoredVersion | undefined {
  if (row === undefined) return undefined;
  const stored = decodeObjectRecord(row);
  return versionId === undefined || versionId === stored.version.versionId ? stored : undefined;
}

function withInlineData({ version }: StoredVersion, inlineData: Buffer | undefined): ObjectVersion {
  return inlineData === undefined ? version : { ...version, inlineData };
}
