import { parseCompatibility } from '../../src/index.ts';
import { startTestStore, type TestStore } from '../support/start-test-store.ts';

describe.each<[string, string[], Record<string, unknown>]>([
  ['AWS', [], { lifetime: 400, region: 400, buckets: 403, repeated: 200, id: 64, status: 404 }],
  ['RGW', ['rgw'], { lifetime: 403, region: 200, buckets: 200, repeated: 409, id: 12, status: 200 }],
])('where clients disagree, as %s', (_, names, expected) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await startTestStore({ compatibility: parseCompatibility(names) });
    await store.client.call('PUT', '/bucket');
  });
  afterAll(() => store.close());

  test.each<[string, () => Promise<unknown>]>([
    ['lifetime', async () => (await store.client.send('GET', store.client.presign('GET', '/bucket', 604_801))).status],
    ['region', async () => (await store.client.call('GET', '/bucket', { region: '' })).status],
    ['buckets', async () => (await store.client.send('GET', '/')).status],
    ['id', async () => (await store.client.call('GET', '/')).element('ID')?.length],
    ['status', async () => (await store.client.call('GET', '/bucket', { query: 'policyStatus' })).status],
    [
      'repeated',
      async () => {
        const headers = names.length === 0 ? {} : { 'x-amz-acl': 'public-read' };
        return (await store.client.call('PUT', '/bucket', { headers })).status;
      },
    ],
  ])('%s', async (name, ask) => {
    expect(await ask()).toBe(expected[name]);
  });
});
