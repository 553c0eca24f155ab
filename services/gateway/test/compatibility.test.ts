import { createHash } from 'node:crypto';
import { parseCompatibility } from '../src/core/compatibility.ts';
import { RawConnection } from './support/raw-connection.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let aws: TestStore;
let rgw: TestStore;
beforeAll(async () => {
  aws = await startTestStore();
  rgw = await startTestStore({ compatibility: parseCompatibility(['rgw']) });
  for (const { client } of [aws, rgw]) {
    await client.call('PUT', '/bucket');
    await client.call('PUT', '/bucket/key', { body: 'body' });
  }
});
afterAll(() => Promise.all([aws.close(), rgw.close()]));

test('a part number that an object has not', async () => {
  const query = 'partNumber=2';
  const answer = await aws.client.call('GET', '/bucket/key', { query });
  expect([answer.status, answer.code]).toEqual([416, 'InvalidPartNumber']);
  expect([answer.element('ActualPartCount'), answer.element('PartNumberRequested')]).toEqual(['1', '2']);
  expect(await rgw.client.call('GET', '/bucket/key', { query })).toMatchObject({ status: 400, code: 'InvalidPart' });
});

test.each([
  ['x-amz-if-match-size', '4', '5'],
  ['x-amz-if-match-last-modified-time', undefined, 'Sat, 01 Jan 2000 00:00:00 GMT'],
])('a delete on condition of %s', async (header, right, wrong) => {
  await Promise.all([aws, rgw].map(({ client }) => client.call('PUT', '/bucket/guarded', { body: 'body' })));
  const refused = await aws.client.call('DELETE', '/bucket/guarded', { headers: { [header]: wrong } });
  expect([refused.status, refused.code, refused.element('Header')]).toEqual([501, 'NotImplemented', header]);
  expect((await aws.client.call('HEAD', '/bucket/guarded')).status).toBe(200);
  expect(await rgw.client.call('DELETE', '/bucket/guarded', { headers: { [header]: wrong } })).toMatchObject({
    status: 412,
    code: 'PreconditionFailed',
  });
  const head = await rgw.client.call('HEAD', '/bucket/guarded');
  const headers = { [header]: right ?? `${head.headers['last-modified']}` };
  expect((await rgw.client.call('DELETE', '/bucket/guarded', { headers })).status).toBe(204);
});

