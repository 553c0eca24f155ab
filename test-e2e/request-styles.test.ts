import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { sendRaw, writeHead } from './support/raw-request.ts';
import { signChunks, signRequest } from './support/sign-request.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const DOMAIN = 's3.needlestack.test';
const store = storeUnderTest(() => ({ flags: [`-s3.domainName=${DOMAIN}`] }));
const Bucket = 'request-styles';

beforeAll(() => store.s3.send(new CreateBucketCommand({ Bucket })));

async function read(Key: string): Promise<string> {
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

test('virtual-host style: the bucket is in the host name', async () => {
  const host = `${Bucket}.${DOMAIN}`;
  const body = Buffer.from('by host');
  const put = signRequest({ method: 'PUT', path: '/by-host', body }, { credentials: store.credentials, host });
  const written = await sendRaw(store.url, [
    writeHead('PUT', '/by-host', { ...put.headers, 'content-length': `${body.length}` }),
    body,
  ]);
  expect(written.status).toBe(200);
  expect(await read('by-host')).toBe('by host');
  const list = signRequest(
    { method: 'GET', path: '/', query: 'list-type=2' },
    { credentials: store.credentials, host },
  );
  const listed = await sendRaw(store.url, [writeHead('GET', '/?list-type=2', list.headers)]);
  expect(listed.text).toContain('<Key>by-host</Key>');
});

test('a body in signed chunks is stored without its framing', async () => {
  const chunks = [Buffer.alloc(65_536, 'a'), Buffer.alloc(65_536, 'b'), Buffer.from('tail')];
  const whole = Buffer.concat(chunks);
  const path = `/${Bucket}/signed-chunks`;
  const signed = signRequest(
    {
      method: 'PUT',
      path,
      payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      headers: { 'content-encoding': 'aws-chunked,gzip', 'x-amz-decoded-content-length': `${whole.length}` },
    },
    { credentials: store.credentials, host: new URL(store.url).host },
  );
  const body = signChunks(chunks, signed);
  const answer = await sendRaw(store.url, [
    writeHead('PUT', path, { ...signed.headers, 'content-length': `${body.length}` }),
    body,
  ]);
  expect(answer.status).toBe(200);
  const got = await store.s3.send(new GetObjectCommand({ Bucket, Key: 'signed-chunks' }));
  expect(got.ContentEncoding).toBe('gzip');
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(whole)).toBe(true);
});

test('Expect: 100-continue is answered before the body is sent, and refused without it', async () => {
  const body = Buffer.from('waited for');
  const facts = { credentials: store.credentials, host: new URL(store.url).host };
  const headOf = (path: string): string =>
    writeHead('PUT', path, {
      ...signRequest({ method: 'PUT', path, body }, facts).headers,
      'content-length': `${body.length}`,
      expect: '100-continue',
    });
  const invited = await sendRaw(store.url, [headOf(`/${Bucket}/expect`)]);
  expect(invited.status).toBe(100);
  const refused = await sendRaw(store.url, [headOf('/request-styles-absent/expect')]);
  expect([refused.status, refused.code]).toEqual([404, 'NoSuchBucket']);
});

test('a slash and a plus in a key are told from their escapes', async () => {
  const facts = { credentials: store.credentials, host: new URL(store.url).host };
  for (const [path, key] of [
    ['a+b', 'a+b'],
    ['a%2Bb/x', 'a+b/x'],
    ['a%2Fc', 'a/c'],
    ['a%20d', 'a d'],
    ['%E2%98%83', '☃'],
  ] as const) {
    const body = Buffer.from(key);
    // The signature covers the key encoded once, however the client wrote it.
    const canonicalPath = `/${Bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    const { headers } = signRequest({ method: 'PUT', path: canonicalPath, body }, facts);
    const head = writeHead('PUT', `/${Bucket}/${path}`, { ...headers, 'content-length': `${body.length}` });
    const answer = await sendRaw(store.url, [head, body]);
    expect([key, answer.status]).toEqual([key, 200]);
    expect(await read(key)).toBe(key);
  }
});
