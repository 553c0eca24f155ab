/** STS: temporary credentials, what they may, and when they stop to count. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { STS_SERVICE } from '../../src/http/query-api/sts/sts-service.ts';
import { credentialsOf, type QueryAnswer, QueryClient, type QueryCredentials } from '../support/query-client.ts';
import { type AccessStore, ALT_ACCOUNT, MAIN_ACCOUNT, startAccessStore } from '../support/start-access-store.ts';
import { TestClient } from '../support/test-client.ts';

const allow = (action: string, resource = '*') =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] });
const trust = (principal: object, condition: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:*', ...condition }],
  });

let access: AccessStore;
let iam: QueryClient;
let sts: QueryClient;

const rootOf = (name: string): QueryCredentials => ({
  accessKeyId: `KEY-${name}`,
  secretAccessKey: `secret-of-${name}`,
});
const stsAs = (credentials?: QueryCredentials) => new QueryClient(access.store.port, 'sts', credentials);
const s3As = (credentials: QueryCredentials) => new TestClient(access.store.port, credentials);
const must = async (answer: Promise<QueryAnswer>): Promise<QueryAnswer> => {
  const { status, text } = await answer;
  if (status !== 200) throw new Error(text);
  return answer;
};
const refusal = async (answer: Promise<QueryAnswer>) => {
  const { code, status } = await answer;
  return [code, status];
};
/** A user with an access key and one inline policy. */
const makeUser = async (name: string, policy?: string): Promise<QueryCredentials> => {
  await must(iam.call('CreateUser', { UserName: name }));
  if (policy !== undefined)
    await must(iam.call('PutUserPolicy', { UserName: name, PolicyName: 'p', PolicyDocument: policy }));
  return credentialsOf(await must(iam.call('CreateAccessKey', { UserName: name })));
};
const makeRole = async (name: string, document: string, policy: string): Promise<string> => {
  await must(iam.call('CreateRole', { RoleName: name, AssumeRolePolicyDocument: document }));
  await must(iam.call('PutRolePolicy', { RoleName: name, PolicyName: 'p', PolicyDocument: policy }));
  return `arn:aws:iam::${MAIN_ACCOUNT}:role/${name}`;
};

beforeAll(async () => {
  access = await startAccessStore();
  iam = new QueryClient(access.store.port, 'iam', rootOf('main'));
  sts = stsAs(rootOf('main'));
});
afterAll(() => access.close());

test('who is who', async () => {
  const root = await must(sts.call('GetCallerIdentity'));
  expect(root.text).toContain('<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">');
  expect([root.element('UserId'), root.element('Arn')]).toEqual([MAIN_ACCOUNT, `arn:aws:iam::${MAIN_ACCOUNT}:root`]);
  const user = await makeUser('who');
  const self = await must(stsAs(user).call('GetCallerIdentity'));
  expect([self.element('Account'), self.element('Arn')]).toEqual([
    MAIN_ACCOUNT,
    `arn:aws:iam::${MAIN_ACCOUNT}:user/who`,
  ]);
  const info = await must(sts.call('GetAccessKeyInfo', { AccessKeyId: user.accessKeyId }));
  expect(info.element('Account')).toBe(MAIN_ACCOUNT);
  expect(await refusal(sts.call('GetAccessKeyInfo', { AccessKeyId: 'AKIANOBODY0000000000' }))).toEqual([
    'ValidationError',
    400,
  ]);
});

