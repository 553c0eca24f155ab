/** Addresses in answers: by the scheme that the client speaks, also where a proxy speaks it for us. */
import { parseTrustedProxies } from '../src/core/trusted-proxies.ts';
import { completeDocument } from './support/put-in-parts.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({
    trustedProxies: parseTrustedProxies(['127.0.0.1']),
    compatibility: new Set(['open-new-buckets'] as const),
  });
  await store.client.call('PUT', '/bucket', { headers: { 'x-amz-acl': 'public-read-write' } });
});
afterAll(() => store.close());

describe.each([
  ['http', {}],
  ['https', { 'x-forwarded-proto': 'https' }],
] as const)('%s', (scheme, headers) => {
  test('of a completed upload', async () => {
    const begun = await store.client.call('POST', '/bucket/in%20parts', { query: 'uploads' });
    const uploadId = begun.element('UploadId') ?? '';
    const part = await store.client.call('PUT', '/bucket/in%20parts', {
      query: `partNumber=1&uploadId=${uploadId}`,
      body: 'x',
    });
    const body = completeDocument([[1, `${part.headers.etag}`]]);
    const done = await store.client.call('POST', '/bucket/in%20parts', {
      query: `uploadId=${uploadId}`,
      body,
      headers,
    });
    expect(done.element('Location')).toBe(`${scheme}://127.0.0.1:${store.port}/bucket/in%20parts`);
  });

  test('of a form', async () => {
    const form = new FormData();
    for (const [name, value] of [
      ['key', 'a form'],
      ['success_action_status', '201'],
    ] as const) {
      form.append(name, value);
    }
    form.append('file', new Blob(['x']), 'f');
    const url = `http://127.0.0.1:${store.port}/bucket`;
    const answer = await fetch(url, { method: 'POST', body: form, headers });
    const location = `${scheme}://127.0.0.1:${store.port}/bucket/a%20form`;
    expect([answer.status, answer.headers.get('location')]).toEqual([201, location]);
    expect(await answer.text()).toContain(`<Location>${location}</Location>`);
  });
});
