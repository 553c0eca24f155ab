/** Encryption at rest: what is stored is not what was sent, answers say how, and only who has the key reads it. */
import { createHash, randomBytes } from 'node:crypto';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ compatibility: new Set(['sse-c-over-http', 'open-new-buckets'] as const) });
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const customerKey = (key: Buffer, prefix = 'x-amz-server-side-encryption-customer-'): Record<string, string> => ({
  [`${prefix}algorithm`]: 'AES256',
  [`${prefix}key`]: key.toString('base64'),
  [`${prefix}key-md5`]: createHash('md5').update(key).digest('base64'),
});
const SOURCE = 'x-amz-copy-source-server-side-encryption-customer-';
const key = randomBytes(32);
const body = Buffer.from('a secret that no disk may know '.repeat(500));
const md5 = createHash('md5').update(body).digest('hex');
const S3: Record<string, string> = { 'x-amz-server-side-encryption': 'AES256' };
const kms = (keyId: string): Record<string, string> => ({
  'x-amz-server-side-encryption': 'aws:kms',
  'x-amz-server-side-encryption-aws-kms-key-id': keyId,
});

const storesInTheClear = (): boolean =>
  [...store.volumes.needles.values()].some((needle) => Buffer.from(needle).includes('a secret that no disk'));

const put = (name: string, headers: Record<string, string>, bytes = body): Promise<Answer> =>
  store.client.call('PUT', `/bucket/${name}`, { headers, body: bytes });

test.each<[string, Record<string, string>, Record<string, string>, Record<string, string>]>([
  ['SSE-S3', S3, {}, { 'x-amz-server-side-encryption': 'AES256' }],
  ['SSE-KMS', kms('first'), {}, { ...kms('first') }],
  ['SSE-KMS with the default key', { 'x-amz-server-side-encryption': 'aws:kms' }, {}, { ...kms('needlestack') }],
  [
    'DSSE-KMS',
    { ...kms('second'), 'x-amz-server-side-encryption': 'aws:kms:dsse' },
    {},
    { 'x-amz-server-side-encryption': 'aws:kms:dsse', 'x-amz-server-side-encryption-aws-kms-key-id': 'second' },
  ],
  [
    'SSE-C',
    customerKey(key),
    customerKey(key),
    {
      'x-amz-server-side-encryption-customer-algorithm': 'AES256',
      'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(key).digest('base64'),
    },
  ],
])('%s: written, read, read in part, looked at', async (name, write, read, said) => {
  const path = `/bucket/${encodeURIComponent(name)}`;
  const written = await store.client.call('PUT', path, { headers: write, body });
  expect(written.status).toBe(200);
  expect(written.headers).toMatchObject(said);
  expect(storesInTheClear()).toBe(false);
  const got = await store.client.call('GET', path, { headers: read });
  expect(got.body.equals(body)).toBe(true);
  expect(got.headers).toMatchObject(said);
  expect(got.headers.etag).toBe(written.headers.etag);
  expect(got.headers.etag === `"${md5}"`).toBe(name === 'SSE-S3');
  const part = await store.client.call('GET', path, { headers: { ...read, range: 'bytes=100-199' } });
  expect([part.status, part.body.equals(body.subarray(100, 200))]).toEqual([206, true]);
  const head = await store.client.call('HEAD', path, { headers: read });
  expect([head.status, head.headers['content-length']]).toEqual([200, String(body.length)]);
  expect(head.headers).toMatchObject(said);
});

test('an empty object and one of several chunks', async () => {
  const large = randomBytes(9_000_000);
  for (const bytes of [Buffer.alloc(0), large]) {
    expect((await put('sizes', S3, bytes)).status).toBe(200);
    const got = await store.client.call('GET', '/bucket/sizes');
    expect(got.body.equals(bytes)).toBe(true);
  }
  const range = await store.client.call('GET', '/bucket/sizes', { headers: { range: 'bytes=4194300-4194400' } });
  expect(range.body.equals(large.subarray(4_194_300, 4_194_401))).toBe(true);
});

