import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { agentDocument, ChainFixture, stsDocument } from './chain-fixture.ts';

let fixture: ChainFixture;
beforeEach(() => {
  fixture = new ChainFixture();
  mkdirSync(join(fixture.home, '.aws', 'sso', 'cache'), { recursive: true });
});
afterEach(() => fixture.close());

const config = (text: string) => fixture.write('.aws/config', text);
const credentials = (text: string) => fixture.write('.aws/credentials', text);
const idOf = async (profile?: string, environment: Record<string, string> = {}) =>
  (await fixture.chain(environment, profile === undefined ? {} : { profile }).current()).accessKeyId;

test('keys of both files: default, named by configuration or environment, credentials before config', async () => {
  config(
    '# comment\n[default]\nregion = x\naws_access_key_id = AKCONFIG\n\n[profile  two]\naws_access_key_id=AK2 ; note\naws_secret_access_key=s2\ns3 =\n  max = 3\n',
  );
  credentials('\ufeff[default]\r\naws_access_key_id = AKCREDENTIALS\r\naws_secret_access_key = a=b#c\r\n');
  expect(await fixture.chain({}).current()).toEqual({ accessKeyId: 'AKCREDENTIALS', secretAccessKey: 'a=b#c' });
  expect(await idOf('two')).toBe('AK2');
  expect(await idOf(undefined, { AWS_PROFILE: 'two' })).toBe('AK2');
});

test('what is wrong is named: no such profile, half a pair, no way to keys, a line that is none', async () => {
  config('[default]\nregion = x\n[profile half]\naws_access_key_id = AK\n[profile nothing]\nregion = y\n');
  expect(await fixture.failureOf({}, { profile: 'none' })).toContain('there is no profile none');
  expect(await fixture.failureOf({}, { profile: 'half' })).toContain('profile half has one of the two keys');
  expect(await fixture.failureOf({}, { profile: 'nothing' })).toContain('profile nothing has neither keys nor');
  // A default without keys is no configuration.
  expect(await fixture.failureOf({})).toContain('none of inline');
  config('[default]\nwhat is this\n');
  expect(await fixture.failureOf({})).toContain('.aws/config: line 2 is neither [section] nor key = value');
});

test('a role by the keys of another profile: a signed question to STS', async () => {
  const sts = await fixture.serve(() => [200, stsDocument('AssumeRole', 'AKROLE', fixture.isoIn(3_600_000))]);
  config(
    '[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = keys\nexternal_id = E\nrole_session_name = me\n' +
      '[profile self]\nrole_arn = arn:aws:iam::1:role/s\nsource_profile = self\naws_access_key_id = AKSELF\naws_secret_access_key = s\n' +
      '[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n' +
      '[profile odd]\nrole_arn = r\ncredential_source = Moon\n[profile bare]\nrole_arn = r\n',
  );
  credentials('[keys]\naws_access_key_id = AKKEYS\naws_secret_access_key = s\n');
  const environment = { AWS_ENDPOINT_URL_STS: sts.url, AWS_REGION: 'eu-west-7' };
  expect(await idOf('role', environment)).toBe('AKROLE');
  expect(sts.seen[0]?.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKKEYS\/20260101\/eu-west-7\/sts\/aws4_request,SignedHeaders=content-type;host;/,
  );
  expect(new URLSearchParams(sts.seen[0]?.body).get('ExternalId')).toBe('E');
  expect(await idOf('self', environment)).toBe('AKROLE');
  expect(sts.seen[1]?.headers.authorization).toContain('Credential=AKSELF/');
  expect(await fixture.failureOf(environment, { profile: 'a' })).toContain('in a circle or too far: a, b, a');
  expect(await fixture.failureOf(environment, { profile: 'odd' })).toContain('the credential_source Moon');
  expect(await fixture.failureOf(environment, { profile: 'bare' })).toContain(
    'no source_profile and no credential_source',
  );
});