test('a session token does what its user may, is bound to its key, and ends with the user', async () => {
  const user = await makeUser('temporary', allow('s3:*'));
  const session = credentialsOf(await must(stsAs(user).call('GetSessionToken', { DurationSeconds: 900 })));
  expect(session.accessKeyId).toMatch(/^ASIA/);
  expect((await s3As(session).call('GET', '/')).status).toBe(200);
  const { sessionToken = '', ...bare } = session;
  expect((await s3As(bare).call('GET', '/')).code).toBe('InvalidAccessKeyId');
  expect((await s3As({ ...user, sessionToken }).call('GET', '/')).code).toBe('InvalidToken');
  expect((await s3As({ ...session, sessionToken: `A${sessionToken}` }).call('GET', '/')).code).toBe('InvalidToken');
  expect((await s3As({ ...session, secretAccessKey: 'x' }).call('GET', '/')).code).toBe('SignatureDoesNotMatch');
  expect(await refusal(stsAs(session).call('GetSessionToken'))).toEqual(['AccessDenied', 403]);
  expect(await refusal(sts.call('GetSessionToken', { DurationSeconds: 60 }))).toEqual(['ValidationError', 400]);
  await must(iam.call('DeleteAccessKey', { UserName: 'temporary', AccessKeyId: user.accessKeyId }));
  expect((await s3As(session).call('GET', '/')).status).toBe(200);
  await must(iam.call('DeleteUserPolicy', { UserName: 'temporary', PolicyName: 'p' }));
  expect((await s3As(session).call('GET', '/')).code).toBe('AccessDenied');
  await must(iam.call('DeleteUser', { UserName: 'temporary' }));
  expect((await s3As(session).call('GET', '/')).code).toBe('InvalidToken');
  await makeUser('temporary', allow('s3:*'));
  expect((await s3As(session).call('GET', '/')).code).toBe('InvalidToken');
});

test('a session of a key of the identities file', async () => {
  const session = credentialsOf(await must(sts.call('GetSessionToken')));
  expect((await s3As(session).call('PUT', '/of-session')).status).toBe(200);
  expect((await access.store.catalog.getBucket('of-session'))?.ownerId).toBe(MAIN_ACCOUNT);
});

test('roles are assumed by whom the trust policy names, and may what the role may', async () => {
  const caller = await makeUser('caller');
  const other = await makeUser('other', allow('sts:AssumeRole'));
  const RoleArn = await makeRole(
    'reader',
    trust({ AWS: `arn:aws:iam::${MAIN_ACCOUNT}:user/caller` }),
    allow('s3:List*'),
  );
  const assume = (who: QueryCredentials, more: Record<string, string | number> = {}) =>
    stsAs(who).call('AssumeRole', { RoleArn, RoleSessionName: 'work', ...more });
  expect(await refusal(assume(other))).toEqual(['AccessDenied', 403]);
  expect(await refusal(assume(rootOf('alt')))).toEqual(['AccessDenied', 403]);
  expect(await refusal(assume(caller, { RoleArn: `${RoleArn}x` }))).toEqual(['AccessDenied', 403]);
  expect(await refusal(assume(caller, { DurationSeconds: 7200 }))).toEqual(['ValidationError', 400]);
  expect(await refusal(assume(caller, { Policy: '{' }))).toEqual(['MalformedPolicyDocument', 400]);
  const longPolicy = allow('s3:*').replace('"Statement"', `"Id":"${'x'.repeat(2048)}","Statement"`);
  expect(await refusal(assume(caller, { Policy: longPolicy }))).toEqual(['PackedPolicyTooLarge', 400]);
  const assumed = await must(assume(caller));
  expect(assumed.element('Arn')).toBe(`arn:aws:sts::${MAIN_ACCOUNT}:assumed-role/reader/work`);
  const session = credentialsOf(assumed);
  const self = await must(stsAs(session).call('GetCallerIdentity'));
  expect(self.element('UserId')).toMatch(/^AROA[A-Z2-7]{16}:work$/);
  expect((await s3As(session).call('GET', '/')).status).toBe(200);
  expect((await s3As(session).call('PUT', '/not-allowed')).code).toBe('AccessDenied');
  const cut = credentialsOf(await must(assume(caller, { Policy: allow('s3:GetObject') })));
  expect((await s3As(cut).call('GET', '/')).code).toBe('AccessDenied');
  const cutByArn = await must(
    assume(caller, { 'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' }),
  );
  expect((await s3As(credentialsOf(cutByArn)).call('GET', '/')).status).toBe(200);
  await must(iam.call('DeleteRolePolicy', { RoleName: 'reader', PolicyName: 'p' }));
  expect((await s3As(session).call('GET', '/')).code).toBe('AccessDenied');
  await must(iam.call('DeleteRole', { RoleName: 'reader' }));
  expect((await s3As(session).call('GET', '/')).code).toBe('InvalidToken');
});

