import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import type { ObjectVersion } from '@needlestack/service-contracts';
import { decodeObjectRecord } from '../codec/object-record.ts';
import { inlineDataKey, objectKey } from '../keys.ts';

/** The current version, or the named one; undefined when there is none. */
export function* lookupObject(
  tx: KvReader,
  bucketId: number,
  key: string,
  versionId?: string,
): KvProgram<ObjectVersion | undefined> {
  const row = yield* tx.get(objectKey(bucketId, key));
  if (row === undefined) return undefined;
  const { version, hasInlineData } = decodeObjectRecord(row);
  if (versionId !== undefined && versionId !== version.versionId) return undefined;
  if (!hasInlineData) return version;
  const inlineData = yield* tx.get(inlineDataKey(bucketId, key, 0));
  return inlineData === undefined ? version : { ...version, inlineData };
}
