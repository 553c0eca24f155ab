/**
 * An LDAP directory (RFC 4511): an account of ours finds who it is that logs in, the directory proves the password by a bind of theirs,
 * and the same account finds their groups. One connection for each login, few at once, each within one time.
 */
import { isIP } from 'node:net';
import { normalizeDistinguishedName } from '@needlestack/access-control';
import type { Logger } from '@needlestack/service-kit';
import type { Client } from 'ldapts';
import { DirectoryError, type DirectoryLogin, type LoginDirectory } from '../core/iam/directory-login.ts';
import { fillFilter } from '../core/iam/ldap-filter.ts';
import { LDAP_GROUPS_MAX, LDAP_PAGE_ENTRIES, LDAP_WAITING_MAX } from '../core/limits.ts';
import { Permits } from '../core/permits.ts';

export interface LdapSearch {
  /** Below each of them. */
  readonly bases: readonly string[];
  /** `(uid=%s)`, `(member=%d)`. */
  readonly filter: string;
}

export interface LdapOptions {
  /** `ldap://host:389` or `ldaps://host:636`. */
  readonly url: string;
  /** Turns an `ldap://` connection to TLS before anything is said. */
  readonly usesStartTls: boolean;
  /** Whose certificates are believed; the system's authorities when absent. */
  readonly caPem?: Buffer;
  /** The account that searches; without it searches are anonymous. */
  readonly bindDn: string;
  /** Asked at each login, so that it can be changed. */
  readonly readBindPassword: () => Promise<string>;
  readonly users: LdapSearch;
  /** Nobody is in a group where it has no base. */
  readonly groups: LdapSearch;
  readonly accountId: string;
  /** For a whole login, and for the last word of a connection that is given up. */
  readonly timeoutMs: number;
  readonly connectionsMax: number;
}

/** Result codes that say nothing of the password: busy, unavailable. */
const OUT_OF_SERVICE = new Set([51, 52]);
const WRONG = 'The LDAP user name or password is wrong.';

export class LdapDirectory implements LoginDirectory {
  readonly accountId: string;
  readonly #options: LdapOptions;
  readonly #logger: Logger;
  readonly #permits: Permits;
  #inside = 0;

  constructor(options: LdapOptions, logger: Logger) {
    this.accountId = options.accountId;
    this.#options = options;
    this.#logger = logger;
    this.#permits = new Permits(options.connectionsMax);
  }

  async logIn(username: string, password: string): Promise<DirectoryLogin> {
    // Directories take a bind without password for an anonymous one and let it succeed.
    if (username === '' || password === '') throw new DirectoryError('wrong-credentials', WRONG);
    if (this.#inside >= this.#options.connectionsMax + LDAP_WAITING_MAX)
      throw new DirectoryError('busy', 'Too many logins wait for the LDAP directory.');
    this.#inside += 1;
    try {
      return await this.#permits.use(() => this.#connectAndAsk(username, password));
    } catch (error) {
      const refusal = toDirectoryError(error);
      if (refusal.code === 'unreachable')
        this.#logger.warn({ err: error }, 'the LDAP directory does not answer as it should');
      throw refusal;
    } finally {
      this.#inside -= 1;
    }
  }

  async #connectAndAsk(username: string, password: string): Promise<DirectoryLogin> {
    const { url, timeoutMs, usesStartTls } = this.#options;
    // Loaded with the first login: most gateways never see one.
    const { Client } = await import('ldapts');
    const isTls = url.startsWith('ldaps:');
    const limits = { timeout: timeoutMs, connectTimeout: timeoutMs };
    const client = new Client({ url, ...limits, ...(isTls ? { tlsOptions: this.#tlsOptions() } : undefined) });
    const asking = usesStartTls
      ? client.startTLS(this.#tlsOptions()).then(() => this.#ask(client, username, password))
      : this.#ask(client, username, password);
    try {
      return await within(timeoutMs, asking);
    } finally {
      // Nobody waits for the goodbye.
      client.unbind().catch(() => undefined);
    }
  }

  #tlsOptions() {
    const { url, caPem } = this.#options;
    const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
    return {
      host,
      ...(isIP(host) === 0 ? { servername: host } : undefined),
      ...(caPem === undefined ? undefined : { ca: caPem }),
    };
  }

  async #ask(client: Client, username: string, password: string): Promise<DirectoryLogin> {
    const { bindDn, users, groups } = this.#options;
    const bindPassword = bindDn === '' ? '' : await this.#options.readBindPassword();
    if (bindDn !== '') await client.bind(bindDn, bindPassword);
    const found = await findUser(client, users, username);
    const dn = normalizeDistinguishedName(found);
    if (dn === undefined)
      throw new DirectoryError('unreachable', 'The LDAP directory names a user in no way that can be read.');
    await provePassword(client, found, password);
    if (groups.bases.length === 0) return { dn, groupDns: [] };
    // As a user one may not see the groups.
    await client.bind(bindDn, bindPassword);
    return { dn, groupDns: await findGroups(client, groups, { username, dn: found }) };
  }
}

/** @returns the DN as the directory writes it. @throws DirectoryError `wrong-credentials` unless there is exactly one */
const findUser = async (client: Client, { bases, filter }: LdapSearch, username: string): Promise<string> => {
  const found = new Set<string>();
  for (const base of bases) {
    const { searchEntries } = await client.search(base, {
      scope: 'sub',
      filter: fillFilter(filter, { username }),
      attributes: ['1.1'],
      sizeLimit: 2,
    });
    for (const { dn } of searchEntries) found.add(dn);
  }
  const [dn, ...others] = found;
  if (dn === undefined || dn === '' || others.length > 0) throw new DirectoryError('wrong-credentials', WRONG);
  return dn;
};

const provePassword = async (client: Client, dn: string, password: string): Promise<void> => {
  try {
    await client.bind(dn, password);
  } catch (cause) {
    const code = resultCodeOf(cause);
    // Locked accounts and expired passwords have codes of their own, which differ from directory to directory.
    if (code === undefined || OUT_OF_SERVICE.has(code)) throw cause;
    throw new DirectoryError('wrong-credentials', WRONG, { cause });
  }
};

/** All or none: a group that is not seen may be the one with the policy that denies. */
const findGroups = async (
  client: Client,
  { bases, filter }: LdapSearch,
  user: { readonly username: string; readonly dn: string },
): Promise<readonly string[]> => {
  const groupDns = new Set<string>();
  for (const base of bases) {
    const options = { scope: 'sub' as const, filter: fillFilter(filter, user), attributes: ['1.1'] };
    for await (const page of client.searchPaginated(base, { ...options, paged: { pageSize: LDAP_PAGE_ENTRIES } }))
      for (const entry of page.searchEntries) {
        const dn = normalizeDistinguishedName(entry.dn);
        if (dn !== undefined) groupDns.add(dn);
        if (groupDns.size > LDAP_GROUPS_MAX)
          throw new DirectoryError(
            'unreachable',
            `The user is in more than ${LDAP_GROUPS_MAX} groups of the LDAP directory.`,
          );
      }
  }
  return [...groupDns];
};

const within = async <T>(timeoutMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
};

/** The library's errors of results have LDAP's number. */
const resultCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;

const toDirectoryError = (error: unknown): DirectoryError =>
  error instanceof DirectoryError
    ? error
    : new DirectoryError('unreachable', 'The LDAP directory does not answer as it should.', { cause: error });
