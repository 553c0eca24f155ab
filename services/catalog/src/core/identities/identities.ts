import { ActionError, openSecret, parseActions, type Sealer, sealSecret } from '@needlestack/access-control';
import { type KvProgram, type KvReader, type KvTransaction, keyAfter } from '@needlestack/ordered-kv';
import { CatalogError, type IdentityRecord } from '@needlestack/service-contracts';
import {
  type ClearIdentity,
  decodeIdentityRecord,
  encodeIdentityRecord,
  type StoredIdentity,
} from '../codec/identity-record.ts';
import { identitiesRange, identityKey } from '../keys.ts';
import { ACCESS_KEY_ID_LENGTH_MAX, PAGE_ENTRIES_MAX } from '../limits.ts';

/** Without a root key no identity can be kept or read. */
export type IdentitySealer = Sealer | undefined;

export function* getIdentity(
  tx: KvReader,
  accessKeyId: string,
  sealer: IdentitySealer,
): KvProgram<IdentityRecord | undefined> {
  if (accessKeyId === '' || accessKeyId.length > ACCESS_KEY_ID_LENGTH_MAX) return undefined;
  const row = yield* tx.get(identityKey(accessKeyId));
  return row === undefined ? undefined : openIdentity(decodeIdentityRecord(accessKeyId, row), sealer);
}

function openIdentity(stored: StoredIdentity | ClearIdentity, sealer: IdentitySealer): IdentityRecord {
  if (!('sealedSecret' in stored)) return stored;
  const { sealedSecret, ...identity } = stored;
  return { ...identity, secretAccessKey: openSecret(requireSealer(sealer), identity.accessKeyId, sealedSecret) };
}

/** @throws CatalogError `Unavailable` */
function requireSealer(sealer: IdentitySealer): Sealer {
  if (sealer === undefined)
    throw new CatalogError('Unavailable', 'this catalog has no root key: it can keep and read no identities');
  return sealer;
}

/** The row of an identity whose secret is at hand. */
export function sealIdentity({ secretAccessKey, ...identity }: IdentityRecord, sealer: Sealer): Buffer {
  const sealedSecret = sealSecret(sealer, identity.accessKeyId, secretAccessKey);
  return encodeIdentityRecord({ ...identity, sealedSecret });
}

/** CatalogError `InvalidRequest`: no key id or too long a one, no secret, an action that nobody knows; `Unavailable` without root key. */
export function putIdentity(tx: KvTransaction, identity: IdentityRecord, sealer: IdentitySealer): void {
  const { accessKeyId, secretAccessKey, actions } = identity;
  if (accessKeyId === '' || accessKeyId.length > ACCESS_KEY_ID_LENGTH_MAX)
    throw new CatalogError(
      'InvalidRequest',
      `an access key id of ${accessKeyId.length} characters: expected 1 to ${ACCESS_KEY_ID_LENGTH_MAX}`,
    );
  if (secretAccessKey === '') throw new CatalogError('InvalidRequest', 'an identity without a secret');
  checkActions(actions);
  tx.put(identityKey(identity.accessKeyId), sealIdentity(identity, requireSealer(sealer)));
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
  sealer: IdentitySealer,
): KvProgram<IdentityRecord[]> {
  const range = identitiesRange();
  const start = request.startAfter === '' ? range.start : keyAfter(identityKey(request.startAfter));
  if (request.max < 1) return [];
  const limit = Math.min(request.max, PAGE_ENTRIES_MAX);
  const page = yield* tx.scanDecoded({ ...range, start, limit }, (key, row) =>
    openIdentity(decodeIdentityRecord(key.toString('utf8', 1), row), sealer),
  );
  return page.rows;
}
