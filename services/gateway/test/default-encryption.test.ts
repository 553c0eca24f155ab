/** What a store does with objects of which neither writer nor bucket says how they are encrypted. */
import { createHash, randomBytes } from 'node:crypto';
import { parseCompatibility } from '../src/index.ts';
import { putInParts } from './support/put-in-parts.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

const SCHEME = 'x-amz-server-side-encryption';
const body = Buffer.from('a secret that no disk may know '.repeat(500));
const md5 = createHash('md5').update(body).digest('hex');
const tells = (store: TestStore): boolean =>
  [...store.volumes.needles.values()].some((needle) => Buffer.from(needle).includes('a secret'));

const rule = (algorithm: string): string =>
  `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>${algorithm}</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`;

test('SSE-S3 for every bucket and every way in; a rule goes before, and its end is not the end', async () => {
  const store = await startTestStore();
  const { client } = store;
  await client.call('PUT', '/bucket');
  const shown = await client.call('GET', '/bucket', { query: 'encryption' });
  expect([shown.status, shown.element('SSEAlgorithm'), shown.element('BucketKeyEnabled')]).toEqual([
    200,
    'AES256',
    'false',
  ]);
  const put = await client.call('PUT', '/bucket/put', { body });
  expect([put.headers[SCHEME], put.headers.etag]).toEqual(['AES256', `"${md5}"`]);
  const headers = { 'x-amz-copy-source': '/bucket/put' };
  expect((await client.call('PUT', '/bucket/copy', { headers })).headers[SCHEME]).toBe('AES256');
  await client.call('PUT', '/bucket/copy', { query: 'renameObject', headers: { 'x-amz-rename-source': '/put' } });
  const begun = await client.call('POST', '/bucket/parts', { query: 'uploads' });
  expect(begun.headers[SCHEME]).toBe('AES256');
  await putInParts(client, '/bucket/parts', [Buffer.concat([body, Buffer.alloc(5 * 1024 * 1024, 1)]), body], {});
  const part = await client.call('GET', '/bucket/parts', { query: 'partNumber=2' });
  expect([part.status, part.headers[SCHEME], part.body.equals(body)]).toEqual([206, 'AES256', true]);
  for (const method of ['GET', 'HEAD'] as const) {
    const got = await client.call(method, '/bucket/copy');
    expect([got.headers[SCHEME], got.headers.etag]).toEqual(['AES256', `"${md5}"`]);
  }
  const range = await client.call('GET', '/bucket/copy', { headers: { range: 'bytes=2-7' } });
  expect([range.status, range.text]).toEqual([206, 'secret']);
  await client.call('PUT', '/bucket', { query: 'encryption', body: rule('aws:kms') });
  expect((await client.call('PUT', '/bucket/put', { body })).headers[SCHEME]).toBe('aws:kms');
  expect((await client.call('DELETE', '/bucket', { query: 'encryption' })).status).toBe(204);
  expect((await client.call('GET', '/bucket', { query: 'encryption' })).text).toBe(shown.text);
  expect((await client.call('PUT', '/bucket/put', { body })).headers[SCHEME]).toBe('AES256');
  expect(tells(store)).toBe(false);
  await store.close();
});

test('a copy of what is under SSE-S3 names the needles of its source, and opens with a key wrapped anew', async () => {
  const store = await startTestStore();
  const { client } = store;
  await client.call('PUT', '/bucket');
  await client.call('PUT', '/bucket/source', { body });
  const needles = store.volumes.needles.size;
  const headers = { 'x-amz-copy-source': '/bucket/source' };
  const copied = await client.call('PUT', '/bucket/copy', { headers });
  expect([copied.status, copied.element('ETag'), store.volumes.needles.size]).toEqual([
    200,
    `&quot;${md5}&quot;`,
    needles,
  ]);
  const [source, copy] = await Promise.all(
    ['source', 'copy'].map(async (key) => store.catalog.lookupObject('bucket', key)),
  );
  expect(Buffer.compare(source?.encryption?.envelope ?? body, copy?.encryption?.envelope ?? body)).not.toBe(0);
  await client.call('DELETE', '/bucket/source');
  expect((await client.call('GET', '/bucket/copy')).body.equals(body)).toBe(true);
  // Another scheme means other keys, and so other bytes.
  const kms = { 'x-amz-copy-source': '/bucket/copy', [SCHEME]: 'aws:kms' };
  expect((await client.call('PUT', '/bucket/kms', { headers: kms })).headers[SCHEME]).toBe('aws:kms');
  expect(store.volumes.needles.size).toBe(needles + 1);
  expect((await client.call('GET', '/bucket/kms')).body.equals(body)).toBe(true);
  await store.close();
});

test.each([
  ['the setting', { encryptsByDefault: false }],
  ['the switch of compatibility', { compatibility: parseCompatibility(['plain-new-objects']) }],
  ['RGW', { compatibility: parseCompatibility(['rgw']) }],
])('nothing, where %s says so; what lies plain stays readable when that ends', async (_what, options) => {
  const store = await startTestStore(options);
  const { client } = store;
  await client.call('PUT', '/bucket');
  expect(await client.call('GET', '/bucket', { query: 'encryption' })).toMatchObject({
    status: 404,
    code: 'ServerSideEncryptionConfigurationNotFoundError',
  });
  expect((await client.call('PUT', '/bucket/plain', { body })).headers[SCHEME]).toBeUndefined();
  const begun = await client.call('POST', '/bucket/begun', { query: 'uploads' });
  expect(begun.headers[SCHEME]).toBeUndefined();
  expect(tells(store)).toBe(true);
  await store.restartGateway({ encryptsByDefault: true });
  const got = await client.call('GET', '/bucket/plain');
  expect([got.status, got.headers[SCHEME], got.body.equals(body)]).toEqual([200, undefined, true]);
  // A copy is a new object; an upload stays what it was when it began.
  const headers = { 'x-amz-copy-source': '/bucket/plain' };
  expect((await client.call('PUT', '/bucket/copy', { headers })).headers[SCHEME]).toBe('AES256');
  expect((await client.call('GET', '/bucket/copy')).body.equals(body)).toBe(true);
  const query = `partNumber=1&uploadId=${begun.element('UploadId')}`;
  expect((await client.call('PUT', '/bucket/begun', { query, body })).headers[SCHEME]).toBeUndefined();
  await store.restartGateway({ encryptsByDefault: false });
  expect((await client.call('GET', '/bucket/copy')).body.equals(body)).toBe(true);
  await store.close();
});

test('a setting goes before the switch', async () => {
  const store = await startTestStore({ compatibility: parseCompatibility(['rgw']), encryptsByDefault: true });
  await store.client.call('PUT', '/bucket');
  expect((await store.client.call('PUT', '/bucket/key', { body: randomBytes(9) })).headers[SCHEME]).toBe('AES256');
  await store.close();
});

test('a gateway that is to encrypt all and has no keys does not start', async () => {
  await expect(startTestStore({ objectKeys: undefined })).rejects.toThrow('needs a root key');
});
