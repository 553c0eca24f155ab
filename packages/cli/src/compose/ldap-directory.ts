import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { normalizeDistinguishedName, ROOT_ACCOUNT_ID } from '@needlestack/access-control';
import type { LdapOptions } from '@needlestack/gateway-service';
import {
  booleanFlag,
  durationFlag,
  FlagError,
  type FlagValues,
  integerFlag,
  secretFlag,
  textFlag,
} from '@needlestack/service-kit';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const CONNECTIONS_MAX = 1_000;

/** The directory whose users may log in (AssumeRoleWithLDAPIdentity). */
export const ldapFlags = {
  'ldap.url': textFlag('', 'directory whose users may log in: ldaps://host:636 or ldap://host:389; none when empty'),
  'ldap.startTLS': booleanFlag(false, 'turns an ldap:// connection to TLS before anything is said'),
  'ldap.ca': textFlag('', "PEM file of the authority that vouches for the directory; the system's when empty"),
  'ldap.insecure': booleanFlag(false, 'lets passwords travel in the clear to a directory on another machine'),
  'ldap.bindDN': textFlag('', 'account that searches the directory; anonymous when empty'),
  'ldap.bindPassword': secretFlag('its password'),
  'ldap.bindPasswordFile': textFlag('', 'file with it instead, read at each login'),
  'ldap.user.base': textFlag('', 'DNs below which users are looked for, separated by semicolons'),
  'ldap.user.filter': textFlag('(uid=%s)', 'filter that finds a user; %s is the name that is given'),
  'ldap.group.base': textFlag('', 'DNs below which groups are looked for; users are in no group when empty'),
  'ldap.group.filter': textFlag(
    '(&(objectClass=groupOfNames)(member=%d))',
    "filter that finds the groups of a user; %d is the user's DN, %s the name that was given",
  ),
  'ldap.account': textFlag(ROOT_ACCOUNT_ID, 'account that its users belong to'),
  'ldap.timeout': durationFlag(10_000, 'how long a login may take'),
  'ldap.connections': integerFlag(8, 'logins that are under way at a time', { min: 1, max: CONNECTIONS_MAX }),
} as const;

type LdapValues = FlagValues<typeof ldapFlags>;

/** Undefined where no directory is named. @throws FlagError for settings that contradict each other or would let anybody in */
export function readLdapOptions(values: LdapValues): LdapOptions | undefined {
  const url = values['ldap.url'];
  if (url === '') return undefined;
  const { protocol, hostname } = readUrl(url);
  const usesStartTls = values['ldap.startTLS'];
  const isTls = protocol === 'ldaps:';
  if (isTls && usesStartTls) throw new FlagError('-ldap.startTLS is for ldap://, and -ldap.url says ldaps://');
  if (!isTls && !usesStartTls && !LOOPBACK.has(hostname) && !values['ldap.insecure'])
    throw new FlagError(
      '-ldap.url would send passwords in the clear: use ldaps:// or -ldap.startTLS, or say -ldap.insecure',
    );
  const users = readSearch(values, 'user', /%s/);
  if (users.bases.length === 0) throw new FlagError('-ldap.url needs -ldap.user.base');
  const caPath = values['ldap.ca'];
  return {
    url,
    usesStartTls,
    ...(caPath === '' ? undefined : { caPem: readCa(caPath) }),
    ...readAccount(values),
    users,
    groups: readSearch(values, 'group', /%[sd]/),
    accountId: values['ldap.account'],
    timeoutMs: values['ldap.timeout'],
    connectionsMax: values['ldap.connections'],
  };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^ldaps?:$/.test(url.protocol) || url.hostname === '')
    throw new FlagError(`-ldap.url: ${text} is not ldap://host:389 or ldaps://host:636`);
  if (url.username !== '' || url.search !== '' || !/^\/?$/.test(url.pathname))
    throw new FlagError('-ldap.url names a host and a port, nothing else');
  return url;
}

function readCa(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FlagError(`-ldap.ca: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A bind without password is an anonymous one: it must be meant. */
function readAccount(values: LdapValues): Pick<LdapOptions, 'bindDn' | 'readBindPassword'> {
  const [bindDn, password, file] = [
    values['ldap.bindDN'],
    values['ldap.bindPassword'],
    values['ldap.bindPasswordFile'],
  ];
  if (bindDn !== '') requireDn('ldap.bindDN', bindDn);
  if (password !== '' && file !== '')
    throw new FlagError('give -ldap.bindPassword or -ldap.bindPasswordFile, not both');
  if ((bindDn === '') !== (password === '' && file === ''))
    throw new FlagError('-ldap.bindDN and -ldap.bindPassword, or -ldap.bindPasswordFile, belong together');
  const read = async (): Promise<string> =>
    file === '' ? password : (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  return { bindDn, readBindPassword: read };
}

function readSearch(values: LdapValues, of: 'user' | 'group', place: RegExp): LdapOptions['users'] {
  const filter = values[`ldap.${of}.filter`];
  if (!place.test(filter)) throw new FlagError(`-ldap.${of}.filter: ${filter} does not ask for the user`);
  const bases = values[`ldap.${of}.base`]
    .split(';')
    .map((base) => base.trim())
    .filter((base) => base !== '');
  for (const base of bases) requireDn(`ldap.${of}.base`, base);
  return { bases, filter };
}

function requireDn(flag: string, text: string): void {
  if (normalizeDistinguishedName(text) === undefined) throw new FlagError(`-${flag}: ${text} is no distinguished name`);
}