test('a role by a source of the machine, and by a web identity', async () => {
  const agent = await fixture.serve(() => [200, agentDocument('AKAGENT')]);
  const sts = await fixture.serve(({ body }) => {
    const action = new URLSearchParams(body).get('Action') ?? '';
    return [200, stsDocument(action, `AK${action}`, fixture.isoIn(3_600_000))];
  });
  const token = fixture.write('token', 'web');
  config(
    '[profile agent]\nrole_arn = r\ncredential_source = EcsContainer\n' +
      '[profile env]\nrole_arn = r\ncredential_source = Environment\n' +
      `[profile web]\nrole_arn = r\nweb_identity_token_file = ${token}\n`,
  );
  const environment = { AWS_ENDPOINT_URL_STS: sts.url, AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url };
  expect(await idOf('agent', environment)).toBe('AKAssumeRole');
  expect(sts.seen[0]?.headers).toMatchObject({
    'x-amz-security-token': 'T',
    authorization: expect.stringContaining('Credential=AKAGENT/'),
  });
  expect(await idOf('web', environment)).toBe('AKAssumeRoleWithWebIdentity');
  const none = { AWS_ENDPOINT_URL_STS: sts.url };
  expect(await fixture.failureOf(none, { profile: 'env' })).toContain('Environment gives no credentials');
});

test('a program: its output, its expiry, its failures, and none of its secrets in errors', async () => {
  const print = (document: object) => `echo '${JSON.stringify(document)}'`;
  const good = { Version: 1, AccessKeyId: 'AKPROGRAM', SecretAccessKey: 's', Expiration: fixture.isoIn(60_000) };
  config(
    `[profile good]\ncredential_process = ${print(good)}\n` +
      `[profile version]\ncredential_process = ${print({ ...good, Version: 2 })}\n` +
      '[profile text]\ncredential_process = echo hush-hush\n' +
      '[profile fails]\ncredential_process = echo hush-hush >&2; exit 3\n',
  );
  expect(await fixture.chain({}, { profile: 'good' }).current()).toMatchObject({
    accessKeyId: 'AKPROGRAM',
    expiresAtMs: fixture.clock.nowMs() + 60_000,
  });
  expect(await fixture.failureOf({}, { profile: 'version' })).toContain('has a Version other than 1');
  for (const [profile, problem] of [
    ['text', 'is no JSON'],
    ['fails', 'ended with 3'],
  ] as const) {
    const message = await fixture.failureOf({}, { profile });
    expect(message).toContain(problem);
    expect(message).not.toContain('hush');
  }
});

test('single sign-on: the token of the cache, for a session or a start URL', async () => {
  const portal = await fixture.serve(({ url, headers }) => {
    if (headers['x-amz-sso_bearer_token'] !== 'BEARER') return [401, ''];
    const roleCredentials = {
      accessKeyId: `AK${url.length}`,
      secretAccessKey: 's',
      sessionToken: 'T',
      expiration: 9e12,
    };
    return [200, JSON.stringify({ roleCredentials })];
  });
  config(
    '[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-7\n' +
      '[profile sso]\nsso_session = corp\nsso_account_id = 12\nsso_role_name = admin\n' +
      '[profile bare]\nsso_start_url = https://old.example/start\nsso_region = eu-west-7\nsso_role_name = admin\n',
  );
  const environment = { AWS_ENDPOINT_URL_SSO: portal.url };
  const failure = () => fixture.failureOf(environment, { profile: 'sso' });
  expect(await failure()).toContain('try aws sso login');
  const cached = (text: object) =>
    fixture.write(`.aws/sso/cache/${createHash('sha1').update('corp').digest('hex')}.json`, JSON.stringify(text));
  cached({ accessToken: 'BEARER', expiresAt: fixture.isoIn(-1) });
  expect(await failure()).toContain('has expired');
  cached({ accessToken: 'OTHER', expiresAt: fixture.isoIn(60_000) });
  expect(await failure()).toContain('status 401');
  cached({ accessToken: 'BEARER', expiresAt: fixture.isoIn(60_000) });
  expect(await fixture.chain(environment, { profile: 'sso' }).current()).toMatchObject({
    sessionToken: 'T',
    expiresAtMs: 9e12,
  });
  expect(portal.seen.at(-1)?.url).toBe('/federation/credentials?account_id=12&role_name=admin');
  expect(await fixture.failureOf(environment, { profile: 'bare' })).toContain('single sign-on without sso_account_id');
});
