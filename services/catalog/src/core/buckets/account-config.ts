import type { KvProgram, KvReader, KvTransaction } from '@needlestack/ordered-kv';
import { type AccountConfigKind, CatalogError } from '@needlestack/service-contracts';
import { accountConfigKey } from '../keys.ts';
import { ACCOUNT_ID_LENGTH_MAX, BUCKET_CONFIG_BYTES_MAX } from '../limits.ts';

/** Stored numbers of the kinds. Never reuse one. */
const ACCOUNT_CONFIG_CODES: Readonly<Record<AccountConfigKind, number>> = { 'public-access-block': 1 };

function keyOf(accountId: string, kind: AccountConfigKind): Buffer {
  if (accountId.length > ACCOUNT_ID_LENGTH_MAX)
    throw new CatalogError('InvalidRequest', `an account id of ${accountId.length} characters`);
  return accountConfigKey(ACCOUNT_CONFIG_CODES[kind], accountId);
}

/** Undefined when it is not set. */
export function* getAccountConfig(
  tx: KvReader,
  accountId: string,
  kind: AccountConfigKind,
): KvProgram<Buffer | undefined> {
  return yield* tx.get(keyOf(accountId, kind));
}

/** CatalogError `InvalidRequest`. */
export function putAccountConfig(
  tx: KvTransaction,
  request: { readonly accountId: string; readonly kind: AccountConfigKind; readonly value: Uint8Array | undefined },
): void {
  const { accountId, kind, value } = request;
  const key = keyOf(accountId, kind);
  if (value === undefined) tx.delete(key);
  else if (value.length <= BUCKET_CONFIG_BYTES_MAX) tx.put(key, value);
  else
    throw new CatalogError('InvalidRequest', `a ${kind} of ${value.length} bytes: at most ${BUCKET_CONFIG_BYTES_MAX}`);
}
