import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FlagError, readFlags } from '@needlestack/service-kit';
import { ldapFlags, readLdapOptions } from './ldap-directory.ts';

const directory = mkdtempSync(join(tmpdir(), 'needlestack-ldap-flags-'));
afterAll(() => rmSync(directory, { recursive: true }));

const read = (...argv: string[]) => {
  const outcome = readFlags(ldapFlags, { name: 'needlestack', summary: '' }, { argv, env: {} });
  if (outcome.kind !== 'values') throw new Error('help was not asked for');
  return readLdapOptions(outcome.values);
};
const READER = ['-ldap.bindDN=cn=reader,dc=x', '-ldap.bindPassword=secret'];
const USERS = '-ldap.user.base=ou=people,dc=x';

test('without an address there is no directory', () => {
  expect(read()).toBeUndefined();
  expect(read(USERS, ...READER)).toBeUndefined();
});

test('a directory as the flags say it', async () => {
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, 'PEM');
  const options = read(
    '-ldap.url=ldaps://ldap.example.org',
    `-ldap.ca=${ca}`,
    ...READER,
    '-ldap.user.base=ou=people,dc=x; ou=guests,dc=x;',
    '-ldap.group.base=ou=groups,dc=x',
    '-ldap.account=42',
  );
  expect(options).toMatchObject({
    url: 'ldaps://ldap.example.org',
    usesStartTls: false,
    caPem: Buffer.from('PEM'),
    bindDn: 'cn=reader,dc=x',
    users: { bases: ['ou=people,dc=x', 'ou=guests,dc=x'], filter: '(uid=%s)' },
    groups: { bases: ['ou=groups,dc=x'], filter: '(&(objectClass=groupOfNames)(member=%d))' },
    accountId: '42',
    timeoutMs: 10_000,
    connectionsMax: 8,
  });
  expect(await options?.readBindPassword()).toBe('secret');
});

test('the password of a file is read when it is asked for', async () => {
  const file = join(directory, 'password');
  const options = read('-ldap.url=ldap://localhost', USERS, '-ldap.bindDN=cn=r', `-ldap.bindPasswordFile=${file}`);
  await expect(options?.readBindPassword()).rejects.toThrow('ENOENT');
  for (const password of ['first', 'second ']) {
    writeFileSync(file, `${password}\n`);
    expect(await options?.readBindPassword()).toBe(password);
  }
});

test.each([
  [['-ldap.url=ldap://127.0.0.1:389']],
  [['-ldap.url=ldap://[::1]/']],
  [['-ldap.url=ldap://192.0.2.1', '-ldap.startTLS']],
  [['-ldap.url=ldap://192.0.2.1', '-ldap.insecure']],
  [['-ldap.url=ldaps://192.0.2.1:6636']],
])('%j may be asked', (flags) => {
  expect(read(USERS, ...flags)).toMatchObject({ bindDn: '' });
});

test.each([
  [['-ldap.url=ldap://192.0.2.1'], 'passwords in the clear'],
  [['-ldap.url=http://localhost'], 'is not ldap://'],
  [['-ldap.url=localhost:389'], 'is not ldap://'],
  [['-ldap.url=ldap://localhost/dc=x'], 'nothing else'],
  [['-ldap.url=ldap://a:b@localhost'], 'nothing else'],
  [['-ldap.url=ldaps://localhost', '-ldap.startTLS'], '-ldap.startTLS is for ldap://'],
  [['-ldap.url=ldaps://localhost', '-ldap.user.base='], 'needs -ldap.user.base'],
  [['-ldap.url=ldaps://localhost', '-ldap.user.base=people'], 'people is no distinguished name'],
  [['-ldap.url=ldaps://localhost', '-ldap.user.filter=(uid=alice)'], 'does not ask for the user'],
  [['-ldap.url=ldaps://localhost', '-ldap.group.filter=(cn=staff)'], 'does not ask for the user'],
  [['-ldap.url=ldaps://localhost', '-ldap.bindDN=cn=r'], 'belong together'],
  [['-ldap.url=ldaps://localhost', '-ldap.bindPassword=x'], 'belong together'],
  [['-ldap.url=ldaps://localhost', '-ldap.bindDN=reader', '-ldap.bindPassword=x'], 'reader is no distinguished name'],
  [['-ldap.url=ldaps://localhost', ...READER, '-ldap.bindPasswordFile=x'], 'not both'],
  [['-ldap.url=ldaps://localhost', '-ldap.ca=/nowhere/ca.pem'], 'ENOENT'],
])('%j: %s', (flags, message) => {
  expect(() => read(USERS, ...flags)).toThrow(FlagError);
  expect(() => read(USERS, ...flags)).toThrow(message);
});
