/** Access keys of users, and with an empty name those of the account's root. */
import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type IamAccessKey, type IamChangeOf, type IamEntity } from '@needlestack/service-contracts';
import { iamAccessKeyKey } from './iam-keys.ts';
import { ACCESS_KEYS_PER_USER_MAX } from './iam-limits.ts';
import { limitExceeded } from './iam-refusals.ts';
import { findKeyOwner, putAccount, putEntity, putKeyOwner, readAccount, requireEntity } from './iam-rows.ts';

interface KeyHolder {
  readonly userName: string;
  readonly keys: readonly IamAccessKey[];
  /** @returns the user; undefined for the root */
  put(keys: readonly IamAccessKey[]): IamEntity | undefined;
}

/** @throws CatalogError `NoSuchEntity` */
function* readHolder(tx: KvTransaction, accountId: string, name: string): KvProgram<KeyHolder> {
  if (name !== '') {
    const user = yield* requireEntity(tx, accountId, 'user', name);
    return { userName: user.name, keys: user.accessKeys, put: (accessKeys) => putEntity(tx, { ...user, accessKeys }) };
  }
  const account = yield* readAccount(tx, accountId);
  const put = (accessKeys: readonly IamAccessKey[]): undefined => putAccount(tx, accountId, { ...account, accessKeys });
  return { userName: '', keys: account.accessKeys ?? [], put };
}

export function* createAccessKey(
  tx: KvTransaction,
  { accountId, name, accessKeyId, sealedSecret }: IamChangeOf<'create-access-key'>,
  nowMs: number,
): KvProgram<IamEntity | undefined> {
  const holder = yield* readHolder(tx, accountId, name);
  if (holder.keys.length >= ACCESS_KEYS_PER_USER_MAX)
    throw limitExceeded('AccessKeysPerUser', ACCESS_KEYS_PER_USER_MAX);
  if ((yield* findKeyOwner(tx, accessKeyId)) !== undefined)
    throw new CatalogError('EntityAlreadyExists', `The Access Key with id ${accessKeyId} already exists.`);
  putKeyOwner(tx, accessKeyId, { accountId, userName: holder.userName });
  return holder.put([...holder.keys, { accessKeyId, status: 'Active', createdAtMs: nowMs, sealedSecret }]);
}

function noSuchKey(accessKeyId: string): CatalogError {
  return new CatalogError('NoSuchEntity', `The Access Key with id ${accessKeyId} cannot be found.`);
}

export function* updateAccessKey(
  tx: KvTransaction,
  { accountId, name, accessKeyId, status }: IamChangeOf<'update-access-key'>,
): KvProgram<IamEntity | undefined> {
  const { keys, put } = yield* readHolder(tx, accountId, name);
  if (!keys.some((key) => key.accessKeyId === accessKeyId)) throw noSuchKey(accessKeyId);
  return put(keys.map((key) => (key.accessKeyId === accessKeyId ? { ...key, status } : key)));
}

export function* deleteAccessKey(
  tx: KvTransaction,
  { accountId, name, accessKeyId }: IamChangeOf<'delete-access-key'>,
): KvProgram<IamEntity | undefined> {
  const { keys, put } = yield* readHolder(tx, accountId, name);
  const left = keys.filter((key) => key.accessKeyId !== accessKeyId);
  if (left.length === keys.length) throw noSuchKey(accessKeyId);
  tx.delete(iamAccessKeyKey(accessKeyId));
  return put(left);
}

export function* noteKeyUse(
  tx: KvTransaction,
  { accessKeyId, use }: IamChangeOf<'note-key-use'>,
): KvProgram<undefined> {
  const owner = yield* findKeyOwner(tx, accessKeyId);
  if (owner === undefined || (owner.lastUse !== undefined && owner.lastUse.atMs >= use.atMs)) return undefined;
  putKeyOwner(tx, accessKeyId, { ...owner, lastUse: use });
  return undefined;
}
