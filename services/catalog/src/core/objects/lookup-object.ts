import type { KvProgram, KvReader, SynchronousReads } from '@needlestack/ordered-kv';
import type { ObjectVersion } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { decodeObjectRecord, type StoredVersion } from '../codec/object-record.ts';
import { inlineDataKey, objectKey } from '../keys.ts';
import { findNewest, findVersion } from './find-version.ts';

/** The newest version, or the named one; undefined when there is none. CatalogError `InvalidVersionId`. */
export function* lookupObject(
  tx: KvReader,
  bucket: StoredBucket,
  key: string,
  versionId?: string,
): KvProgram<ObjectVersion | undefined> {
  const found =
    versionId === undefined ? yield* findNewest(tx, bucket, key) : yield* findVersion(tx, bucket, key, versionId);
  if (found === undefined) return undefined;
  const { stored } = found;
  if (!stored.hasInlineData) return stored.version;
  return withInlineData(stored, yield* tx.get(inlineDataKey(bucket.id, key, stored.order)));
}

/** The same on a store that answers at once: nothing can change between its two reads. The most frequent question of all. */
export function lookupObjectNow(
  reads: SynchronousReads,
  bucket: StoredBucket,
  key: string,
  versionId?: string,
): ObjectVersion | undefined {
  const stored = versionId === undefined ? reads.getDecoded(objectKey(bucket.id, key), decodeObjectRecord) : undefined;
  if (stored !== undefined) {
    if (!stored.hasInlineData) return stored.version;
    return withInlineData(stored, reads.get(inlineDataKey(bucket.id, key, stored.order)));
  }
  if (versionId === undefined && bucket.versioning === 'Off') return undefined;
  return reads.read((tx) => lookupObject(tx, bucket, key, versionId));
}

function withInlineData({ version }: StoredVersion, inlineData: Buffer | undefined): ObjectVersion {
  return inlineData === undefined ? version : { ...version, inlineData };
}
