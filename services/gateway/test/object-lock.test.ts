import { createHash } from 'node:crypto';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
let nowMs = Date.now();
beforeAll(async () => {
  store = await startTestStore();
  nowMs = Date.now();
  await call('PUT', '/locked', { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
  await call('PUT', '/plain');
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);
/** A body with its Content-MD5. */
const proven = (body: string, headers: Record<string, string> = {}) => ({
  body,
  headers: { 'content-md5': createHash('md5').update(body).digest('base64'), ...headers },
});
const inDays = (days: number): string => new Date(nowMs + days * 86_400_000).toISOString();
const retention = (mode: string, until: string): string =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`;
const lockConfiguration = (retentionXml: string): string =>
  `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>${retentionXml}</ObjectLockConfiguration>`;
const BYPASS = { 'x-amz-bypass-governance-retention': 'true' };

const put = async (key: string, headers: Record<string, string> = {}): Promise<string> => {
  const answer = await call('PUT', `/locked/${key}`, proven('x', headers));
  expect(answer.status).toBe(200);
  return `${answer.headers['x-amz-version-id']}`;
};
const setRetention = (key: string, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  call('PUT', `/locked/${key}`, { query: 'retention', ...proven(body, headers) });
const setHold = (key: string, status: string): Promise<Answer> =>
  call('PUT', `/locked/${key}`, {
    query: 'legal-hold',
    ...proven(`<LegalHold><Status>${status}</Status></LegalHold>`),
  });
const removeVersion = (key: string, versionId: string, headers: Record<string, string> = {}): Promise<Answer> =>
  call('DELETE', `/locked/${key}`, { query: `versionId=${versionId}`, headers });

describe('configuration of a bucket', () => {
  test('a bucket made with lock is versioned, and stays so', async () => {
    const answer = await call('GET', '/locked', { query: 'object-lock' });
    expect([answer.status, answer.element('ObjectLockEnabled'), answer.element('Mode')]).toEqual([
      200,
      'Enabled',
      undefined,
    ]);
    expect((await call('GET', '/locked', { query: 'versioning' })).element('Status')).toBe('Enabled');
    const suspended = await call('PUT', '/locked', {
      query: 'versioning',
      body: '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
    });
    expect([suspended.status, suspended.code]).toEqual([409, 'InvalidBucketState']);
  });

  test('a versioned bucket can get it, and a default retention', async () => {
    await call('PUT', '/later');
    const body = lockConfiguration(
      '<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>2</Days></DefaultRetention></Rule>',
    );
    const setLock = () => call('PUT', '/later', { query: 'object-lock', ...proven(body) });
    expect(await setLock()).toMatchObject({ status: 409, code: 'InvalidBucketState' });
    await call('PUT', '/later', {
      query: 'versioning',
      body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    });
    expect((await setLock()).status).toBe(200);
    const read = await call('GET', '/later', { query: 'object-lock' });
    expect([read.element('Mode'), read.element('Days'), read.element('Years')]).toEqual(['GOVERNANCE', '2', undefined]);
    await call('PUT', '/later/key', proven('x'));
    const head = await call('HEAD', '/later/key');
    expect(head.headers['x-amz-object-lock-mode']).toBe('GOVERNANCE');
    const untilMs = Date.parse(`${head.headers['x-amz-object-lock-retain-until-date']}`);
    expect(Math.abs(untilMs - (Date.now() + 2 * 86_400_000))).toBeLessThan(60_000);
    const undigested = await call('PUT', '/later/other', { body: 'x' });
    expect([undigested.status, undigested.code]).toEqual([400, 'InvalidRequest']);
  });

  test('without lock there is none to be read', async () => {
    const answer = await call('GET', '/plain', { query: 'object-lock' });
    expect([answer.status, answer.code, answer.element('BucketName')]).toEqual([
      404,
      'ObjectLockConfigurationNotFoundError',
      'plain',
    ]);
  });

  test.each([
    ['no digest', { body: lockConfiguration('') }, 400, 'InvalidRequest'],
    ['a wrong digest', { ...proven('x'), body: lockConfiguration('') }, 400, 'BadDigest'],
    [
      'no days',
      proven(
        lockConfiguration('<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>0</Days></DefaultRetention></Rule>'),
      ),
      400,
      'InvalidRetentionPeriod',
    ],
    [
      'days and years',
      proven(
        lockConfiguration(
          '<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years></DefaultRetention></Rule>',
        ),
      ),
      400,
      'MalformedXML',
    ],
  ])('%s is refused', async (_what, options, status, code) => {
    const answer = await call('PUT', '/locked', { query: 'object-lock', ...options });
    expect([answer.status, answer.code]).toEqual([status, code]);
  });
});

describe('retention', () => {
  test('is kept, shown, and blocks the version but no marker', async () => {
    const version = await put('kept');
    const until = inDays(1);
    expect((await setRetention('kept', retention('GOVERNANCE', until))).status).toBe(200);
    const read = await call('GET', '/locked/kept', { query: 'retention' });
    expect([read.element('Mode'), read.element('RetainUntilDate')]).toEqual(['GOVERNANCE', until]);
    expect((await call('HEAD', '/locked/kept')).headers).toMatchObject({
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': until,
    });
    expect(await removeVersion('kept', version)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await call('DELETE', '/locked/kept')).headers['x-amz-delete-marker']).toBe('true');
    const { text } = await call('POST', '/locked', {
      query: 'delete',
      ...proven(`<Delete><Object><Key>kept</Key><VersionId>${version}</VersionId></Object></Delete>`),
    });
    expect(text).toContain(`<Error><Key>kept</Key><VersionId>${version}</VersionId><Code>AccessDenied</Code>`);
    expect((await call('GET', '/locked/kept', { query: `versionId=${version}` })).text).toBe('x');
    expect((await removeVersion('kept', version, BYPASS)).status).toBe(204);
  });

  test('GOVERNANCE weakens with bypass alone', async () => {
    const version = await put('governed');
    await setRetention('governed', retention('GOVERNANCE', inDays(2)));
    expect((await setRetention('governed', retention('GOVERNANCE', inDays(3)))).status).toBe(200);
    expect(await setRetention('governed', retention('GOVERNANCE', inDays(1)))).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    expect(await setRetention('governed', '<Retention/>')).toMatchObject({ status: 403 });
    expect((await setRetention('governed', retention('GOVERNANCE', inDays(1)), BYPASS)).status).toBe(200);
    expect((await setRetention('governed', '<Retention/>', BYPASS)).status).toBe(200);
    expect(await call('GET', '/locked/governed', { query: 'retention' })).toMatchObject({
      status: 404,
      code: 'NoSuchObjectLockConfiguration',
    });
    expect((await removeVersion('governed', version)).status).toBe(204);
  });

  test('COMPLIANCE never weakens', async () => {
    const version = await put('complied', {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': inDays(2),
    });
    for (const [mode, days] of [
      ['COMPLIANCE', 1],
      ['GOVERNANCE', 3],
    ] as const) {
      expect(await setRetention('complied', retention(mode, inDays(days)), BYPASS)).toMatchObject({ status: 403 });
    }
    expect(await removeVersion('complied', version, BYPASS)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await setRetention('complied', retention('COMPLIANCE', inDays(3)))).status).toBe(200);
  });

  test.each([
    ['a date that has passed', () => retention('GOVERNANCE', inDays(-1)), 'InvalidArgument'],
    ['a mode in lower case', () => retention('governance', inDays(1)), 'MalformedXML'],
    ['a mode alone', () => '<Retention><Mode>GOVERNANCE</Mode></Retention>', 'MalformedXML'],
  ])('%s is refused', async (_what, body, code) => {
    await put('strict');
    expect(await setRetention('strict', body())).toMatchObject({ status: 400, code });
  });
});

describe('legal hold', () => {
  test('blocks the version until it is taken off', async () => {
    const version = await put('held');
    expect(await call('GET', '/locked/held', { query: 'legal-hold' })).toMatchObject({
      status: 404,
      code: 'NoSuchObjectLockConfiguration',
    });
    expect((await setHold('held', 'ON')).status).toBe(200);
    expect((await call('GET', '/locked/held', { query: 'legal-hold' })).element('Status')).toBe('ON');
    expect((await call('HEAD', '/locked/held')).headers['x-amz-object-lock-legal-hold']).toBe('ON');
    expect(await removeVersion('held', version, BYPASS)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await setHold('held', 'OFF')).status).toBe(200);
    expect((await call('GET', '/locked/held', { query: 'legal-hold' })).element('Status')).toBe('OFF');
    expect((await removeVersion('held', version)).status).toBe(204);
  });

  test('is ON or OFF', async () => {
    await put('worded');
    expect(await setHold('worded', 'on')).toMatchObject({ status: 400, code: 'MalformedXML' });
  });
});

describe('writes', () => {
  test('bring a lock in headers; so do uploads and copies', async () => {
    const headers = {
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': inDays(1),
      'x-amz-object-lock-legal-hold': 'ON',
    };
    await put('written', headers);
    expect((await call('HEAD', '/locked/written')).headers).toMatchObject(headers);
    const copied = await call('PUT', '/locked/copied', {
      headers: { 'x-amz-copy-source': 'locked/written', ...headers },
    });
    expect(copied.status).toBe(200);
    expect((await call('HEAD', '/locked/copied')).headers).toMatchObject(headers);
    await call('PUT', '/locked/bare', { headers: { 'x-amz-copy-source': 'locked/written' } });
    expect((await call('HEAD', '/locked/bare')).headers['x-amz-object-lock-mode']).toBeUndefined();
    const created = await call('POST', '/locked/parts', { query: 'uploads', headers });
    const uploadId = created.element('UploadId') ?? '';
    const part = await call('PUT', '/locked/parts', { query: `partNumber=1&uploadId=${uploadId}`, body: 'x' });
    await call('POST', '/locked/parts', {
      query: `uploadId=${uploadId}`,
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`,
    });
    expect((await call('HEAD', '/locked/parts')).headers).toMatchObject(headers);
  });

  test.each([
    ['a mode alone', { 'x-amz-object-lock-mode': 'GOVERNANCE' }],
    [
      'an unknown mode',
      { 'x-amz-object-lock-mode': 'x', 'x-amz-object-lock-retain-until-date': '2999-01-01T00:00:00Z' },
    ],
    [
      'a past date',
      { 'x-amz-object-lock-mode': 'GOVERNANCE', 'x-amz-object-lock-retain-until-date': '2020-01-01T00:00:00Z' },
    ],
    ['an unknown hold', { 'x-amz-object-lock-legal-hold': 'maybe' }],
  ])('%s is refused and stores nothing', async (_what, headers) => {
    for (const path of ['/locked/refused', '/plain/refused']) {
      const answer = await call('PUT', path, proven('x', headers));
      expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
      expect((await call('HEAD', path)).status).toBe(404);
    }
  });

  test('need a digest when they ask for retention', async () => {
    const headers = {
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': inDays(1),
    };
    const answer = await call('PUT', '/locked/undigested', { body: 'x', headers });
    expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
    expect(answer.element('Message')).toContain('Content-MD5');
    expect((await call('HEAD', '/locked/undigested')).status).toBe(404);
  });
});

test.each([
  ['GET', 'retention', undefined],
  ['PUT', 'retention', retention('GOVERNANCE', '2999-01-01T00:00:00Z')],
  ['GET', 'legal-hold', undefined],
  ['PUT', 'legal-hold', '<LegalHold><Status>ON</Status></LegalHold>'],
])('%s ?%s needs a bucket with lock', async (method, query, body) => {
  await call('PUT', '/plain/key', { body: 'x' });
  const answer = await call(method, '/plain/key', { query, ...(body === undefined ? undefined : proven(body)) });
  expect([answer.status, answer.code, answer.element('Message')]).toEqual([
    400,
    'InvalidRequest',
    'Bucket is missing Object Lock Configuration',
  ]);
  const written = await call('PUT', '/plain/other', proven('x', { 'x-amz-object-lock-legal-hold': 'ON' }));
  expect([written.status, written.code]).toEqual([400, 'InvalidRequest']);
});