test('another account needs both: the trust of the role and a policy of its own', async () => {
  const RoleArn = await makeRole(
    'shared',
    trust({ AWS: ALT_ACCOUNT }, { Condition: { StringEquals: { 'sts:ExternalId': 'secret-id' } } }),
    allow('s3:*'),
  );
  const altIam = new QueryClient(access.store.port, 'iam', rootOf('alt'));
  await must(altIam.call('CreateUser', { UserName: 'guest' }));
  const guest = credentialsOf(await must(altIam.call('CreateAccessKey', { UserName: 'guest' })));
  const assume = (ExternalId: string) =>
    stsAs(guest).call('AssumeRole', { RoleArn, RoleSessionName: 'guest', ExternalId });
  expect(await refusal(assume('secret-id'))).toEqual(['AccessDenied', 403]);
  const PolicyDocument = allow('sts:AssumeRole', RoleArn);
  await must(altIam.call('PutUserPolicy', { UserName: 'guest', PolicyName: 'p', PolicyDocument }));
  expect(await refusal(assume('wrong-id'))).toEqual(['AccessDenied', 403]);
  const session = credentialsOf(await must(assume('secret-id')));
  expect((await s3As(session).call('PUT', '/by-guest')).status).toBe(200);
  expect((await access.store.catalog.getBucket('by-guest'))?.ownerId).toBe(MAIN_ACCOUNT);
});

test('federated users may what caller and policy both allow, and nothing in IAM', async () => {
  const broker = await makeUser('broker', allow('*'));
  const federate = (more: Record<string, string> = {}) =>
    stsAs(broker).call('GetFederationToken', { Name: 'bob', ...more });
  const none = credentialsOf(await must(federate()));
  expect((await s3As(none).call('GET', '/')).code).toBe('AccessDenied');
  const some = await must(federate({ Policy: allow('s3:ListAllMyBuckets') }));
  expect(some.element('Arn')).toBe(`arn:aws:sts::${MAIN_ACCOUNT}:federated-user/bob`);
  expect((await s3As(credentialsOf(some)).call('GET', '/')).status).toBe(200);
  expect((await s3As(credentialsOf(some)).call('PUT', '/no')).code).toBe('AccessDenied');
  const all = credentialsOf(await must(federate({ Policy: allow('*') })));
  const listing = new QueryClient(access.store.port, 'iam', all).call('ListUsers');
  expect(await refusal(listing)).toEqual(['AccessDenied', 403]);
  expect(await refusal(stsAs(all).call('GetFederationToken', { Name: 'eve' }))).toEqual(['AccessDenied', 403]);
  const ofRoot = credentialsOf(await must(sts.call('GetFederationToken', { Name: 'carl', Policy: allow('s3:List*') })));
  expect((await s3As(ofRoot).call('GET', '/')).status).toBe(200);
  expect((await s3As(ofRoot).call('PUT', '/no')).code).toBe('AccessDenied');
});

test('users call IAM as far as their policies and boundaries let them', async () => {
  const admin = await makeUser('admin', allow('iam:*', `arn:aws:iam::${MAIN_ACCOUNT}:user/*`));
  const asAdmin = new QueryClient(access.store.port, 'iam', admin);
  await must(asAdmin.call('CreateUser', { UserName: 'made-by-admin' }));
  expect((await must(asAdmin.call('GetUser'))).element('UserName')).toBe('admin');
  expect(await refusal(asAdmin.call('ListRoles'))).toEqual(['AccessDenied', 403]);
  expect(await refusal(asAdmin.call('CreateGroup', { GroupName: 'g' }))).toEqual(['AccessDenied', 403]);
  const PermissionsBoundary = 'arn:aws:iam::aws:policy/IAMReadOnlyAccess';
  await must(iam.call('PutUserPermissionsBoundary', { UserName: 'admin', PermissionsBoundary }));
  expect((await must(asAdmin.call('GetUser', { UserName: 'made-by-admin' }))).element('UserName')).toBe(
    'made-by-admin',
  );
  expect(await refusal(asAdmin.call('DeleteUser', { UserName: 'made-by-admin' }))).toEqual(['AccessDenied', 403]);
  const fileUser = new QueryClient(access.store.port, 'iam', rootOf('user'));
  expect(await refusal(fileUser.call('ListUsers'))).toEqual(['AccessDenied', 403]);
});

