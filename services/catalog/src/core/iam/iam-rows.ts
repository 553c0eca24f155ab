/** Rows of IAM in a transaction. Names are found without regard to case. */
import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import {
  IAM_KINDS,
  type IamAccount,
  type IamEntity,
  type IamEntityOf,
  type IamHolder,
  type IamKeyOwner,
  type IamKind,
} from '@needlestack/service-contracts';
import { decodeIamRecord, encodeIamRecord } from '../codec/iam-record.ts';
import { iamAccessKeyKey, iamAccountKey, iamEntityKey } from './iam-keys.ts';
import { noSuchEntity } from './iam-refusals.ts';

export function* findEntity<Kind extends IamKind>(
  tx: KvReader,
  accountId: string,
  kind: Kind,
  name: string,
): KvProgram<IamEntityOf<Kind> | undefined> {
  const row = yield* tx.get(iamEntityKey(accountId, IAM_KINDS.indexOf(kind), name));
  return row === undefined ? undefined : decodeIamRecord<IamEntityOf<Kind>>(row);
}

/** @throws CatalogError `NoSuchEntity` */
export function* requireEntity<Kind extends IamKind>(
  tx: KvReader,
  accountId: string,
  kind: Kind,
  name: string,
): KvProgram<IamEntityOf<Kind>> {
  const found = yield* findEntity(tx, accountId, kind, name);
  if (found === undefined) throw noSuchEntity(kind, name);
  return found;
}

/** @throws CatalogError `NoSuchEntity` */
export function* requireHolder(
  tx: KvReader,
  accountId: string,
  kind: IamHolder['kind'],
  name: string,
): KvProgram<IamHolder> {
  return yield* requireEntity(tx, accountId, kind, name);
}

/** @returns what was put */
export function putEntity<Entity extends IamEntity>(tx: KvTransaction, entity: Entity): Entity {
  tx.put(iamEntityKey(entity.accountId, IAM_KINDS.indexOf(entity.kind), entity.name), encodeIamRecord(entity));
  return entity;
}

export function dropEntity(tx: KvTransaction, { accountId, kind, name }: IamEntity): void {
  tx.delete(iamEntityKey(accountId, IAM_KINDS.indexOf(kind), name));
}

const NO_ENTITIES: IamAccount['counts'] = {
  user: 0,
  group: 0,
  role: 0,
  policy: 0,
  'oidc-provider': 0,
  'instance-profile': 0,
};

export function* readAccount(tx: KvReader, accountId: string): KvProgram<IamAccount> {
  const row = yield* tx.get(iamAccountKey(accountId));
  if (row === undefined) return { counts: NO_ENTITIES };
  const account = decodeIamRecord<IamAccount>(row);
  // Rows of before do not count the kinds that came later.
  return { ...account, counts: { ...NO_ENTITIES, ...account.counts } };
}

export function putAccount(tx: KvTransaction, accountId: string, account: IamAccount): undefined {
  tx.put(iamAccountKey(accountId), encodeIamRecord(account));
}

/** Entities of a kind became more or fewer. */
export function* countEntities(tx: KvTransaction, accountId: string, kind: IamKind, by: number): KvProgram<void> {
  const account = yield* readAccount(tx, accountId);
  putAccount(tx, accountId, { ...account, counts: { ...account.counts, [kind]: account.counts[kind] + by } });
}

export function* findKeyOwner(tx: KvReader, accessKeyId: string): KvProgram<IamKeyOwner | undefined> {
  const row = yield* tx.get(iamAccessKeyKey(accessKeyId));
  return row === undefined ? undefined : decodeIamRecord<IamKeyOwner>(row);
}

export function putKeyOwner(tx: KvTransaction, accessKeyId: string, owner: IamKeyOwner): void {
  tx.put(iamAccessKeyKey(accessKeyId), encodeIamRecord(owner));
}
