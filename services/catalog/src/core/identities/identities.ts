import { ActionError, parseActions } from '@needlestack/access-control';
import { type KvProgram, type KvReader, type KvTransaction, keyAfter } from '@needlestack/ordered-kv';
import { CatalogError, type IdentityRecord } from '@needlestack/service-contracts';
import { decodeIdentityRecord, encodeIdentityRecord } from '../codec/identity-record.ts';
import { identitiesRange, identityKey } from '../keys.ts';
import { ACCESS_KEY_ID_LENGTH_MAX, PAGE_ENTRIES_MAX } from '../limits.ts';

export function* getIdentity(tx: KvReader, accessKeyId: string): KvProgram<IdentityRecord | undefined> {
  if (accessKeyId === '' || accessKeyId.length > ACCESS_KEY_ID_LENGTH_MAX) return undefined;
  const row = yield* tx.get(identityKey(accessKeyId));
  return row === undefined ? undefined : decodeIdentityRecord(accessKeyId, row);
}

/** CatalogError `InvalidRequest`: no key id or too long a one, no secret, an action that nobody knows. */
export function putIdentity(tx: KvTransaction, identity: IdentityRecord): void {
  const { accessKeyId, secretAccessKey, actions } = identity;
  if (accessKeyId === '' || accessKeyId.length > ACCESS_KEY_ID_LENGTH_MAX)
    throw new CatalogError(
      'InvalidRequest',
      `an access key id of ${accessKeyId.length} characters: expected 1 to ${ACCESS_KEY_ID_LENGTH_MAX}`,
    );
  if (secretAccessKey === '') throw new CatalogError('InvalidRequest', 'an identity without a secret');
  checkActions(actions);
  tx.put(identityKey(identity.accessKeyId), encodeIdentityRecord(identity));
}

function checkActions(actions: readonly string[]): void {
  try {
    parseActions(actions);
  } catch (error) {
    if (error instanceof ActionError) throw new CatalogError('InvalidRequest', error.message);
    throw error;
  }
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
