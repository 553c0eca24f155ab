import {
  ActionError,
  canonicalIdOf,
  type IdentitiesFile,
  makeStaticPrincipal,
  NO_PERMISSIONS,
  type Permissions,
  type Principal,
  parseActions,
  ROOT_ACCOUNT_ID,
} from '@needlestack/access-control';
import type { CatalogPort, IdentityRecord } from '@needlestack/service-contracts';
import { CATALOG_IDENTITY_TTL_MS, MAX_CACHED_CATALOG_IDENTITIES } from '../core/limits.ts';
import type { AccessKey, IdentityDirectory } from '../core/ports.ts';

interface CachedKey {
  readonly accessKey: AccessKey | undefined;
  readonly untilMs: number;
}

/** Root, then the identities file, then the catalog. */
export class GatewayIdentities implements IdentityDirectory {
  readonly #rootKeyId: string;
  readonly #root: AccessKey;
  readonly #catalog: Pick<CatalogPort, 'getIdentity'>;
  readonly #nowMs: () => number;
  readonly #fromCatalog = new Map<string, CachedKey>();
  #fromFile: ReadonlyMap<string, AccessKey> = new Map();
  #accounts: ReadonlyMap<string, KnownAccount> = indexAccounts([]);

  constructor(options: {
    readonly root: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly catalog: Pick<CatalogPort, 'getIdentity'>;
    readonly nowMs: () => number;
  }) {
    this.#rootKeyId = options.root.accessKeyId;
    this.#root = { secretAccessKey: options.root.secretAccessKey, principal: ROOT_PRINCIPAL };
    this.#catalog = options.catalog;
    this.#nowMs = options.nowMs;
  }

  /** Takes the place of everything that came from the file before. */
  replaceFile(file: IdentitiesFile): void {
    this.#fromFile = new Map(
      file.identities.map(({ accessKeyId, secretAccessKey, principal }) => [
        accessKeyId,
        { secretAccessKey, principal },
      ]),
    );
    const accounts = new Map<string, KnownAccount>(file.accounts);
    for (const { principal } of file.identities) {
      const { accountId: id, displayName } = principal;
      if (!accounts.has(id)) accounts.set(id, { id, displayName: id === ROOT_ACCOUNT_ID ? 'root' : displayName });
    }
    this.#accounts = indexAccounts([...accounts.values()]);
  }

  find(accessKeyId: string): AccessKey | undefined {
    return accessKeyId === this.#rootKeyId ? this.#root : this.#fromFile.get(accessKeyId);
  }

  async lookup(accessKeyId: string): Promise<AccessKey | undefined> {
    const cached = this.#fromCatalog.get(accessKeyId);
    if (cached !== undefined && cached.untilMs > this.#nowMs()) return cached.accessKey;
    const record = await this.#catalog.getIdentity(accessKeyId);
    const accessKey = record === undefined ? undefined : toAccessKey(record);
    if (this.#fromCatalog.size >= MAX_CACHED_CATALOG_IDENTITIES) this.#fromCatalog.clear();
    this.#fromCatalog.set(accessKeyId, { accessKey, untilMs: this.#nowMs() + CATALOG_IDENTITY_TTL_MS });
    return accessKey;
  }

  accountName(accountId: string): string | undefined {
    return this.#accounts.get(accountId)?.displayName;
  }

  findAccount(reference: string): string | undefined {
    return this.#accounts.get(reference)?.id;
  }
}

interface KnownAccount {
  readonly id: string;
  readonly displayName: string;
  readonly emailAddress?: string | undefined;
}

/** By id, by canonical id and by e-mail address in lower case. Root's account is always among them. */
const indexAccounts = (accounts: readonly KnownAccount[]): ReadonlyMap<string, KnownAccount> => {
  const index = new Map<string, KnownAccount>();
  for (const account of [{ id: ROOT_ACCOUNT_ID, displayName: 'root' }, ...accounts]) {
    index.set(account.id, account);
    index.set(canonicalIdOf(account.id), account);
    if (account.emailAddress !== undefined) index.set(account.emailAddress.toLowerCase(), account);
  }
  return index;
};

const ROOT_PRINCIPAL: Principal = {
  ...makeStaticPrincipal({
    name: 'root',
    accountId: ROOT_ACCOUNT_ID,
    displayName: 'root',
    permissions: parseActions(['Admin']),
  }),
  kind: 'root',
};

/** Actions that another version of the catalog took and this gateway cannot read as they were meant grant nothing at all. */
const permissionsOf = (actions: readonly string[]): Permissions => {
  try {
    return parseActions(actions);
  } catch (error) {
    if (error instanceof ActionError) return NO_PERMISSIONS;
    throw error;
  }
};

const toAccessKey = (record: IdentityRecord): AccessKey => ({
  secretAccessKey: record.secretAccessKey,
  principal: makeStaticPrincipal({
    name: record.displayName,
    accountId: record.accountId,
    displayName: record.displayName,
    permissions: permissionsOf(record.actions),
  }),
});
