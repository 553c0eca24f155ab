/** Passwords of users and entries of a directory: what is kept of them, and what refers to what, on both stores. */
import type { CatalogPort, IamChange, IamPasswordPolicy, NewIamEntity } from '@needlestack/service-contracts';
import { TABLE, textKey } from '../src/core/keys.ts';
import { describeOnBothStores, type TestCatalog } from './open-stores.ts';

const ACCOUNT = '123456789012';
const OTHER = '210987654321';
const DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
const READ_ONLY = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const ALICE = 'uid=alice,ou=people,dc=example,dc=org';
const STAFF = 'cn=staff,ou=groups,dc=example,dc=org';
const arnOf = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;
const facts = (name: string) => ({ name, path: '/', id: `ID${name}`, tags: {} });
const POLICY: IamPasswordPolicy = {
  minimumLength: 12,
  requiresSymbols: true,
  requiresNumbers: false,
  requiresUppercase: false,
  requiresLowercase: false,
  usersMayChange: true,
  maxAgeDays: 90,
  reusePrevention: 3,
  isExpiryHard: false,
};

type WithoutAccount = IamChange extends infer Each ? (Each extends IamChange ? Omit<Each, 'accountId'> : never) : never;
const refused = (code: string) => expect.objectContaining({ name: 'CatalogError', code });

