/** The catalog's part of IAM: what is unique, what refers to what, what is refused, on both stores and over the wire. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogPort, createGrpcCatalog, type IamChange, type NewIamEntity } from '@needlestack/service-contracts';
import { startCatalogService } from '../src/index.ts';
import { describeOnBothStores, type TestCatalog } from './open-stores.ts';

const ACCOUNT = '123456789012';
const DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
const facts = (name: string) => ({ name, path: '/', id: `ID${name}`, tags: {} });
const user = (name: string): NewIamEntity => ({ kind: 'user', ...facts(name) });
const group = (name: string): NewIamEntity => ({ kind: 'group', ...facts(name) });
const policy = (name: string): NewIamEntity => ({
  kind: 'policy',
  ...facts(name),
  description: '',
  document: DOCUMENT,
});
const role = (name: string): NewIamEntity => ({
  kind: 'role',
  ...facts(name),
  trustPolicy: '{}',
  description: '',
  maxSessionSeconds: 3600,
});
const arnOf = (name: string) => `arn:aws:iam::${ACCOUNT}:policy/${name}`;

type WithoutAccount = IamChange extends infer Each ? (Each extends IamChange ? Omit<Each, 'accountId'> : never) : never;

const refused = (code: string) => expect.objectContaining({ name: 'CatalogError', code });

describeOnBothStores('IAM in the catalog', (open) => {
  let store: TestCatalog;
  let catalog: CatalogPort;
  const change = (what: WithoutAccount, accountId = ACCOUNT) => catalog.changeIam({ ...what, accountId } as IamChange);
  const create = (entity: NewIamEntity, accountId = ACCOUNT) => change({ change: 'create', entity }, accountId);
  const find = (kind: NewIamEntity['kind'], name: string) =>
    catalog.readIam('entity', { accountId: ACCOUNT, kind, name });

  beforeEach(async () => {
    store = await open();
    catalog = store.catalog;
  });
  afterEach(() => store.destroy());

  test('names are unique in an account without regard to case; other kinds and accounts have their own', async () => {
    await create(user('Alice'));
    await expect(create(user('aLICE'))).rejects.toEqual(refused('EntityAlreadyExists'));
    await create(group('alice'));
    await create(user('alice'), 'another');
    expect(await find('user', 'ALICE')).toMatchObject({ name: 'Alice', createdAtMs: 1_700_000_000_000, groups: [] });
    expect(await find('user', 'bob')).toBeUndefined();
    expect((await catalog.readIam('account', { accountId: ACCOUNT })).counts).toMatchObject({ user: 1, group: 1 });
  });

  test('many who make the same name: one does', async () => {
    const outcomes = await Promise.allSettled(['x', 'X', 'x', 'X'].map((name) => create(user(name))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await catalog.readIam('account', { accountId: ACCOUNT })).counts.user).toBe(1);
  });

  test('listings page in the order of lower-case names', async () => {
    for (const name of ['b', 'A', 'C']) await create(user(name));
    const first = await catalog.readIam('entities', { accountId: ACCOUNT, kind: 'user', startAfter: '', max: 2 });
    expect(first).toMatchObject({ entities: [{ name: 'A' }, { name: 'b' }], isTruncated: true });
    const rest = await catalog.readIam('entities', { accountId: ACCOUNT, kind: 'user', startAfter: 'b', max: 2 });
    expect(rest).toMatchObject({ entities: [{ name: 'C' }], isTruncated: false });
  });

  test('a user goes only when nothing hangs on it', async () => {
    const remove = () => change({ change: 'delete', kind: 'user', name: 'u' });
    const conflict = refused('DeleteConflict');
    await expect(remove()).rejects.toEqual(refused('NoSuchEntity'));
    await create(user('u'));
    await create(group('g'));
    await create(policy('p'));
    await change({ change: 'add-member', group: 'G', name: 'U' });
    await change({ change: 'create-access-key', name: 'u', accessKeyId: 'AKIA1', sealedSecret: 'sealed' });
    await change({ change: 'attach-policy', kind: 'user', name: 'u', policyArn: arnOf('p') });
    await change({ change: 'put-inline-policy', kind: 'user', name: 'u', policyName: 'i', document: DOCUMENT });
    await change({ change: 'set-boundary', kind: 'user', name: 'u', policyArn: arnOf('p') });
    await expect(remove()).rejects.toEqual(conflict);
    await change({ change: 'delete-access-key', name: 'u', accessKeyId: 'AKIA1' });
    await expect(remove()).rejects.toEqual(conflict);
    await expect(change({ change: 'delete', kind: 'group', name: 'g' })).rejects.toEqual(conflict);
    await change({ change: 'remove-member', group: 'g', name: 'u' });
    await change({ change: 'delete', kind: 'group', name: 'g' });
    await expect(remove()).rejects.toEqual(conflict);
    await expect(change({ change: 'delete', kind: 'policy', name: 'p' })).rejects.toEqual(conflict);
    await change({ change: 'detach-policy', kind: 'user', name: 'u', policyArn: arnOf('p') });
    await expect(remove()).rejects.toEqual(conflict);
    await change({ change: 'delete-inline-policy', kind: 'user', name: 'u', policyName: 'i' });
    await expect(change({ change: 'delete', kind: 'policy', name: 'p' })).rejects.toEqual(conflict);
    await remove();
    await change({ change: 'delete', kind: 'policy', name: 'p' });
    expect(await catalog.readIam('account', { accountId: ACCOUNT })).toEqual({
      counts: { user: 0, group: 0, role: 0, policy: 0, 'oidc-provider': 0, 'instance-profile': 0 },
    });
  });

  test('a rename takes keys and memberships along, and takes no other name', async () => {
    await create(user('u'));
    await create(user('other'));
    await create(group('g'));
    await change({ change: 'add-member', group: 'g', name: 'u' });
    await change({ change: 'create-access-key', name: 'u', accessKeyId: 'AKIA1', sealedSecret: 'sealed' });
    await expect(change({ change: 'rename', kind: 'user', name: 'u', newName: 'OTHER' })).rejects.toEqual(
      refused('EntityAlreadyExists'),
    );
    await change({ change: 'rename', kind: 'user', name: 'u', newName: 'U', newPath: '/p/' });
    await change({ change: 'rename', kind: 'user', name: 'u', newName: 'v' });
    await change({ change: 'rename', kind: 'group', name: 'g', newName: 'h' });
    expect(await find('user', 'u')).toBeUndefined();
    expect(await find('user', 'v')).toMatchObject({ name: 'v', path: '/p/', groups: ['h'] });
    expect(await catalog.readIam('access-key', { accessKeyId: 'AKIA1' })).toMatchObject({ userName: 'v' });
    expect(await catalog.readIam('bearer', { accountId: ACCOUNT, kind: 'user', name: 'v' })).toMatchObject({
      groups: [{ name: 'h', memberCount: 1 }],
    });
  });

  test('access keys: two for a user, each id once in the store, last use moves forward only', async () => {
    await create(user('u'));
    await create(user('v'));
    const key = (name: string, accessKeyId: string) =>
      change({ change: 'create-access-key', name, accessKeyId, sealedSecret: 's' });
    await key('u', 'A');
    await expect(key('v', 'A')).rejects.toEqual(refused('EntityAlreadyExists'));
    await key('u', 'B');
    await expect(key('u', 'C')).rejects.toEqual(refused('LimitExceeded'));
    await change({ change: 'update-access-key', name: 'u', accessKeyId: 'A', status: 'Inactive' });
    await expect(
      change({ change: 'update-access-key', name: 'v', accessKeyId: 'A', status: 'Active' }),
    ).rejects.toEqual(refused('NoSuchEntity'));
    expect(await find('user', 'u')).toMatchObject({ accessKeys: [{ status: 'Inactive' }, { status: 'Active' }] });
    const use = (atMs: number) => ({ atMs, service: 's3', region: 'here' });
    await change({ change: 'note-key-use', accessKeyId: 'A', use: use(5) });
    await change({ change: 'note-key-use', accessKeyId: 'A', use: use(3) });
    await change({ change: 'note-key-use', accessKeyId: 'gone', use: use(3) });
    expect(await catalog.readIam('access-key', { accessKeyId: 'A' })).toMatchObject({ lastUse: { atMs: 5 } });
    expect(await catalog.readIam('access-key', { accessKeyId: 'gone' })).toBeUndefined();
  });

  test('policies: five versions, the one in force stays, attached ones are counted and told to their bearer', async () => {
    await create(policy('p'));
    await create(role('r'));
    const version = (isDefault: boolean) =>
      change({ change: 'create-policy-version', name: 'p', document: `${DOCUMENT} `, isDefault });
    await version(true);
    await version(false);
    await version(false);
    await version(false);
    await expect(version(false)).rejects.toEqual(refused('LimitExceeded'));
    const drop = (versionId: string) => change({ change: 'delete-policy-version', name: 'p', versionId });
    await expect(drop('v2')).rejects.toEqual(refused('DeleteConflict'));
    await expect(drop('v9')).rejects.toEqual(refused('NoSuchEntity'));
    await drop('v1');
    await version(false);
    await change({ change: 'set-default-policy-version', name: 'p', versionId: 'v6' });
    const attach = (policyArn: string) => change({ change: 'attach-policy', kind: 'role', name: 'r', policyArn });
    await attach(arnOf('p'));
    await attach(arnOf('p'));
    await attach('arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess');
    await expect(attach('arn:aws:iam::aws:policy/Nothing')).rejects.toEqual(refused('NoSuchEntity'));
    await expect(attach('arn:aws:iam::another:policy/p')).rejects.toEqual(refused('NoSuchEntity'));
    expect(await find('policy', 'p')).toMatchObject({ attachmentCount: 1, defaultVersionId: 'v6', lastVersion: 6 });
    const bearer = await catalog.readIam('bearer', { accountId: ACCOUNT, kind: 'role', name: 'r' });
    expect(bearer?.documents).toEqual({ [arnOf('p')]: `${DOCUMENT} ` });
    await change({ change: 'detach-policy', kind: 'role', name: 'r', policyArn: arnOf('p') });
    await expect(change({ change: 'detach-policy', kind: 'role', name: 'r', policyArn: arnOf('p') })).rejects.toEqual(
      refused('NoSuchEntity'),
    );
    expect(await find('policy', 'p')).toMatchObject({ attachmentCount: 0 });
  });

  test('inline policies have a bound together, tags one for each entity', async () => {
    await create(user('u'));
    const inline = (policyName: string, document: string) =>
      change({ change: 'put-inline-policy', kind: 'user', name: 'u', policyName, document });
    await inline('__proto__', 'x'.repeat(2000));
    await inline('white', ' '.repeat(5000));
    await expect(inline('more', 'x'.repeat(49))).rejects.toEqual(refused('LimitExceeded'));
    await inline('__proto__', 'y');
    expect(Object.keys((await find('user', 'u')) ?? {})).toContain('inlinePolicies');
    await change({ change: 'delete-inline-policy', kind: 'user', name: 'u', policyName: '__proto__' });
    await expect(
      change({ change: 'delete-inline-policy', kind: 'user', name: 'u', policyName: '__proto__' }),
    ).rejects.toEqual(refused('NoSuchEntity'));
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']));
    await change({ change: 'tag', kind: 'user', name: 'u', tags });
    await expect(change({ change: 'tag', kind: 'user', name: 'u', tags: { more: '' } })).rejects.toEqual(
      refused('LimitExceeded'),
    );
    await change({ change: 'untag', kind: 'user', name: 'u', tagKeys: Object.keys(tags).slice(1) });
    expect(await find('user', 'u')).toMatchObject({ tags: { k0: 'v' } });
  });

  test('aliases belong to one account', async () => {
    await change({ change: 'set-alias', alias: 'one' });
    await expect(change({ change: 'set-alias', alias: 'one' }, 'other')).rejects.toEqual(
      refused('EntityAlreadyExists'),
    );
    await change({ change: 'set-alias', alias: 'two' });
    await change({ change: 'set-alias', alias: 'one' }, 'other');
    await expect(change({ change: 'remove-alias', alias: 'one' })).rejects.toEqual(refused('NoSuchEntity'));
    await change({ change: 'remove-alias', alias: 'two' });
    expect(await catalog.readIam('account', { accountId: ACCOUNT })).not.toHaveProperty('alias');
  });

  test('identity providers', async () => {
    const provider: NewIamEntity = { kind: 'oidc-provider', ...facts('idp.test/x'), clientIds: ['a'], thumbprints: [] };
    await create(provider);
    await change({ change: 'add-client-id', name: 'idp.test/x', clientId: 'b' });
    await change({ change: 'add-client-id', name: 'idp.test/x', clientId: 'b' });
    await change({ change: 'remove-client-id', name: 'idp.test/x', clientId: 'a' });
    await change({ change: 'set-thumbprints', name: 'idp.test/x', thumbprints: ['f'.repeat(40)] });
    expect(await find('oidc-provider', 'idp.test/x')).toMatchObject({
      clientIds: ['b'],
      thumbprints: ['f'.repeat(40)],
    });
  });

  test('what is refused leaves nothing behind', async () => {
    await expect(
      create({ kind: 'user', ...facts('u'), boundaryArn: 'arn:aws:iam::aws:policy/Nothing' }),
    ).rejects.toEqual(refused('NoSuchEntity'));
    expect(await find('user', 'u')).toBeUndefined();
    expect((await catalog.readIam('account', { accountId: ACCOUNT })).counts.user).toBe(0);
    await expect(create(user('x'.repeat(300)))).rejects.toEqual(refused('InvalidRequest'));
  });
});

test('IAM over gRPC gives what it gives in process', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'needlestack-catalog-'));
  const service = await startCatalogService({ store: { kind: 'embedded', directory } });
  const remote = createGrpcCatalog({ address: `127.0.0.1:${service.grpcPort}` });
  try {
    const made = await remote.changeIam({ change: 'create', accountId: ACCOUNT, entity: user('ü') });
    expect(made).toEqual(await service.port.readIam('entity', { accountId: ACCOUNT, kind: 'user', name: 'Ü' }));
    expect(await remote.readIam('entity', { accountId: ACCOUNT, kind: 'user', name: 'x' })).toBeUndefined();
    const unknown = { change: 'explode', accountId: ACCOUNT } as unknown as IamChange;
    await expect(remote.changeIam(unknown)).rejects.toEqual(refused('InvalidRequest'));
    await expect(remote.readIam('constructor' as 'account', { accountId: '' })).rejects.toEqual(
      refused('InvalidRequest'),
    );
    await expect(remote.changeIam({ change: 'delete', accountId: ACCOUNT, kind: 'user', name: 'x' })).rejects.toEqual(
      refused('NoSuchEntity'),
    );
  } finally {
    remote.close();
    await service.close();
    rmSync(directory, { recursive: true });
  }
});
