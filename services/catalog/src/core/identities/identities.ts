import { type KvProgram, type KvReader, type KvTransaction, keyAfter } from '@needlestack/ordered-kv';
import type { IdentityRecord } from '@needlestack/service-contracts';
import { decodeIdentityRecord, encodeIdentityRecord } from '../codec/identity-record.ts';
import { identitiesRange, identityKey } from '../keys.ts';
import { PAGE_ENTRIES_MAX } from '../limits.ts';

export function* getIdentity(tx: KvReader, accessKeyId: string): KvProgram<IdentityRecord | undefined> {
  if (accessKeyId === '' || accessKeyId.length > 255) return undefined;
  const row = yield* tx.get(identityKey(accessKeyId));
  return row === undefined ? undefined : decodeIdentityRecord(accessKeyId, row);
}

export function putIdentity(tx: KvTransaction, identity: IdentityRecord): void {
  tx.put(identityKey(identity.accessKeyId), encodeIdentityRecord(identity));
}

export function deleteIdentity(tx: KvTransaction, accessKeyId: string): void {
  tx.delete(identityKey(accessKeyId));
}

/** In the order of their ids. */
export function* listIdentities(
  tx: KvReader,
  request: { readonly startAfter: string; readonly max: number },
): KvProgram<IdentityRecord[]> {
  const range = identitiesRange();
  const start = request.startAfter === '' ? range.start : keyAfter(identityKey(request.startAfter));
  if (request.max < 1) return [];
  const limit = Math.min(request.max, PAGE_ENTRIES_MAX);
  const page = yield* tx.scanDecoded({ ...range, start, limit }, (key, row) =>
    decodeIdentityRecord(key.toString('utf8', 1), row),
  );
  return page.rows;
}
