import type { KvProgram, KvTransaction } from '@needlestack/ordered-kv';
import { CatalogError, type IamChangeOf } from '@needlestack/service-contracts';
import { iamAliasKey } from './iam-keys.ts';
import { noSuch } from './iam-refusals.ts';
import { putAccount, readAccount } from './iam-rows.ts';

/** Takes the place of the account's former alias. No two accounts of a store have the same. */
export function* setAlias(tx: KvTransaction, { accountId, alias }: IamChangeOf<'set-alias'>): KvProgram<undefined> {
  const key = iamAliasKey(alias);
  const holder = (yield* tx.get(key))?.toString('utf8');
  if (holder !== undefined && holder !== accountId)
    throw new CatalogError('EntityAlreadyExists', `The account alias ${alias} already exists.`);
  const account = yield* readAccount(tx, accountId);
  if (account.alias !== undefined && account.alias !== alias) tx.delete(iamAliasKey(account.alias));
  tx.put(key, Buffer.from(accountId));
  putAccount(tx, accountId, { ...account, alias });
  return undefined;
}

export function* removeAlias(
  tx: KvTransaction,
  { accountId, alias }: IamChangeOf<'remove-alias'>,
): KvProgram<undefined> {
  const { alias: known, ...account } = yield* readAccount(tx, accountId);
  if (known !== alias) throw noSuch(`The account alias ${alias} cannot be found.`);
  tx.delete(iamAliasKey(alias));
  putAccount(tx, accountId, account);
  return undefined;
}