describeOnBothStores('passwords and directories in the catalog', (open) => {
  let store: TestCatalog;
  let catalog: CatalogPort;
  const change = (what: WithoutAccount, accountId = ACCOUNT) => catalog.changeIam({ ...what, accountId } as IamChange);
  const create = (entity: NewIamEntity) => change({ change: 'create', entity });
  const createUser = (name: string, id = `ID${name}`) => create({ kind: 'user', ...facts(name), id });
  const createPolicy = (name: string) =>
    create({ kind: 'policy', ...facts(name), description: '', document: DOCUMENT });
  const user = (name: string) => catalog.readIam('entity', { accountId: ACCOUNT, kind: 'user', name });
  const hashes = (name: string) => catalog.readIam('password-hashes', { accountId: ACCOUNT, name });
  const account = () => catalog.readIam('account', { accountId: ACCOUNT });
  const setPassword = (name: string, sealedHash: string, replaces: string) =>
    change({ change: 'update-login-profile', name, isResetRequired: false, password: { sealedHash, replaces } });

  beforeEach(async () => {
    store = await open();
    catalog = store.catalog;
  });
  afterEach(() => store.destroy());

  test('a user has one profile; its hash lies apart and follows a new name, not a new user', async () => {
    const make = (name: string) =>
      change({ change: 'create-login-profile', name, sealedHash: 'one', isResetRequired: true });
    await expect(make('u')).rejects.toEqual(refused('NoSuchEntity'));
    await createUser('u');
    expect(await make('U')).toMatchObject({ name: 'u', loginProfile: { isResetRequired: true } });
    await expect(make('u')).rejects.toEqual(refused('EntityAlreadyExists'));
    expect(JSON.stringify(await user('u'))).not.toContain('one');
    expect(await hashes('u')).toEqual(['one']);
    await change({ change: 'rename', kind: 'user', name: 'u', newName: 'v' });
    expect([await hashes('u'), await hashes('v')]).toEqual([[], ['one']]);
    await expect(change({ change: 'delete', kind: 'user', name: 'v' })).rejects.toEqual(refused('DeleteConflict'));
    await change({ change: 'delete-login-profile', name: 'v' });
    await expect(change({ change: 'delete-login-profile', name: 'v' })).rejects.toEqual(refused('NoSuchEntity'));
    expect([await hashes('v'), (await user('v')) ?? {}]).toEqual([
      [],
      expect.not.objectContaining({ loginProfile: {} }),
    ]);
    expect(await store.kv.get(textKey(TABLE.iamPassword, `${ACCOUNT}\0IDu`))).toBeUndefined();
    await change({ change: 'delete', kind: 'user', name: 'v' });
    await createUser('v', 'IDother');
    expect(await hashes('v')).toEqual([]);
  });

  test('a password takes the place of the one that was judged, and of no later one', async () => {
    await createUser('u');
    await expect(setPassword('u', 'two', 'one')).rejects.toEqual(refused('NoSuchEntity'));
    await change({ change: 'create-login-profile', name: 'u', sealedHash: 'one', isResetRequired: true });
    store.clock.nowMs += 5_000;
    const outcomes = await Promise.allSettled([setPassword('u', 'two', 'one'), setPassword('u', 'three', 'one')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: refused('PreconditionFailed'),
    });
    expect(await hashes('u')).toHaveLength(2);
    expect(await user('u')).toMatchObject({
      loginProfile: { createdAtMs: 1_700_000_000_000, changedAtMs: 1_700_000_005_000, isResetRequired: false },
    });
    await change({ change: 'update-login-profile', name: 'u', isResetRequired: true });
    expect(await user('u')).toMatchObject({ loginProfile: { changedAtMs: 1_700_000_005_000, isResetRequired: true } });
    for (let count = 0; count < 30; count += 1) await setPassword('u', `new${count}`, (await hashes('u'))[0] ?? '');
    expect(await hashes('u')).toHaveLength(24);
    expect((await hashes('u')).slice(0, 2)).toEqual(['new29', 'new28']);
  });

  test('an account has a password policy or none', async () => {
    await expect(change({ change: 'set-password-policy' })).rejects.toEqual(refused('NoSuchEntity'));
    await change({ change: 'set-password-policy', policy: POLICY });
    await createUser('u');
    expect(await account()).toMatchObject({ passwordPolicy: POLICY, counts: { user: 1 } });
    expect(await catalog.readIam('account', { accountId: OTHER })).not.toHaveProperty('passwordPolicy');
    await change({ change: 'set-password-policy' });
    expect(await account()).not.toHaveProperty('passwordPolicy');
  });

  test('policies hang on entries of a directory, however their DNs are spelled, and cannot go meanwhile', async () => {
    await createPolicy('p');
    const attach = (dn: string, policyArn: string) => change({ change: 'attach-ldap-policy', dn, policyArn });
    const detach = (dn: string, policyArn: string) => change({ change: 'detach-ldap-policy', dn, policyArn });
    await expect(attach('alice', arnOf('p'))).rejects.toEqual(refused('InvalidRequest'));
    await expect(attach(ALICE, arnOf('none'))).rejects.toEqual(refused('NoSuchEntity'));
    expect(await account()).not.toMatchObject({ ldapEntryCount: 1 });
    await attach('UID=Alice, OU=People, DC=example, DC=org', arnOf('p'));
    await attach(ALICE, arnOf('p'));
    await attach(ALICE, READ_ONLY);
    await attach(STAFF, READ_ONLY);
    expect(await account()).toMatchObject({ ldapEntryCount: 2 });
    const bearer = await catalog.readIam('ldap-bearer', {
      accountId: ACCOUNT,
      dns: [ALICE, STAFF, 'cn=others', ALICE],
    });
    expect(bearer.entries.map(({ dn, attachedPolicyArns }) => [dn, attachedPolicyArns])).toEqual([
      [ALICE, [arnOf('p'), READ_ONLY]],
      [STAFF, [READ_ONLY]],
    ]);
    expect(bearer.documents).toEqual({ [arnOf('p')]: DOCUMENT });
    expect(await catalog.readIam('ldap-bearer', { accountId: OTHER, dns: [ALICE] })).toEqual({
      entries: [],
      documents: {},
    });
    const page = (startAfter: string) => catalog.readIam('ldap-entries', { accountId: ACCOUNT, startAfter, max: 1 });
    expect(await page('')).toMatchObject({ entries: [{ dn: STAFF }], isTruncated: true });
    expect(await page(STAFF)).toMatchObject({ entries: [{ dn: ALICE }], isTruncated: false });
    await expect(change({ change: 'delete', kind: 'policy', name: 'p' })).rejects.toEqual(refused('DeleteConflict'));
    await expect(detach(STAFF, arnOf('p'))).rejects.toEqual(refused('NoSuchEntity'));
    await detach(ALICE, arnOf('p'));
    await change({ change: 'delete', kind: 'policy', name: 'p' });
    await detach(ALICE.toUpperCase(), READ_ONLY);
    expect(await account()).toMatchObject({ ldapEntryCount: 1 });
    expect((await page('')).entries.map(({ dn }) => dn)).toEqual([STAFF]);
  });

  test('an entry has 20 policies at most, a question a bounded number of DNs', async () => {
    for (let count = 0; count < 21; count += 1) await createPolicy(`p${count}`);
    for (let count = 0; count < 20; count += 1)
      await change({ change: 'attach-ldap-policy', dn: ALICE, policyArn: arnOf(`p${count}`) });
    await expect(change({ change: 'attach-ldap-policy', dn: ALICE, policyArn: arnOf('p20') })).rejects.toEqual(
      refused('LimitExceeded'),
    );
    await change({ change: 'delete', kind: 'policy', name: 'p20' });
    const dns = Array.from({ length: 5_002 }, (_, index) => `cn=${index}`);
    await expect(catalog.readIam('ldap-bearer', { accountId: ACCOUNT, dns })).rejects.toEqual(
      refused('InvalidRequest'),
    );
  });
});
