/** The static identities file, in SeaweedFS's shape: `{ identities: [...], accounts: [...] }`. */
import { ActionError, parseActions } from './parse-actions.ts';
import { makeStaticPrincipal, type Principal } from './principal.ts';

/** The account of root and of identities that name none. */
export const ROOT_ACCOUNT_ID = '000000000000';

/** One access key with whom it stands for. */
export interface StaticIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly principal: Principal;
}

export interface IdentitiesFile {
  readonly identities: readonly StaticIdentity[];
  /** The accounts that the file describes, by id. */
  readonly accounts: ReadonlyMap<string, StaticAccount>;
}

export interface StaticAccount {
  readonly id: string;
  readonly displayName: string;
  /** By which grants may name the account. */
  readonly emailAddress: string | undefined;
}

/** The file cannot be used; the message says where and why. */
export class IdentitiesError extends Error {
  override readonly name = 'IdentitiesError';
}

type JsonObject = Readonly<Record<string, unknown>>;

/** @throws IdentitiesError and nothing of the file counts */
export const parseIdentities = (text: string): IdentitiesFile => {
  const root = asObject(parseJson(text), 'the file');
  const accounts = new Map<string, StaticAccount>();
  for (const [index, entry] of asList(root.accounts, 'accounts').entries()) {
    const at = `accounts[${index}]`;
    const account = asObject(entry, at);
    const id = requireText(account.id, `${at}.id`);
    accounts.set(id, {
      id,
      displayName: optionalText(account.displayName, `${at}.displayName`) ?? id,
      emailAddress: optionalText(account.emailAddress, `${at}.emailAddress`),
    });
  }
  const seen = new Set<string>();
  const identities = asList(root.identities, 'identities').flatMap((entry, index) =>
    readIdentity(asObject(entry, `identities[${index}]`), `identities[${index}]`, accounts, seen),
  );
  return { identities, accounts };
};

const readIdentity = (
  entry: JsonObject,
  at: string,
  accounts: ReadonlyMap<string, StaticAccount>,
  seen: Set<string>,
): StaticIdentity[] => {
  if (entry.disabled === true) return [];
  const name = requireText(entry.name, `${at}.name`);
  const accountId = readAccountId(entry.account, at);
  const principal = makeStaticPrincipal({
    name,
    accountId,
    displayName: accounts.get(accountId)?.displayName ?? name,
    permissions: readPermissions(asList(entry.actions, `${at}.actions`), at),
  });
  return asList(entry.credentials, `${at}.credentials`).map((value, index) => {
    const where = `${at}.credentials[${index}]`;
    const credential = asObject(value, where);
    const accessKeyId = requireText(credential.accessKey, `${where}.accessKey`);
    if (seen.has(accessKeyId)) throw new IdentitiesError(`${where}.accessKey is given twice in the file`);
    seen.add(accessKeyId);
    return { accessKeyId, secretAccessKey: requireText(credential.secretKey, `${where}.secretKey`), principal };
  });
};

/** Either the account's id, or an object that holds it. */
const readAccountId = (account: unknown, at: string): string => {
  if (account === undefined || account === null) return ROOT_ACCOUNT_ID;
  if (typeof account === 'string') return account === '' ? ROOT_ACCOUNT_ID : account;
  return requireText(asObject(account, `${at}.account`).id, `${at}.account.id`);
};

const readPermissions = (actions: readonly unknown[], at: string): Principal['permissions'] => {
  const texts = actions.map((action, index) => requireText(action, `${at}.actions[${index}]`));
  try {
    return parseActions(texts);
  } catch (error) {
    if (error instanceof ActionError) throw new IdentitiesError(`${at}.actions: ${error.message}`);
    throw error;
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IdentitiesError('the file is not JSON', { cause });
  }
};

const asObject = (value: unknown, at: string): JsonObject => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new IdentitiesError(`${at} is not an object`);
};

const asList = (value: unknown, at: string): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new IdentitiesError(`${at} is not a list`);
};

const requireText = (value: unknown, at: string): string => {
  if (typeof value === 'string' && value !== '') return value;
  throw new IdentitiesError(`${at} is missing or not text`);
};

const optionalText = (value: unknown, at: string): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  return requireText(value, at);
};