test.each([10, 400_000])('a body of %d bytes in plain chunks without a length', async (sizeBytes) => {
  const body = 'x'.repeat(sizeBytes);
  const send = async (store: TestStore): Promise<number> => {
    const connection = await RawConnection.open(store.port);
    const { 'content-length': _none, ...headers } = store.client.signHeaders('PUT', '/bucket/chunked', {
      'transfer-encoding': 'chunked',
    });
    connection.sendHead('PUT', '/bucket/chunked', headers);
    connection.send(`${sizeBytes.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    const { status } = await connection.readAnswer();
    connection.socket.destroy();
    return status;
  };
  expect(await send(aws)).toBe(411);
  expect(await send(rgw)).toBe(200);
  expect((await rgw.client.call('GET', '/bucket/chunked')).text).toBe(body);
});

test('If-None-Match with an ETag', async () => {
  const send = async ({ client }: TestStore, etag: string) => {
    const { status, code } = await client.call('PUT', '/bucket/etag', {
      body: 'new',
      headers: { 'if-none-match': etag },
    });
    return [status, code];
  };
  for (const store of [aws, rgw]) await store.client.call('PUT', '/bucket/etag', { body: 'body' });
  const { etag } = (await rgw.client.call('HEAD', '/bucket/etag')).headers;
  expect(await send(aws, `${etag}`)).toEqual([501, 'NotImplemented']);
  expect(await send(rgw, `${etag}`)).toEqual([412, 'PreconditionFailed']);
  expect(await send(rgw, '"other"')).toEqual([200, undefined]);
});

test('a checksum that cannot be one', async () => {
  const headers = { 'x-amz-checksum-sha256': 'bad' };
  expect(await aws.client.call('PUT', '/bucket/key', { body: 'x', headers })).toMatchObject({
    status: 400,
    code: 'InvalidRequest',
  });
  expect(await rgw.client.call('PUT', '/bucket/key', { body: 'x', headers })).toMatchObject({
    status: 400,
    code: 'BadDigest',
  });
});

test('the prefix of ListObjects with encoded names', async () => {
  const query = 'prefix=a%20b&encoding-type=url';
  expect((await aws.client.call('GET', '/bucket', { query })).element('Prefix')).toBe('a%20b');
  expect((await rgw.client.call('GET', '/bucket', { query })).element('Prefix')).toBe('a b');
});

const SSE_C = {
  'x-amz-server-side-encryption-customer-algorithm': 'AES256',
  'x-amz-server-side-encryption-customer-key': Buffer.alloc(32, 7).toString('base64'),
  'x-amz-server-side-encryption-customer-key-md5': createHash('md5').update(Buffer.alloc(32, 7)).digest('base64'),
};

test('a missing part comes before a missing customer key', async () => {
  expect((await rgw.client.call('PUT', '/bucket/sealed', { body: 'body', headers: SSE_C })).status).toBe(200);
  const ask = async (query: string) => (await rgw.client.call('GET', '/bucket/sealed', { query })).code;
  expect(await ask('partNumber=2')).toBe('InvalidPart');
  expect(await ask('partNumber=1')).toBe('InvalidRequest');
});

test('an object that is not there', async () => {
  const markerOf = async ({ client }: TestStore, method: string) => {
    const { status, headers } = await client.call(method, '/bucket/nothing');
    return [status, headers['x-amz-delete-marker']];
  };
  expect(await markerOf(aws, 'HEAD')).toEqual([404, undefined]);
  expect(await markerOf(rgw, 'HEAD')).toEqual([404, 'false']);
  expect(await markerOf(rgw, 'GET')).toEqual([404, 'false']);
});

test.each(['', 'list-type=2&'])('a listing in any order, by /?%s', async (version) => {
  const query = `${version}allow-unordered=true`;
  expect((await rgw.client.call('GET', '/bucket', { query })).status).toBe(200);
  const parted = await rgw.client.call('GET', '/bucket', { query: `${query}&delimiter=/` });
  expect([parted.status, parted.code, parted.element('ArgumentName')]).toEqual([
    400,
    'InvalidArgument',
    'allow-unordered',
  ]);
  expect((await aws.client.call('GET', '/bucket', { query: `${query}&delimiter=/` })).status).toBe(200);
});

test('what a bucket holds', async () => {
  const usageOf = async ({ client }: TestStore, query: string) => {
    const { status, headers } = await client.call('HEAD', '/counted', { query });
    return [status, headers['x-rgw-object-count'], headers['x-rgw-bytes-used']];
  };
  for (const { client } of [aws, rgw]) {
    await client.call('PUT', '/counted');
    for (const key of ['a', 'b', 'c']) await client.call('PUT', `/counted/${key}`, { body: 'four' });
    await client.call('DELETE', '/counted/c');
  }
  expect(await usageOf(rgw, 'read-stats=true')).toEqual([200, '2', '8']);
  expect(await usageOf(rgw, '')).toEqual([200, undefined, undefined]);
  expect(await usageOf(aws, 'read-stats=true')).toEqual([200, undefined, undefined]);
});

test('the colon of an empty tenant', async () => {
  expect((await rgw.client.call('GET', '/%3Abucket/key')).text).toBe('body');
  expect((await rgw.client.call('HEAD', '/:bucket')).status).toBe(200);
  expect(await aws.client.call('GET', '/%3Abucket/key')).toMatchObject({ status: 400, code: 'InvalidBucketName' });
});
