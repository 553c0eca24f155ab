/** Requests as clients of signature version 2 write them. */
import { createHmac } from 'node:crypto';
import { parseCompatibility } from '../src/core/compatibility.ts';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ compatibility: parseCompatibility(['sigv2']) });
  await store.client.call('PUT', '/bucket');
  for (const key of ['a b/in', 'a+b/in']) await store.client.call('PUT', `/bucket/${encodeURIComponent(key)}`);
});
afterAll(() => store.close());

async function list(query: string): Promise<string> {
  const date = new Date().toUTCString();
  const signature = createHmac('sha1', ROOT.secretAccessKey).update(`GET\n\n\n${date}\n/bucket`).digest('base64');
  const headers = { date, authorization: `AWS ${ROOT.accessKeyId}:${signature}` };
  const { status, text } = await store.client.send('GET', `/bucket?${query}`, headers);
  expect(status).toBe(200);
  return text;
}

test.each([
  ['prefix=a+b%2F', '<Key>a b/in</Key>'],
  ['prefix=a%20b%2F', '<Key>a b/in</Key>'],
  ['prefix=a%2Bb%2F', '<Key>a+b/in</Key>'],
])('a query is written as forms are, where a plus is a space: %s', async (query, key) => {
  const text = await list(query);
  expect(text).toContain(key);
  expect(text.match(/<Key>/g)).toHaveLength(1);
});

test('to version 4, a plus is a plus', async () => {
  const { text } = await store.client.call('GET', '/bucket', { query: 'prefix=a+b%2F' });
  expect(text).toContain('<Key>a+b/in</Key>');
});
