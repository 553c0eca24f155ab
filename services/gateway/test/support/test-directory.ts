/** Users and groups in a directory of a real slapd, in a place of their own below what the server holds. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RunningServer } from '@needlestack/test-servers';
import { Client } from 'ldapts';
import type { LdapOptions } from '../../src/peers/ldap-directory.ts';

const CERTIFICATES = new URL('../../../../packages/rpc/test/support/certificates/', import.meta.url);

/** Vouches for the server that tests start. */
export const AUTHORITY_PEM = readFileSync(new URL('authority.pem', CERTIFICATES));
export const STRANGER_PEM = readFileSync(new URL('stranger.pem', CERTIFICATES));

const READER_PASSWORD = 'secret-of-reader';

export interface TestDirectory {
  /** Where everything hangs. */
  readonly base: string;
  readonly people: string;
  readonly groups: string;
  readonly reader: string;
  /** @returns its DN */
  addPerson(uid: string, password: string, place?: string): Promise<string>;
  /** @returns its DN */
  addGroup(cn: string, members: readonly string[]): Promise<string>;
  remove(dn: string): Promise<void>;
  setPassword(dn: string, password: string): Promise<void>;
  options(accountId: string, overrides?: Partial<LdapOptions>): LdapOptions;
  close(): Promise<void>;
}

/** Characters of a value that a DN escapes. */
const escaped = (value: string): string => value.replace(/[\\,+"<>;=#]/g, (letter) => `\\${letter}`);
export const addressOf = (url: string): string => {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
};

export const openTestDirectory = async (server: RunningServer): Promise<TestDirectory> => {
  const { username, password, pathname } = new URL(server.url);
  const url = addressOf(server.url);
  const client = new Client({ url, timeout: 60_000, connectTimeout: 60_000 });
  await client.bind(decodeURIComponent(username), decodeURIComponent(password));
  const suffix = pathname.slice(1);
  const base = `ou=needlestack-${randomUUID()},${suffix}`;
  const [people, groups, reader] = [`ou=people,${base}`, `ou=groups,${base}`, `cn=reader,${base}`];
  for (const dn of [base, people, groups]) await client.add(dn, { objectClass: 'organizationalUnit' });
  const role = ['organizationalRole', 'simpleSecurityObject'];
  await client.add(reader, { objectClass: role, cn: 'reader', userPassword: READER_PASSWORD });
  const made: string[] = [base, people, groups, reader];
  return {
    base,
    people,
    groups,
    reader,
    addPerson: async (uid, userPassword, place = people) => {
      const dn = `uid=${escaped(uid)},${place}`;
      await client.add(dn, { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, userPassword });
      made.push(dn);
      return dn;
    },
    addGroup: async (cn, member) => {
      const dn = `cn=${escaped(cn)},${groups}`;
      await client.add(dn, { objectClass: 'groupOfNames', cn, member: [...member] });
      made.push(dn);
      return dn;
    },
    remove: async (dn) => {
      await client.del(dn);
      made.splice(made.indexOf(dn), 1);
    },
    setPassword: async (dn, newPassword) => {
      const { Attribute, Change } = await import('ldapts');
      const modification = new Attribute({ type: 'userPassword', values: [newPassword] });
      await client.modify(dn, new Change({ operation: 'replace', modification }));
    },
    options: (accountId, overrides = {}) => ({
      url,
      usesStartTls: false,
      bindDn: reader,
      readBindPassword: async () => READER_PASSWORD,
      users: { bases: [people], filter: '(uid=%s)' },
      groups: { bases: [groups], filter: '(&(objectClass=groupOfNames)(member=%d))' },
      accountId,
      timeoutMs: 60_000,
      connectionsMax: 4,
      ...overrides,
    }),
    close: async () => {
      for (const dn of made.reverse()) await client.del(dn);
      await client.unbind();
    },
  };
};