test('an object of a customer key opens with that key alone', async () => {
  await put('locked', customerKey(key));
  const ask = (headers: Record<string, string>, method = 'GET') =>
    store.client.call(method, '/bucket/locked', { headers });
  expect(await ask({})).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect((await ask({}, 'HEAD')).status).toBe(400);
  expect(await ask(customerKey(randomBytes(32)))).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect((await ask(customerKey(key))).status).toBe(200);
  await put('plain', {});
  const needless = await store.client.call('GET', '/bucket/plain', { headers: customerKey(key) });
  expect(needless).toMatchObject({ status: 400, code: 'InvalidRequest' });
});

test.each<[string, Record<string, string>, number, string]>([
  ['an unknown key', kms('third'), 400, 'KMS.NotFoundException'],
  ['an unknown method', { 'x-amz-server-side-encryption': 'AES128' }, 400, 'InvalidArgument'],
  ['two ways at once', { ...customerKey(key), ...S3 }, 400, 'InvalidArgument'],
])('%s is refused, and nothing is stored', async (_what, headers, status, code) => {
  const before = store.volumes.needles.size;
  expect(await put('refused', headers)).toMatchObject({ status, code });
  expect(store.volumes.needles.size).toBe(before);
  expect((await store.client.call('GET', '/bucket/refused')).status).toBe(404);
});

test('a read that says how its object is encrypted is refused', async () => {
  expect(await store.client.call('GET', '/bucket/plain', { headers: S3 })).toMatchObject({
    status: 400,
    code: 'InvalidArgument',
  });
});

test('customer keys need TLS where that is not switched off', async () => {
  const strict = await startTestStore();
  await strict.client.call('PUT', '/bucket');
  const answer = await strict.client.call('PUT', '/bucket/key', { headers: customerKey(key), body });
  expect(answer).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect(strict.volumes.needles.size).toBe(0);
  await strict.close();
});

test("a bucket's default counts where the writer says nothing", async () => {
  await store.client.call('PUT', '/defaults');
  const rule = '<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>first</KMSMasterKeyID>';
  const configured = await store.client.call('PUT', '/defaults', {
    query: 'encryption',
    body: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>${rule}</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
  });
  expect(configured.status).toBe(200);
  const byDefault = await store.client.call('PUT', '/defaults/key', { body });
  expect(byDefault.headers).toMatchObject(kms('first'));
  const asked = await store.client.call('PUT', '/defaults/key', { headers: S3, body });
  expect(asked.headers['x-amz-server-side-encryption']).toBe('AES256');
  expect((await store.client.call('GET', '/defaults/key')).body.equals(body)).toBe(true);
});

