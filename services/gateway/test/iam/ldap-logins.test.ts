/** AssumeRoleWithLDAPIdentity against a real directory: who gets in, what they may do, and when that ends. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { findServer, type RunningServer } from '@needlestack/test-servers';
import { credentialsOf, type QueryAnswer, QueryClient, type QueryCredentials } from '../support/query-client.ts';
import { type AccessStore, MAIN_ACCOUNT, startAccessStore } from '../support/start-access-store.ts';
import { TestClient } from '../support/test-client.ts';
import {
  AUTHORITY_PEM,
  addressOf,
  openTestDirectory,
  STRANGER_PEM,
  type TestDirectory,
} from '../support/test-directory.ts';

const LOGIN = 'AssumeRoleWithLDAPIdentity';
const S3_FULL = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
const statement = (Effect: string, Action: string, Resource = '*', more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource, ...more }] });

const slapd = findServer('slapd');

slapd.describe('logins with an LDAP directory', () => {
  let server: RunningServer;
  let directory: TestDirectory;
  let access: AccessStore;
  let sts: QueryClient;
  let iam: QueryClient;

  const attach = (
    dn: string,
    policyArn: string,
    change: 'attach-ldap-policy' | 'detach-ldap-policy' = 'attach-ldap-policy',
  ) => access.store.catalog.changeIam({ change, accountId: MAIN_ACCOUNT, dn, policyArn });
  const makePolicy = async (PolicyName: string, PolicyDocument: string): Promise<string> => {
    const made = await iam.call('CreatePolicy', { PolicyName, PolicyDocument });
    if (made.status !== 200) throw new Error(made.text);
    return made.element('Arn') ?? '';
  };
  const logIn = (LDAPUsername: string, LDAPPassword: string, more: Readonly<Record<string, string | number>> = {}) =>
    sts.call(LOGIN, { LDAPUsername, LDAPPassword, ...more });
  const sessionOf = async (asking: Promise<QueryAnswer>): Promise<QueryCredentials> => {
    const answer = await asking;
    if (answer.status !== 200) throw new Error(answer.text);
    return credentialsOf(answer);
  };
  const s3As = (credentials: QueryCredentials) => new TestClient(access.store.port, credentials);
  const refusal = async (asking: Promise<QueryAnswer>) => {
    const { code, status, text } = await asking;
    expect(text).not.toContain('secret');
    return [code, status];
  };

  beforeAll(async () => {
    server = await slapd.start();
    directory = await openTestDirectory(server);
    access = await startAccessStore([], { ldap: directory.options(MAIN_ACCOUNT) });
    sts = new QueryClient(access.store.port, 'sts');
    iam = new QueryClient(access.store.port, 'iam', { accessKeyId: 'KEY-main', secretAccessKey: 'secret-of-main' });
  });
  afterAll(async () => {
    await access.close();
    await directory.close();
    await server.stop();
  });

  test('a user gets in when a policy is attached to it or to a group of it, and may do what the policies say, while they do', async () => {
    const alice = await directory.addPerson('alice', 'secret-of-alice');
    const staff = await directory.addGroup('staff', [alice]);
    expect(await refusal(logIn('alice', 'secret-of-alice'))).toEqual(['AccessDenied', 403]);
    await attach(staff.toUpperCase(), S3_FULL);
    const answer = await logIn('alice', 'secret-of-alice', { DurationSeconds: 900 });
    expect(answer.text).toMatch(
      /^<\?xml[^>]*\?>\s*<AssumeRoleWithLDAPIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><AssumeRoleWithLDAPIdentityResult><Credentials>/,
    );
    expect(Date.parse(answer.element('Expiration') ?? '') - Date.now()).toBeLessThanOrEqual(900_000);
    const session = credentialsOf(answer);
    expect(session.accessKeyId).toMatch(/^ASIA/);
    const arn = `arn:aws:sts::${MAIN_ACCOUNT}:federated-user/ldap/${alice}`;
    expect(answer.element('Arn')).toBe(arn);
    const self = await new QueryClient(access.store.port, 'sts', session).call('GetCallerIdentity');
    expect([self.element('Arn'), self.element('Account'), self.element('UserId')]).toEqual([
      arn,
      MAIN_ACCOUNT,
      `${MAIN_ACCOUNT}:ldap/${alice}`,
    ]);
    expect((await s3As(session).call('PUT', '/of-alice')).status).toBe(200);
    expect((await access.store.catalog.getBucket('of-alice'))?.ownerId).toBe(MAIN_ACCOUNT);
    expect((await s3As({ ...session, sessionToken: '' }).call('GET', '/')).code).toBe('InvalidToken');
    await attach(alice, await makePolicy('no-deletes', statement('Deny', 's3:Delete*')));
    const both = await sessionOf(logIn('Alice', 'secret-of-alice'));
    expect((await s3As(both).call('DELETE', '/of-alice')).code).toBe('AccessDenied');
    await attach(alice, `arn:aws:iam::${MAIN_ACCOUNT}:policy/no-deletes`, 'detach-ldap-policy');
    await attach(staff, S3_FULL, 'detach-ldap-policy');
    // The gateway believes what it read for a second.
    while ((await s3As(session).call('GET', '/')).status === 200) await pause(50);
    expect((await s3As(session).call('GET', '/')).code).toBe('InvalidToken');
    expect(await refusal(logIn('alice', 'secret-of-alice'))).toEqual(['AccessDenied', 403]);
  });

  test('whoever does not know the password of one user learns nothing', async () => {
    const bob = await directory.addPerson('bob', 'secret-of-bob');
    await attach(bob, S3_FULL);
    const twins = `ou=twins,${directory.people}`;
    await directory.addPerson('twin', 'secret-of-twin');
    await directory.addPerson('other', 'secret-of-other');
    const wrong = await logIn('bob', 'secret-of-bo');
    expect([wrong.code, wrong.status]).toEqual(['AccessDenied', 403]);
    for (const name of ['nobody', '*', 'b*', 'bob)(uid=*', 'bob\\2a', '(bob', twins, bob])
      expect((await logIn(name, 'secret-of-bob')).element('Message')).toBe(wrong.element('Message'));
    expect(await refusal(logIn('bob', ''))).toEqual(['ValidationError', 400]);
    expect(await refusal(logIn('', 'secret-of-bob'))).toEqual(['ValidationError', 400]);
    expect(await refusal(sts.call(LOGIN, { LDAPUsername: 'bob' }))).toEqual(['ValidationError', 400]);
    expect(await refusal(logIn('bob', 'secret'.repeat(400)))).toEqual(['ValidationError', 400]);
    expect((await logIn('bob', 'secret-of-bob')).status).toBe(200);
    await directory.setPassword(bob, 'another');
    expect(await refusal(logIn('bob', 'secret-of-bob'))).toEqual(['AccessDenied', 403]);
  });

  test('names with characters that filters and DNs escape are those names', async () => {
    const names = ['o(dd)*name', 'back\\slash', 'Zoë, née "X"', 'plus+less;#'];
    for (const name of names) await attach(await directory.addPerson(name, 'secret-of-odd'), S3_FULL);
    for (const name of names) expect([name, (await logIn(name, 'secret-of-odd')).status]).toEqual([name, 200]);
    const zoe = await sessionOf(logIn(names[2] ?? '', 'secret-of-odd'));
    const self = await new QueryClient(access.store.port, 'sts', zoe).call('GetCallerIdentity');
    expect(self.element('Arn')).toMatch(
      /^arn:aws:sts::\d+:federated-user\/ldap\/uid=zo%C3%AB%5C,%20n%C3%A9e[\w%]+,ou=people,[\w=,-]+$/,
    );
  });

  test('policies of the session cut what the directory gives; conditions know the user', async () => {
    const carl = await directory.addPerson('carl', 'secret-of-carl');
    const team = await directory.addGroup('team', [carl]);
    const home = 'arn:aws:s3:::homes/$' + '{ldap:username}/*';
    await attach(carl, await makePolicy('home', statement('Allow', 's3:*Object', home)));
    const isMember = {
      Condition: { 'ForAnyValue:StringEquals': { 'ldap:groups': team }, StringEquals: { 'ldap:user': carl } },
    };
    await attach(
      team,
      await makePolicy('member', statement('Allow', 's3:PutObject', 'arn:aws:s3:::homes/shared/*', isMember)),
    );
    expect((await access.main.call('PUT', '/homes')).status).toBe(200);
    const put = async (credentials: QueryCredentials, key: string) =>
      (await s3As(credentials).call('PUT', `/homes/${key}`, { body: 'x' })).status;
    const whole = await sessionOf(logIn('  CARL ', 'secret-of-carl'));
    expect([
      await put(whole, 'carl/a'),
      await put(whole, 'CARL/a'),
      await put(whole, 'shared/a'),
      await put(whole, 'a'),
    ]).toEqual([200, 403, 200, 403]);
    const cut = await sessionOf(
      logIn('carl', 'secret-of-carl', { Policy: statement('Allow', 's3:PutObject', 'arn:aws:s3:::homes/carl/*') }),
    );
    expect([await put(cut, 'carl/b'), await put(cut, 'shared/b')]).toEqual([200, 403]);
    expect((await s3As(cut).call('GET', '/homes/carl/b')).status).toBe(403);
    const byArn = await sessionOf(
      logIn('carl', 'secret-of-carl', { 'PolicyArns.member.1.arn': `arn:aws:iam::${MAIN_ACCOUNT}:policy/member` }),
    );
    expect([await put(byArn, 'carl/c'), await put(byArn, 'shared/c')]).toEqual([403, 200]);
    expect(await refusal(logIn('carl', 'secret-of-carl', { Policy: '{' }))).toEqual(['MalformedPolicyDocument', 400]);
    for (const DurationSeconds of [899, 43_201, 'soon'])
      expect(await refusal(logIn('carl', 'secret-of-carl', { DurationSeconds }))).toEqual(['ValidationError', 400]);
    expect(await refusal(logIn('carl', 'secret-of-carl', { RoleArn: `arn:aws:iam::${MAIN_ACCOUNT}:role/r` }))).toEqual([
      'ValidationError',
      400,
    ]);
  });

  test('such users come to roles, to buckets that name them, and never to IAM', async () => {
    const dora = await directory.addPerson('dora', 'secret-of-dora');
    await attach(dora, await makePolicy('everything', statement('Allow', '*')));
    const session = await sessionOf(logIn('dora', 'secret-of-dora'));
    const asSession = (service: 'iam' | 'sts') => new QueryClient(access.store.port, service, session);
    expect(await refusal(asSession('iam').call('ListUsers'))).toEqual(['AccessDenied', 403]);
    expect(await refusal(asSession('sts').call('GetSessionToken'))).toEqual(['AccessDenied', 403]);
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: MAIN_ACCOUNT }, Action: 'sts:AssumeRole' }],
    });
    await iam.call('CreateRole', { RoleName: 'of-dora', AssumeRolePolicyDocument: trust });
    const role = { RoleArn: `arn:aws:iam::${MAIN_ACCOUNT}:role/of-dora`, RoleSessionName: 'work' };
    expect((await asSession('sts').call('AssumeRole', role)).status).toBe(200);
    expect((await access.main.call('PUT', '/closed')).status).toBe(200);
    const denied = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: `arn:aws:sts::${MAIN_ACCOUNT}:federated-user/ldap/${dora}` },
          Action: 's3:ListBucket',
          Resource: 'arn:aws:s3:::closed',
        },
      ],
    };
    expect((await access.main.call('PUT', '/closed', { query: 'policy', body: JSON.stringify(denied) })).status).toBe(
      204,
    );
    expect((await s3As(session).call('GET', '/closed')).code).toBe('AccessDenied');
    expect((await access.main.call('GET', '/closed')).status).toBe(200);
  });

  test('a session of many groups and a long policy still fits into a header; more groups with policies do not', async () => {
    const hana = await directory.addPerson('hana', 'secret-of-hana');
    const makeGroup = (index: number) => directory.addGroup(`${index}`.padEnd(150, 'x'), [hana]);
    for (let index = 0; index < 7; index += 1) await attach(await makeGroup(index), S3_FULL);
    const Policy = statement('Allow', 's3:*', '*', { Sid: 'x'.repeat(1_900) });
    const session = await sessionOf(logIn('hana', 'secret-of-hana', { Policy }));
    expect((await s3As(session).call('GET', '/')).status).toBe(200);
    for (let index = 7; index < 14; index += 1) await makeGroup(index);
    expect((await logIn('hana', 'secret-of-hana')).status).toBe(200);
    for (let index = 7; index < 14; index += 1)
      await attach(`cn=${`${index}`.padEnd(150, 'x')},${directory.groups}`, S3_FULL);
    expect(await refusal(logIn('hana', 'secret-of-hana'))).toEqual(['PackedPolicyTooLarge', 400]);
  });

  test('clients that put everything into the query, without body, are served', async () => {
    const erin = await directory.addPerson('erin', 'secret-of-erin');
    await attach(erin, S3_FULL);
    const query = new URLSearchParams({
      Action: LOGIN,
      Version: '2011-06-15',
      LDAPUsername: 'erin',
      LDAPPassword: 'secret-of-erin',
    });
    const answer = await fetch(`http://127.0.0.1:${access.store.port}/?${query}`, { method: 'POST' });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('<SessionToken>')]);
    const listing = await fetch(`http://127.0.0.1:${access.store.port}/?Action=ListUsers`, { method: 'POST' });
    expect(await listing.text()).not.toContain('InvalidAction');
  });

  describe('over TLS', () => {
    /** A gateway of its own for each way. */
    const tryLogin = async (overrides: Parameters<TestDirectory['options']>[1]) => {
      const other = await startAccessStore([], { ldap: directory.options(MAIN_ACCOUNT, overrides) });
      try {
        await other.store.catalog.changeIam({
          change: 'attach-ldap-policy',
          accountId: MAIN_ACCOUNT,
          dn: `uid=frida,${directory.people}`,
          policyArn: S3_FULL,
        });
        const { code, status } = await new QueryClient(other.store.port, 'sts').call(LOGIN, {
          LDAPUsername: 'frida',
          LDAPPassword: 'secret-of-frida',
        });
        return code ?? status;
      } finally {
        await other.close();
      }
    };
    const unreachable = 'IDPCommunicationError';

    beforeAll(async () => {
      await directory.addPerson('frida', 'secret-of-frida');
    });

    test('from the first byte, or after StartTLS, with an authority that vouches for the server', async () => {
      const { secureUrl } = server;
      // A server that was given is reached in the one way that its address says.
      if (secureUrl === undefined) return;
      const url = addressOf(secureUrl);
      expect(await tryLogin({ url, caPem: AUTHORITY_PEM })).toBe(200);
      expect(await tryLogin({ usesStartTls: true, caPem: AUTHORITY_PEM })).toBe(200);
      expect(await tryLogin({ url, caPem: STRANGER_PEM })).toBe(unreachable);
      expect(await tryLogin({ url })).toBe(unreachable);
      expect(await tryLogin({ usesStartTls: true, caPem: STRANGER_PEM })).toBe(unreachable);
      // The same server under an address that its certificate does not know.
      const { port } = new URL(server.url);
      const forwarder = createServer((client) => {
        const upstream = connect(Number(port), '127.0.0.1');
        client.pipe(upstream).pipe(client);
        for (const socket of [client, upstream]) socket.on('error', () => undefined);
      });
      forwarder.listen(0, '127.0.0.2');
      await once(forwarder, 'listening');
      const byOtherAddress = `ldap://127.0.0.2:${(forwarder.address() as AddressInfo).port}`;
      expect(await tryLogin({ url: byOtherAddress })).toBe(200);
      expect(await tryLogin({ url: byOtherAddress, usesStartTls: true, caPem: AUTHORITY_PEM })).toBe(unreachable);
      forwarder.close();
    });

    test('what is wrong with the settings is not told as a wrong password', async () => {
      expect(await tryLogin({ readBindPassword: async () => 'wrong' })).toBe(unreachable);
      expect(await tryLogin({ users: { bases: [`ou=nowhere,${directory.base}`], filter: '(uid=%s)' } })).toBe(
        unreachable,
      );
      expect(await tryLogin({ users: { bases: [directory.people], filter: '(uid=%s' } })).toBe(unreachable);
      expect(await tryLogin({ bindDn: '' })).toBe(unreachable);
    });
  });

  test('a name that two entries have is nobody; places to look in are as many as there are', async () => {
    const [first, second] = [
      await directory.addPerson('greta', 'secret-of-greta'),
      await directory.addPerson('greta', 'secret-of-greta', directory.groups),
    ];
    await attach(first, S3_FULL);
    await attach(second, S3_FULL);
    expect((await logIn('greta', 'secret-of-greta')).status).toBe(200);
    const users = { bases: [directory.people, directory.groups], filter: '(uid=%s)' };
    const other = await startAccessStore([], { ldap: directory.options(MAIN_ACCOUNT, { users }) });
    try {
      const asking = new QueryClient(other.store.port, 'sts').call(LOGIN, {
        LDAPUsername: 'greta',
        LDAPPassword: 'secret-of-greta',
      });
      expect(await refusal(asking)).toEqual(['AccessDenied', 403]);
    } finally {
      await other.close();
    }
  });
});

test('a gateway without directory says so', async () => {
  const plain = await startAccessStore();
  try {
    const answer = await new QueryClient(plain.store.port, 'sts').call(LOGIN, { LDAPUsername: 'a', LDAPPassword: 'b' });
    expect([answer.code, answer.status]).toEqual(['NotImplemented', 501]);
  } finally {
    await plain.close();
  }
});