test('a refusal says why to those who may decode it, in the same account', async () => {
  const denied = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'iam:*', Resource: '*' },
      { Sid: 'noGroups', Effect: 'Deny', Action: 'iam:CreateGroup', Resource: '*' },
    ],
  });
  const refused = await makeUser('refused', denied);
  const asRefused = new QueryClient(access.store.port, 'iam', refused);
  const messageOf = async (answer: Promise<QueryAnswer>): Promise<string> => {
    const { code, text } = await answer;
    expect(code).toBe('AccessDenied');
    return /Encoded authorization failure message: ([\w-]+)</.exec(text)?.[1] ?? '';
  };
  const EncodedMessage = await messageOf(asRefused.call('CreateGroup', { GroupName: 'g' }));
  const decode = (who: QueryClient, message = EncodedMessage) =>
    who.call('DecodeAuthorizationMessage', { EncodedMessage: message });
  const decodedBy = async (who: QueryClient, message?: string) =>
    JSON.parse((await must(decode(who, message))).element('DecodedMessage')?.replaceAll('&quot;', '"') ?? '');
  expect(await decodedBy(sts)).toMatchObject({
    allowed: false,
    explicitDeny: true,
    matchedStatements: { items: [{ statementId: 'noGroups', effect: 'DENY' }] },
    context: {
      principal: { arn: `arn:aws:iam::${MAIN_ACCOUNT}:user/refused` },
      action: 'iam:CreateGroup',
      resource: `arn:aws:iam::${MAIN_ACCOUNT}:group/g`,
    },
  });
  expect(await refusal(decode(stsAs(refused)))).toEqual(['AccessDenied', 403]);
  expect(await refusal(decode(stsAs(rootOf('alt'))))).toEqual(['InvalidAuthorizationMessageException', 400]);
  expect(await refusal(decode(sts, 'nonsense'))).toEqual(['InvalidAuthorizationMessageException', 400]);
  const plain = await makeUser('unheard');
  const implicit = await messageOf(new QueryClient(access.store.port, 'iam', plain).call('ListUsers'));
  expect(await decodedBy(sts, implicit)).toMatchObject({ explicitDeny: false, matchedStatements: { items: [] } });
});

