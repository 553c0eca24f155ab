import { hash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canonicalIdOf } from '@needlestack/access-control';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';
import { TestClient } from './support/test-client.ts';

const directory = mkdtempSync(join(tmpdir(), 'needlestack-identities-'));
const identitiesPath = join(directory, 'identities.json');
const writeIdentities = (identities: readonly object[]): void => {
  const file = { identities, accounts: [{ id: '42', displayName: 'Answers', emailAddress: 'a@example.com' }] };
  writeFileSync(`${identitiesPath}.new`, JSON.stringify(file));
  renameSync(`${identitiesPath}.new`, identitiesPath);
};
const reader = { accessKeyId: 'READER', secretAccessKey: 'reader-secret' };
const READER = {
  name: 'reader',
  account: { id: '42' },
  credentials: [{ accessKey: 'READER', secretKey: 'reader-secret' }],
  actions: ['Read:bucket', 'List:bucket', 'Write:bucket/inbox/*'],
};

let store: TestStore;
beforeAll(async () => {
  writeIdentities([READER]);
  store = await startTestStore({ identitiesPath, virtualHostDomains: ['s3.test'] });
  await store.client.call('PUT', '/bucket');
  await store.client.call('PUT', '/bucket/key', { body: 'body' });
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

describe('refusals', () => {
  test('anonymous', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/bucket/key'],
      ['PUT', '/bucket/key'],
      ['DELETE', '/bucket'],
      ['PUT', '/none'],
    ] as const) {
      const answer = await store.client.send(method, path);
      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
      expect(answer.headers['x-amz-request-id']).toBe(answer.element('RequestId'));
    }
    expect((await store.client.send('GET', '/none')).code).toBe('NoSuchBucket');
    expect((await store.client.call('GET', '/bucket/key')).text).toBe('body');
  });

  test('unknown key, wrong secret, wrong region', async () => {
    const unknown = new TestClient(store.port, { accessKeyId: 'NOBODY', secretAccessKey: 'x' });
    expect((await unknown.call('GET', '/bucket/key')).element('AWSAccessKeyId')).toBe('NOBODY');
    const wrong = new TestClient(store.port, { ...ROOT, secretAccessKey: 'wrong' });
    const mismatch = await wrong.call('GET', '/bucket/key');
    expect([mismatch.status, mismatch.code]).toEqual([403, 'SignatureDoesNotMatch']);
    expect(mismatch.element('CanonicalRequest')).toMatch(/^GET&#xa;\/bucket\/key&#xa;/);
    const region = await store.client.call('GET', '/bucket/key', { region: 'eu-west-1' });
    expect([region.status, region.code, region.element('Region')]).toEqual([
      400,
      'AuthorizationHeaderMalformed',
      'us-east-1',
    ]);
  });

  test('a header that is not signed, a hash that is missing', async () => {
    const added = await store.client.call('GET', '/bucket/key', {
      tamper: (headers) => {
        headers['x-amz-meta-late'] = 'x';
      },
    });
    expect([added.status, added.code, added.element('HeadersNotSigned')]).toEqual([
      403,
      'AccessDenied',
      'x-amz-meta-late',
    ]);
    const missing = await store.client.call('GET', '/bucket/key', {
      tamper: (headers) => {
        delete headers['x-amz-content-sha256'];
      },
    });
    expect([missing.status, missing.code]).toEqual([400, 'InvalidRequest']);
  });

  test('a clock that is off', async () => {
    const skewed = await startTestStore({ nowMs: () => Date.now() + 16 * 60_000 });
    const answer = await skewed.client.call('GET', '/');
    expect([answer.status, answer.code, answer.element('MaxAllowedSkewMilliseconds')]).toEqual([
      403,
      'RequestTimeTooSkewed',
      '900000',
    ]);
    await skewed.close();
  });
});

describe('presigned', () => {
  test('reads and writes', async () => {
    const put = await store.client.send(
      'PUT',
      store.client.presign('PUT', '/bucket/presigned', 60),
      { 'content-length': '1' },
      [Buffer.from('x')],
    );
    expect(put.status).toBe(200);
    const get = await store.client.send(
      'GET',
      store.client.presign('GET', '/bucket/presigned', 60, 'response-content-type=a%2Fb'),
    );
    expect([get.text, get.headers['content-type']]).toEqual(['x', 'a/b']);
  });

  test('expired and forged', async () => {
    const expired = await store.client.send(
      'GET',
      store.client.presign('GET', '/bucket/key', 60, '', Date.now() - 120_000),
    );
    expect([expired.status, expired.element('Message')]).toEqual([403, 'Request has expired']);
    const forged = await store.client.send('DELETE', store.client.presign('GET', '/bucket/key', 60));
    expect(forged.code).toBe('SignatureDoesNotMatch');
    const long = await store.client.send('GET', store.client.presign('GET', '/bucket/key', 604_801));
    expect([long.status, long.code]).toEqual([400, 'AuthorizationQueryParametersError']);
  });
});

