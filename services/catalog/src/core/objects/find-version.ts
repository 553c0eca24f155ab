/** Where the versions of a key lie: the newest in one row that costs one get, older ones behind it (keys.ts). */
import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import { CatalogError } from '@needlestack/service-contracts';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { decodeObjectRecord, type StoredVersion } from '../codec/object-record.ts';
import { NULL_VERSION_ID, parseVersionId } from '../codec/version-id.ts';
import { currentMarkerKey, nullVersionKey, objectKey, versionKey } from '../keys.ts';

export interface FoundVersion {
  /** `current`: the newest one, an object. `marker`: the newest one, a delete marker. `older`: any other. */
  readonly place: 'current' | 'marker' | 'older';
  readonly rowKey: Buffer;
  readonly row: Buffer;
  readonly stored: StoredVersion;
}

/** A row that the caller has read already; undefined when it is not there. */
export interface KnownRow {
  readonly row: Buffer | undefined;
}

/** The newest version of a key, which may be a delete marker. `current`: the row of its current object, where that is known. */
export function* findNewest(
  tx: KvReader,
  bucket: StoredBucket,
  key: string,
  current?: KnownRow,
): KvProgram<FoundVersion | undefined> {
  const rowKey = objectKey(bucket.id, key);
  const row = current === undefined ? yield* tx.get(rowKey) : current.row;
  if (row !== undefined) return { place: 'current', rowKey, row, stored: decodeObjectRecord(row) };
  if (bucket.versioning === 'Off') return undefined;
  const markerKey = currentMarkerKey(bucket.id, key);
  const marker = yield* tx.get(markerKey);
  if (marker === undefined) return undefined;
  return { place: 'marker', rowKey: markerKey, row: marker, stored: decodeObjectRecord(marker) };
}

/** CatalogError `InvalidVersionId` when the text is no id at all. */
export function* findVersion(
  tx: KvReader,
  bucket: StoredBucket,
  key: string,
  versionId: string,
  current?: KnownRow,
): KvProgram<FoundVersion | undefined> {
  const parts = versionId === NULL_VERSION_ID ? undefined : parseVersionId(versionId);
  if (parts === undefined && versionId !== NULL_VERSION_ID) throw invalidVersionId(versionId);
  const newest = yield* findNewest(tx, bucket, key, current);
  if (newest?.stored.version.versionId === versionId) return newest;
  if (bucket.versioning === 'Off') return undefined;
  const order = parts === undefined ? yield* findNullOrder(tx, bucket, key) : parts.order;
  if (order === undefined) return undefined;
  const rowKey = versionKey(bucket.id, key, order);
  const row = yield* tx.get(rowKey);
  if (row === undefined) return undefined;
  const stored = decodeObjectRecord(row);
  return stored.nonce === parts?.nonce ? { place: 'older', rowKey, row, stored } : undefined;
}

export function invalidVersionId(versionId: string, argumentName = 'versionId'): CatalogError {
  return new CatalogError('InvalidVersionId', 'Invalid version id specified', {
    ArgumentName: argumentName,
    ArgumentValue: versionId,
  });
}

function* findNullOrder(tx: KvReader, bucket: StoredBucket, key: string): KvProgram<number | undefined> {
  const row = yield* tx.get(nullVersionKey(bucket.id, key));
  return row === undefined ? undefined : Number(row.readBigUInt64BE(0));
}