describe('web identities', () => {
  let issuer: Server;
  let url: string;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  const keyId = 'first';
  let fetches = 0;

  beforeAll(async () => {
    keys = await generateKeyPair('RS256');
    issuer = createServer(async (request, response) => {
      fetches += 1;
      const isDiscovery = request.url === '/realm/.well-known/openid-configuration';
      const jwk = { ...(await exportJWK(keys.publicKey)), kid: keyId, use: 'sig', alg: 'RS256' };
      response.end(JSON.stringify(isDiscovery ? { issuer: url, jwks_uri: `${url}/keys` } : { keys: [jwk] }));
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/realm`;
    const provider = await must(iam.call('CreateOpenIDConnectProvider', { Url: url, 'ClientIDList.member.1': 'app' }));
    const Federated = provider.element('OpenIDConnectProviderArn');
    const name = url.replace('http://', '');
    const condition = { Condition: { StringEquals: { [`${name}:sub`]: 'alice', [`${name}:aud`]: 'app' } } };
    await makeRole('web', trust({ Federated }, condition), allow('s3:ListAllMyBuckets'));
  });
  afterAll(() => issuer.close());

  const sign = (claims: Record<string, unknown> = {}, { expires = '5m', iss = url, key = keys.privateKey } = {}) =>
    new SignJWT({ sub: 'alice', aud: 'app', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: keyId })
      .setIssuer(iss)
      .setExpirationTime(expires)
      .sign(key);
  const assume = (WebIdentityToken: string) =>
    stsAs().call('AssumeRoleWithWebIdentity', {
      RoleArn: `arn:aws:iam::${MAIN_ACCOUNT}:role/web`,
      RoleSessionName: 'alice',
      WebIdentityToken,
    });

  test('a token that the provider signed assumes the role, without a signature', async () => {
    const answer = await must(assume(await sign()));
    expect(answer.element('SubjectFromWebIdentityToken')).toBe('alice');
    expect(answer.element('Audience')).toBe('app');
    expect((await s3As(credentialsOf(answer)).call('GET', '/')).status).toBe(200);
    expect((await s3As(credentialsOf(answer)).call('PUT', '/no')).code).toBe('AccessDenied');
    const before = fetches;
    await must(assume(await sign()));
    expect(fetches).toBe(before);
  });

  test('session tags of the token count, where the trust policy lets them be set', async () => {
    const claims = { 'https://aws.amazon.com/tags': { principal_tags: { Team: ['blue'] } } };
    const PolicyDocument = allow('s3:ListAllMyBuckets').replace(
      '"Resource"',
      '"Condition":{"StringEquals":{"aws:PrincipalTag/Team":"blue"}},"Resource"',
    );
    await must(iam.call('PutRolePolicy', { RoleName: 'web', PolicyName: 'p', PolicyDocument }));
    const tagged = credentialsOf(await must(assume(await sign(claims))));
    expect((await s3As(tagged).call('GET', '/')).status).toBe(200);
    const plain = credentialsOf(await must(assume(await sign())));
    expect((await s3As(plain).call('GET', '/')).code).toBe('AccessDenied');
    const role = (await must(iam.call('GetRole', { RoleName: 'web' }))).element('AssumeRolePolicyDocument') ?? '';
    const narrower = decodeURIComponent(role).replace('sts:*', 'sts:AssumeRoleWithWebIdentity');
    await must(iam.call('UpdateAssumeRolePolicy', { RoleName: 'web', PolicyDocument: narrower }));
    expect(await refusal(assume(await sign(claims)))).toEqual(['AccessDenied', 403]);
    await must(assume(await sign()));
  });

  test('other tokens are refused', async () => {
    const stranger = await generateKeyPair('RS256');
    expect(await refusal(assume(await sign({ sub: 'eve' })))).toEqual(['AccessDenied', 403]);
    expect(await refusal(assume(await sign({ aud: 'other' })))).toEqual(['InvalidIdentityToken', 400]);
    expect(await refusal(assume(await sign({}, { expires: '-1m' })))).toEqual(['ExpiredTokenException', 400]);
    expect(await refusal(assume(await sign({}, { iss: 'https://else.example.com' })))).toEqual([
      'InvalidIdentityToken',
      400,
    ]);
    expect(await refusal(assume(await sign({}, { key: stranger.privateKey })))).toEqual(['InvalidIdentityToken', 400]);
    expect(await refusal(assume('nonsense'))).toEqual(['InvalidIdentityToken', 400]);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'none' })}.${part({ iss: url, sub: 'alice', aud: 'app', exp: 9_999_999_999 })}.`;
    expect(await refusal(assume(unsigned))).toEqual(['InvalidIdentityToken', 400]);
  });

  test('a provider that is gone', async () => {
    await must(iam.call('CreateOpenIDConnectProvider', { Url: 'http://127.0.0.1:1', 'ClientIDList.member.1': 'app' }));
    const answer = assume(await sign({}, { iss: 'http://127.0.0.1:1' }));
    expect(await refusal(answer)).toEqual(['IDPCommunicationError', 400]);
  });
});

test('what is not served says so; unsigned calls are asked for a signature', async () => {
  for (const action of STS_SERVICE.unserved) expect(await refusal(sts.call(action))).toEqual(['NotImplemented', 501]);
  for (const action of STS_SERVICE.actions.keys()) {
    if (action === 'AssumeRoleWithWebIdentity' || action === 'AssumeRoleWithLDAPIdentity') continue;
    const parameters = { RoleArn: `arn:aws:iam::${MAIN_ACCOUNT}:role/web`, RoleSessionName: 'xx', Name: 'xx' };
    expect([action, await refusal(stsAs().call(action, parameters))]).toEqual([
      action,
      ['MissingAuthenticationToken', 403],
    ]);
  }
});
