import { agentDocument, ChainFixture, stsDocument } from './chain-fixture.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 'senv' };

let fixture: ChainFixture;
beforeEach(() => {
  fixture = new ChainFixture();
});
afterEach(() => fixture.close());

const idOf = async (chain: ReturnType<ChainFixture['chain']>) => (await chain.current()).accessKeyId;

describe('order', () => {
  test('inline, named profile, environment, container, web identity, profile, instance', async () => {
    const agent = await fixture.serve(() => [200, agentDocument('AKCONTAINER')]);
    const sts = await fixture.serve(() => [
      200,
      stsDocument('AssumeRoleWithWebIdentity', 'AKWEB', fixture.isoIn(3_600_000)),
    ]);
    const instance = await fixture.serve(({ url }) => {
      if (url.endsWith('/token')) return [200, 'TOKEN'];
      return url.endsWith('/security-credentials/') ? [200, 'role'] : [200, agentDocument('AKINSTANCE')];
    });
    const credentialsFile = fixture.write(
      'credentials',
      '[default]\naws_access_key_id=AKDEFAULT\naws_secret_access_key=s\n[other]\naws_access_key_id=AKOTHER\naws_secret_access_key=s\n',
    );
    const layers: Record<string, string>[] = [
      { AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url },
      { AWS_SHARED_CREDENTIALS_FILE: credentialsFile },
      {
        AWS_ROLE_ARN: 'arn:aws:iam::1:role/r',
        AWS_WEB_IDENTITY_TOKEN_FILE: fixture.write('token', 'web'),
        AWS_ENDPOINT_URL_STS: sts.url,
      },
      { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/role` },
      KEYS,
    ];
    const expected = ['AKINSTANCE', 'AKDEFAULT', 'AKWEB', 'AKCONTAINER', 'AKENV'];
    const found: string[] = [];
    for (let count = 1; count <= layers.length; count += 1) {
      found.push(await idOf(fixture.chain(Object.assign({}, ...layers.slice(0, count)))));
    }
    expect(found).toEqual(expected);
    const all = Object.assign({}, ...layers);
    expect(await idOf(fixture.chain(all, { profile: 'other' }))).toBe('AKOTHER');
    const inline = { accessKeyId: 'AKINLINE', secretAccessKey: 's' };
    expect(await idOf(fixture.chain(all, { inline, profile: 'other' }))).toBe('AKINLINE');
    const outside = Object.assign({}, ...layers.slice(0, 4));
    expect(await idOf(fixture.chain(outside, { order: 'aws' }))).toBe('AKWEB');
  });

  test('a step that is configured and fails is never skipped', async () => {
    const agent = await fixture.serve(() => [404, 'no']);
    const message = await fixture.failureOf({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/role`,
      AWS_PROFILE: 'x',
    });
    expect(message).toBe(`credentials container: GET ${agent.url}/role: status 404`);
  });

  test('nothing at all says what was asked', async () => {
    expect(await fixture.failureOf({})).toBe(
      'credentials chain: none of inline, environment, container, web-identity, profile, instance gives any',
    );
    const gone = await fixture.failureOf({
      AWS_EC2_METADATA_DISABLED: '',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(gone).toContain('(credentials instance: GET http://127.0.0.1:1/latest/meta-data/iam/security-credentials/');
  });

  test('one key without the other', async () => {
    expect(await fixture.failureOf({ AWS_ACCESS_KEY_ID: 'AK' })).toContain('without AWS_SECRET_ACCESS_KEY');
    expect(await fixture.failureOf({ AWS_SECRET_ACCESS_KEY: 's' })).toContain('without AWS_ACCESS_KEY_ID');
    expect(await fixture.chain({ ...KEYS, AWS_SESSION_TOKEN: 'T' }).current()).toMatchObject({ sessionToken: 'T' });
  });
});

describe('container', () => {
  test('full and relative address, authorization from a variable or a file that is read each time', async () => {
    const agent = await fixture.serve(({ headers }) => [
      200,
      agentDocument(`AK${headers.authorization ?? ''}`, fixture.isoIn(60_000)),
    ]);
    const relative = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1' };
    expect(await idOf(fixture.chain(relative, { containerHost: agent.url }))).toBe('AK');
    expect(agent.seen.at(-1)?.url).toBe('/v2/credentials/1');
    const full = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/full` };
    const both = fixture.chain({ ...relative, ...full, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'VARIABLE' });
    expect(await idOf(both)).toBe('AKVARIABLE');
    expect(agent.seen.at(-1)?.url).toBe('/full');
    expect(fixture.warnings).toHaveLength(1);
    const path = fixture.write('token', 'ONE\n');
    const filed = fixture.chain({ ...full, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path });
    expect(await idOf(filed)).toBe('AKONE');
    fixture.write('token', 'TWO');
    fixture.clock.advance(61_000);
    expect(await idOf(filed)).toBe('AKTWO');
  });

  test('what is refused: line breaks, plain http to strangers, what is no credentials', async () => {
    const full = (uri: string) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: uri });
    const agent = await fixture.serve(() => [200, '{"AccessKeyId":"AK"}']);
    const broken = { ...full(agent.url), AWS_CONTAINER_AUTHORIZATION_TOKEN: 'a\r\nx-evil: 1' };
    expect(await fixture.failureOf(broken)).toContain('has a line break in it');
    expect(agent.seen).toHaveLength(0);
    expect(await fixture.failureOf(full('http://example.com/'))).toContain('example.com must be asked by https');
    expect(await fixture.failureOf(full('http://169.254.169.254/'))).toContain('must be asked by https');
    expect(await fixture.failureOf(full('file:///etc/passwd'))).toContain('no http or https URL');
    expect(await fixture.failureOf(full(agent.url))).toContain('has no SecretAccessKey');
    const html = await fixture.serve(() => [200, '<html>']);
    expect(await fixture.failureOf(full(html.url))).toContain('is no JSON');
    const missing = { ...full(agent.url), AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/nowhere' };
    expect(await fixture.failureOf(missing)).toContain('cannot read the token file /nowhere');
  });

  test('three tries at an agent that fails; one that hangs is given up after a second each', async () => {
    const agent = await fixture.serve((_request, count) => (count < 3 ? [500, ''] : [200, agentDocument('AK')]));
    expect(await idOf(fixture.chain({ AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url }))).toBe('AK');
    expect(fixture.clock.waitsMs).toHaveLength(2);
    const hanging = await fixture.serve(() => 'hang');
    const message = await fixture.failureOf({ AWS_CONTAINER_CREDENTIALS_FULL_URI: hanging.url });
    expect(message).toBe(`credentials container: GET ${hanging.url}/: no answer within 1000 ms, 3 times`);
    expect(hanging.seen).toHaveLength(3);
  });
});

describe('web identity', () => {
  const variables = (url: string, more: Record<string, string> = {}) => ({
    AWS_ROLE_ARN: 'arn:aws:iam::1:role/r',
    AWS_WEB_IDENTITY_TOKEN_FILE: fixture.write('web-token', 'header.body.signature\n'),
    AWS_ENDPOINT_URL_STS: url,
    ...more,
  });

  test('an unsigned question to STS', async () => {
    const sts = await fixture.serve(() => [
      200,
      stsDocument('AssumeRoleWithWebIdentity', 'AKWEB', fixture.isoIn(3_600_000)),
    ]);
    const chain = fixture.chain(variables(sts.url, { AWS_ROLE_SESSION_NAME: 'me' }));
    expect(await chain.current()).toMatchObject({ accessKeyId: 'AKWEB', secretAccessKey: 's', sessionToken: 'T' });
    const [asked] = sts.seen;
    expect(asked?.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      DurationSeconds: '3600',
      RoleArn: 'arn:aws:iam::1:role/r',
      RoleSessionName: 'me',
      WebIdentityToken: 'header.body.signature',
    });
  });

  test('a refusal, an answer without credentials, no XML, and half a configuration', async () => {
    const refusing = await fixture.serve(() => [
      403,
      '<ErrorResponse><Error><Code>ExpiredTokenException</Code><Message>too old</Message></Error></ErrorResponse>',
    ]);
    expect(await fixture.failureOf(variables(refusing.url))).toBe(
      `credentials web-identity: AssumeRoleWithWebIdentity at ${refusing.url}: 403 ExpiredTokenException too old`,
    );
    const empty = await fixture.serve(() => [200, '<AssumeRoleWithWebIdentityResponse/>']);
    expect(await fixture.failureOf(variables(empty.url))).toContain('has no AccessKeyId');
    const cut = await fixture.serve(() => [200, '<AssumeRoleWithWebIdentityResponse><Cred']);
    expect(await fixture.failureOf(variables(cut.url))).toContain('no well-formed XML');
    expect(await fixture.failureOf({ AWS_WEB_IDENTITY_TOKEN_FILE: '/x' })).toContain('without AWS_ROLE_ARN');
  });
});

describe('instance metadata', () => {
  const variables = (url: string, more: Record<string, string> = {}) => ({
    AWS_EC2_METADATA_DISABLED: 'false',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
    ...more,
  });
  const ROLE = '/latest/meta-data/iam/security-credentials/';

  test('version 2: a token, the role, its credentials; a token that is refused is replaced', async () => {
    let tokens = 0;
    const service = await fixture.serve(({ method, url, headers }) => {
      if (method === 'PUT' && url === '/latest/api/token') {
        tokens += 1;
        return [200, `TOKEN${tokens}`];
      }
      if (headers['x-aws-ec2-metadata-token'] !== 'TOKEN2') return [401, ''];
      return url === ROLE ? [200, 'my role\n'] : [200, agentDocument('AKINSTANCE')];
    });
    expect(await idOf(fixture.chain(variables(service.url)))).toBe('AKINSTANCE');
    expect(service.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'PUT /latest/api/token',
      `GET ${ROLE}`,
      'PUT /latest/api/token',
      `GET ${ROLE}`,
      `GET ${ROLE}my%20role`,
    ]);
    expect(service.seen[0]?.headers['x-aws-ec2-metadata-token-ttl-seconds']).toBe('21600');
  });

  test.each([403, 404, 405])('token answered %i: version 1, unless it is disabled', async (status) => {
    const service = await fixture.serve(({ method, url }) => {
      if (method === 'PUT') return [status, ''];
      return url === ROLE ? [200, 'role'] : [200, agentDocument('AKV1')];
    });
    expect(await idOf(fixture.chain(variables(service.url)))).toBe('AKV1');
    const strict = variables(service.url, { AWS_EC2_METADATA_V1_DISABLED: 'true' });
    expect(await fixture.failureOf(strict)).toContain(`status ${status}, and version 1 is disabled`);
  });

  test('400 is an error; no role; a failure inside a 200; a wrong mode; off', async () => {
    const bad = await fixture.serve(() => [400, '']);
    expect(await fixture.failureOf(variables(bad.url))).toContain('status 400');
    const noRole = await fixture.serve(({ method }) => (method === 'PUT' ? [200, 'T'] : [404, '']));
    expect(await fixture.failureOf(variables(noRole.url))).toContain('the instance has no role');
    const failing = await fixture.serve(({ method, url }) => {
      if (method === 'PUT') return [200, 'T'];
      return url === ROLE ? [200, 'role'] : [200, '{"Code":"Failed"}'];
    });
    expect(await fixture.failureOf(variables(failing.url))).toContain('says Failed');
    const mode = variables(failing.url, { AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: 'IPv5' });
    expect(await fixture.failureOf(mode)).toContain('"ipv5", expected IPv4 or IPv6');
    const before = failing.seen.length;
    await fixture.failureOf(variables(failing.url, { AWS_EC2_METADATA_DISABLED: 'TRUE' }));
    expect(failing.seen).toHaveLength(before);
  });

  test('one that hangs is given up', async () => {
    const hanging = await fixture.serve(() => 'hang');
    expect(await fixture.failureOf(variables(hanging.url))).toContain('no answer within 1000 ms');
  });
});