test('virtual-host style', async () => {
  const options = { host: 'bucket.s3.test' };
  expect((await store.client.call('GET', '/key', options)).text).toBe('body');
  expect((await store.client.call('GET', '/', options)).text).toContain('<Name>bucket</Name>');
  // Paths that lead elsewhere on the store's own host are keys here.
  for (const path of ['/iceberg/v1/config', '/-/healthz']) {
    expect((await store.client.call('PUT', path, { ...options, body: path })).status).toBe(200);
    expect((await store.client.call('GET', `/bucket${path}`)).text).toBe(path);
  }
});

describe('static identities', () => {
  test('do what they may and no more', async () => {
    await store.client.call('PUT', '/other');
    const client = new TestClient(store.port, reader);
    expect((await client.call('GET', '/bucket/key')).text).toBe('body');
    expect((await client.call('GET', '/bucket')).status).toBe(200);
    expect((await client.call('PUT', '/bucket/inbox/1', { body: 'x' })).status).toBe(200);
    const forbidden = [
      await client.call('PUT', '/bucket/key', { body: 'x' }),
      await client.call('DELETE', '/bucket/key'),
      await client.call('PUT', '/third'),
      await client.call('GET', '/other/key'),
      await client.call('DELETE', '/bucket'),
    ];
    for (const answer of forbidden) expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
    const copy = await client.call('PUT', '/bucket/inbox/2', { headers: { 'x-amz-copy-source': 'other/key' } });
    expect(copy.code).toBe('AccessDenied');
    const document = '<Delete><Object><Key>key</Key></Object><Object><Key>inbox/1</Key></Object></Delete>';
    const batch = await client.call('POST', '/bucket', {
      query: 'delete',
      body: document,
      headers: { 'content-md5': hash('md5', document, 'base64') },
    });
    expect(batch.text).toContain('<Deleted><Key>inbox/1</Key></Deleted><Error><Key>key</Key><Code>AccessDenied</Code>');
    expect((await client.call('GET', '/')).text).not.toContain('<Name>bucket</Name>');
  });

  test('are read again when the file changes; a broken file changes nothing', async () => {
    const late = { accessKeyId: 'LATE', secretAccessKey: 'late-secret' };
    const client = new TestClient(store.port, late);
    expect((await client.call('GET', '/bucket/key')).code).toBe('InvalidAccessKeyId');
    writeIdentities([
      READER,
      { name: 'late', credentials: [{ accessKey: 'LATE', secretKey: 'late-secret' }], actions: ['Read'] },
    ]);
    while ((await client.call('GET', '/bucket/key')).status !== 200) await delay(50);
    writeFileSync(identitiesPath, '{');
    expect((await client.call('GET', '/bucket/key')).status).toBe(200);
  });

  test('kept in the catalog', async () => {
    await store.catalog.putIdentity({
      accessKeyId: 'KEPT',
      secretAccessKey: 'kept-secret',
      accountId: '7',
      displayName: 'kept',
      actions: ['Admin'],
    });
    const client = new TestClient(store.port, { accessKeyId: 'KEPT', secretAccessKey: 'kept-secret' });
    await client.call('PUT', '/kept-bucket');
    const list = await client.call('GET', '/');
    expect([list.element('ID'), list.element('Name')]).toEqual([canonicalIdOf('7'), 'kept-bucket']);
    expect((await store.client.call('GET', '/')).text).not.toContain('kept-bucket');
  });

  test('kept in the catalog with an action that this gateway does not know: known, and allowed nothing', async () => {
    const key = { accessKeyId: 'NEWER', secretAccessKey: 'newer-secret' };
    const { getIdentity } = store.catalog;
    // The catalog takes no such identity, but an older or a newer one may have.
    const record = { ...key, accountId: '7', displayName: 'newer', actions: ['Admin', 'Levitate'] };
    store.catalog.getIdentity = async (id) => (id === key.accessKeyId ? record : getIdentity(id));
    const client = new TestClient(store.port, key);
    expect(await client.call('GET', '/bucket/key')).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await client.call('PUT', '/newer-bucket')).toMatchObject({ status: 403, code: 'AccessDenied' });
    const stranger = new TestClient(store.port, { ...key, secretAccessKey: 'another' });
    expect(await stranger.call('GET', '/bucket/key')).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
    store.catalog.getIdentity = getIdentity;
  });
});

test('a file that cannot be used stops the start', async () => {
  const path = join(directory, 'broken.json');
  writeFileSync(path, '{"identities":[{"name":"n","actions":["Raed"]}]}');
  await expect(startTestStore({ identitiesPath: path })).rejects.toThrow('unknown action "Raed"');
});
