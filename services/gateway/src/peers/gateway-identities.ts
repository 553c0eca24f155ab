import {
  canonicalIdOf,
  type IdentitiesFile,
  makeStaticPrincipal,
  type Principal,
  parseActions,
  ROOT_ACCOUNT_ID,
} from '@needlestack/access-control';
import type { AccessKey, IdentityDirectory } from '../core/ports.ts';
import { CatalogIdentities, type CatalogIdentitiesOptions } from './catalog-identities.ts';

/** Root, then the identities file, then the catalog. */
export class GatewayIdentities implements IdentityDirectory {
  readonly #rootKeyId: string;
  readonly #root: AccessKey;
  readonly #catalog: CatalogIdentities;
  #fromFile: ReadonlyMap<string, AccessKey> = new Map();
  #accounts: ReadonlyMap<string, KnownAccount> = indexAccounts([]);

  constructor(
    options: Omit<CatalogIdentitiesOptions, 'findStatic' | 'accountName'> & {
      readonly root: { readonly accessKeyId: string; readonly secretAccessKey: string };
    },
  ) {
    const { accessKeyId, secretAccessKey } = options.root;
    this.#rootKeyId = accessKeyId;
    this.#root = { secretAccessKey, principal: ROOT_PRINCIPAL, bearer: { kind: 'static', accessKeyId } };
    this.#catalog = new CatalogIdentities({
      ...options,
      findStatic: (id) => this.#findStatic(id),
      accountName: (id) => this.accountName(id),
    });
  }

  /** Takes the place of everything that came from the file before. */
  replaceFile(file: IdentitiesFile): void {
    this.#fromFile = new Map(
      file.identities.map(({ accessKeyId, secretAccessKey, principal }) => [
        accessKeyId,
        { secretAccessKey, principal, bearer: { kind: 'static', accessKeyId } },
      ]),
    );
    const accounts = new Map<string, KnownAccount>(file.accounts);
    for (const { principal } of file.identities) {
      const { accountId: id, displayName } = principal;
      if (!accounts.has(id)) accounts.set(id, { id, displayName: id === ROOT_ACCOUNT_ID ? 'root' : displayName });
    }
    this.#accounts = indexAccounts([...accounts.values()]);
  }

  find(accessKeyId: string, sessionToken?: string): AccessKey | undefined {
    const known = sessionToken === undefined ? this.#findStatic(accessKeyId) : undefined;
    return known ?? this.#catalog.find(accessKeyId, sessionToken);
  }

  lookup(accessKeyId: string, sessionToken?: string, service?: string): Promise<AccessKey | undefined> {
    return this.#catalog.lookup(accessKeyId, sessionToken, service);
  }

  /** Something of IAM was changed here. */
  forgetCatalog(): void {
    this.#catalog.forget();
  }

  #findStatic(accessKeyId: string): AccessKey | undefined {
    return accessKeyId === this.#rootKeyId ? this.#root : this.#fromFile.get(accessKeyId);
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