test('parts are sealed as they come, and Complete copies nothing', async () => {
  const begun = await store.client.call('POST', '/bucket/parts', { query: 'uploads', headers: customerKey(key) });
  const uploadId = begun.element('UploadId') ?? '';
  expect(begun.headers['x-amz-server-side-encryption-customer-algorithm']).toBe('AES256');
  const parts = [randomBytes(5 * 1024 * 1024), randomBytes(70_000)];
  const without = await store.client.call('PUT', '/bucket/parts', {
    query: `partNumber=1&uploadId=${uploadId}`,
    body: 'no key',
  });
  expect(without).toMatchObject({ status: 400, code: 'InvalidRequest' });
  const etags: string[] = [];
  for (const [index, bytes] of parts.entries()) {
    const sent = await store.client.call('PUT', '/bucket/parts', {
      query: `partNumber=${index + 1}&uploadId=${uploadId}`,
      headers: customerKey(key),
      body: bytes,
    });
    etags.push(sent.headers.etag ?? '');
  }
  const listed = etags.map((tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${tag}</ETag></Part>`);
  const complete = (headers: Record<string, string>) =>
    store.client.call('POST', '/bucket/parts', {
      query: `uploadId=${uploadId}`,
      headers,
      body: `<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`,
    });
  expect(await complete({})).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect(await complete(customerKey(randomBytes(32)))).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect((await store.client.call('HEAD', '/bucket/parts', { headers: customerKey(key) })).status).toBe(404);
  const completed = await complete(customerKey(key));
  expect(completed.status).toBe(200);
  expect(completed.headers['x-amz-server-side-encryption-customer-algorithm']).toBe('AES256');
  const whole = Buffer.concat(parts);
  const got = await store.client.call('GET', '/bucket/parts', { headers: customerKey(key) });
  expect(got.body.equals(whole)).toBe(true);
  const second = await store.client.call('GET', '/bucket/parts', { query: 'partNumber=2', headers: customerKey(key) });
  expect(second.body.equals(parts[1] ?? Buffer.alloc(0))).toBe(true);
});

test('Complete says how its object is encrypted, and takes no customer key where none fits', async () => {
  const begun = await store.client.call('POST', '/bucket/said', { query: 'uploads', headers: kms('first') });
  const uploadId = begun.element('UploadId') ?? '';
  const part = await store.client.call('PUT', '/bucket/said', { query: `partNumber=1&uploadId=${uploadId}`, body });
  const complete = (headers: Record<string, string>) =>
    store.client.call('POST', '/bucket/said', {
      query: `uploadId=${uploadId}`,
      headers,
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`,
    });
  expect(await complete(customerKey(key))).toMatchObject({ status: 400, code: 'InvalidRequest' });
  const completed = await complete({});
  expect(completed.status).toBe(200);
  expect(completed.headers).toMatchObject(kms('first'));
});

test('a part sent again with the same bytes is the same part', async () => {
  const begun = await store.client.call('POST', '/bucket/again', { query: 'uploads', headers: customerKey(key) });
  const query = `partNumber=1&uploadId=${begun.element('UploadId') ?? ''}`;
  const send = (bytes: string) =>
    store.client.call('PUT', '/bucket/again', { query, headers: customerKey(key), body: bytes });
  const [first, second, other] = [await send('the part'), await send('the part'), await send('another')];
  expect(first.headers.etag).toBe(second.headers.etag);
  expect(first.headers.etag).not.toBe(other.headers.etag);
  expect(first.headers.etag).not.toContain(createHash('md5').update('the part').digest('hex'));
});

test('copies open their source and are sealed anew', async () => {
  await put('source', customerKey(key));
  const copy = (name: string, headers: Record<string, string>) =>
    store.client.call('PUT', `/bucket/${name}`, { headers: { 'x-amz-copy-source': '/bucket/source', ...headers } });
  expect(await copy('copy', {})).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect((await copy('copy', customerKey(key, SOURCE))).status).toBe(200);
  expect((await store.client.call('GET', '/bucket/copy')).body.equals(body)).toBe(true);
  const sealed = await copy('copy', { ...customerKey(key, SOURCE), ...kms('second') });
  expect(sealed.headers).toMatchObject(kms('second'));
  const got = await store.client.call('GET', '/bucket/copy');
  expect(got.headers).toMatchObject(kms('second'));
  expect(got.body.equals(body)).toBe(true);
  const again = await store.client.call('PUT', '/bucket/plain-again', {
    headers: { 'x-amz-copy-source': '/bucket/copy' },
  });
  expect(again.status).toBe(200);
  expect((await store.client.call('GET', '/bucket/plain-again')).body.equals(body)).toBe(true);
});

test('a gateway without root key refuses to seal, and never stores plain what should be sealed', async () => {
  const keyless = await startTestStore({ objectKeys: undefined, encryptsByDefault: false });
  await keyless.client.call('PUT', '/bucket');
  expect(await keyless.client.call('PUT', '/bucket/key', { headers: S3, body })).toMatchObject({
    status: 501,
    code: 'NotImplemented',
  });
  expect(keyless.volumes.needles.size).toBe(0);
  await keyless.close();
});
