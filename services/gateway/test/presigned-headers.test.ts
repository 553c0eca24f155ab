/** Headers that clients move into the query of a URL that they presign (s3.md rule 13). */
import { createHmac } from 'node:crypto';
import { parseCompatibility } from '../src/core/compatibility.ts';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ compatibility: parseCompatibility(['sigv2']) });
  await store.client.call('PUT', '/bucket');
  await store.client.call('PUT', '/bucket/source', { body: 'copied', headers: { 'x-amz-meta-a': 'b' } });
});
afterAll(() => store.close());

const ask = (method: string, path: string, query: string, headers: Record<string, string> = {}): Promise<Answer> =>
  store.client.send(method, store.client.presign(method, path, 60, query), headers);
const read = (path: string): Promise<Answer> => store.client.call('GET', path);

test.each(['x-amz-copy-source', 'X-Amz-Copy-Source'])('%s in a URL makes a copy, no empty object', async (name) => {
  const answer = await ask('PUT', `/bucket/${name}`, `${name}=${encodeURIComponent('/bucket/source')}`);
  expect([answer.status, answer.text.includes('<CopyObjectResult')]).toEqual([200, true]);
  const { text, headers } = await read(`/bucket/${name}`);
  expect([text, headers['x-amz-meta-a']]).toEqual(['copied', 'b']);
});

test('whatever a header says, its parameter says', async () => {
  const said = 'x-amz-storage-class=STANDARD_IA&x-amz-tagging=a%3Db&X-Amz-Website-Redirect-Location=%2Fthere';
  expect((await ask('PUT', '/bucket/said', said)).status).toBe(200);
  expect((await read('/bucket/said')).headers).toMatchObject({
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-tagging-count': '1',
    'x-amz-website-redirect-location': '/there',
  });
  for (const [query, code] of [
    ['x-amz-expected-bucket-owner=999999999999', 'AccessDenied'],
    ['x-amz-server-side-encryption=rot13', 'InvalidArgument'],
    ['x-amz-object-lock-legal-hold=ON', 'InvalidRequest'],
    ['x-amz-copy-source=nowhere%2Fkey', 'NoSuchBucket'],
  ] as const) {
    expect([query, (await ask('PUT', '/bucket/refused', query)).code]).toEqual([query, code]);
  }
  expect((await read('/bucket/refused')).status).toBe(404);
});

test('a header counts before its parameter', async () => {
  const headers = { 'x-amz-storage-class': 'ONEZONE_IA', 'content-length': '0' };
  const target = store.client.presign('PUT', '/bucket/both', 60, 'x-amz-storage-class=STANDARD_IA');
  // What is not signed is not taken, so the header wins nothing by being added.
  expect((await store.client.send('PUT', target, headers)).code).toBe('AccessDenied');
  const signed = { query: 'x-amz-storage-class=STANDARD_IA', headers: { 'x-amz-storage-class': 'ONEZONE_IA' } };
  expect((await store.client.call('PUT', '/bucket/both', signed)).status).toBe(200);
  expect((await read('/bucket/both')).headers['x-amz-storage-class']).toBe('ONEZONE_IA');
});

describe('of signature version 2', () => {
  const expires = Math.floor(Date.now() / 1000) + 60;
  const target = (amzHeaders: string, query: string): string => {
    const text = `PUT\n\n\n${expires}\n${amzHeaders}/bucket/old`;
    const signature = createHmac('sha1', ROOT.secretAccessKey).update(text).digest('base64');
    const known = `AWSAccessKeyId=${ROOT.accessKeyId}&Expires=${expires}&Signature=${encodeURIComponent(signature)}`;
    return `/bucket/old?${known}${query}`;
  };

  test('are signed like headers', async () => {
    const url = target('x-amz-storage-class:STANDARD_IA\n', '&x-amz-storage-class=STANDARD_IA');
    expect((await store.client.send('PUT', url, { 'content-length': '0' })).status).toBe(200);
    expect((await read('/bucket/old')).headers['x-amz-storage-class']).toBe('STANDARD_IA');
  });

  test.each(['&x-amz-storage-class=ONEZONE_IA', '&X-Amz-Copy-Source=%2Fbucket%2Fsource'])(
    'nobody adds one to a URL of another: %s',
    async (added) => {
      const url = `${target('', '')}${added}`;
      expect((await store.client.send('PUT', url, { 'content-length': '0' })).code).toBe('SignatureDoesNotMatch');
    },
  );
});
