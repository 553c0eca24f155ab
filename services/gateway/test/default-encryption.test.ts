/** What a store does with objects of which neither writer nor bucket says how they are encrypted. */
import { startTestStore } from './support/start-test-store.ts';

const SCHEME = 'x-amz-server-side-encryption';
const body = Buffer.from('a secret that no disk may know '.repeat(500));

test('nothing, unless it is told to encrypt all', async () => {
  const store = await startTestStore();
  await store.client.call('PUT', '/bucket');
  expect(await store.client.call('GET', '/bucket', { query: 'encryption' })).toMatchObject({
    status: 404,
    code: 'ServerSideEncryptionConfigurationNotFoundError',
  });
  expect((await store.client.call('PUT', '/bucket/key', { body })).headers[SCHEME]).toBeUndefined();
  expect([...store.volumes.needles.values()].some((needle) => Buffer.from(needle).includes('a secret'))).toBe(true);
  await store.close();
});

test('SSE-S3 for every bucket and every way in, where it encrypts all; a rule goes before, and its end is not the end', async () => {
  const store = await startTestStore({ encryptsByDefault: true });
  const { client } = store;
  await client.call('PUT', '/bucket');
  const shown = await client.call('GET', '/bucket', { query: 'encryption' });
  expect([shown.status, shown.element('SSEAlgorithm'), shown.element('BucketKeyEnabled')]).toEqual([
    200,
    'AES256',
    'false',
  ]);
  expect((await client.call('PUT', '/bucket/put', { body })).headers[SCHEME]).toBe('AES256');
  const copied = await client.call('PUT', '/bucket/copy', { headers: { 'x-amz-copy-source': '/bucket/put' } });
  expect(copied.headers[SCHEME]).toBe('AES256');
  const begun = await client.call('POST', '/bucket/parts', { query: 'uploads' });
  expect(begun.headers[SCHEME]).toBe('AES256');
  for (const key of ['put', 'copy']) {
    const got = await client.call('GET', `/bucket/${key}`);
    expect([got.headers[SCHEME], got.body.equals(body)]).toEqual(['AES256', true]);
  }
  const rule =
    '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
  await client.call('PUT', '/bucket', {
    query: 'encryption',
    body: `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`,
  });
  expect((await client.call('PUT', '/bucket/put', { body })).headers[SCHEME]).toBe('aws:kms');
  expect((await client.call('DELETE', '/bucket', { query: 'encryption' })).status).toBe(204);
  expect((await client.call('PUT', '/bucket/put', { body })).headers[SCHEME]).toBe('AES256');
  expect([...store.volumes.needles.values()].some((needle) => Buffer.from(needle).includes('a secret'))).toBe(false);
  await store.close();
});

test('a gateway that is to encrypt all and has no keys does not start', async () => {
  await expect(startTestStore({ encryptsByDefault: true, objectKeys: undefined })).rejects.toThrow('needs a root key');
});
