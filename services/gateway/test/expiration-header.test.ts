/** x-amz-expiration: on every answer about a current version whose end a rule has decided, in real days. */
import { putInParts } from './support/put-in-parts.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

const RULES = `<LifecycleConfiguration>
  <Rule><ID>all logs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>2</Days></Expiration></Rule>
  <Rule><ID>tagged</ID><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Enabled</Status><Expiration><Date>2100-01-01</Date></Expiration></Rule>
</LifecycleConfiguration>`;
const DAY_MS = 86_400_000;
const inTwoDays = (): string => new Date((Math.floor(Date.now() / DAY_MS) + 3) * DAY_MS).toUTCString();

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
  await store.client.call('PUT', '/bucket', { query: 'lifecycle', body: RULES });
});
afterAll(() => store.close());

test('PUT, HEAD and GET say when and by which rule', async () => {
  const { client } = store;
  const wanted = `expiry-date="${inTwoDays()}", rule-id="all%20logs"`;
  for (const method of ['PUT', 'HEAD', 'GET']) {
    const answer = await client.call(method, '/bucket/logs/1', method === 'PUT' ? { body: 'x' } : {});
    expect([method, answer.status, answer.headers['x-amz-expiration']]).toEqual([method, 200, wanted]);
  }
  const copied = await client.call('PUT', '/bucket/logs/2', { headers: { 'x-amz-copy-source': '/bucket/logs/1' } });
  expect([copied.status, copied.headers['x-amz-expiration']]).toEqual([200, wanted]);
});

test('tags count from the moment they are set', async () => {
  const { client } = store;
  const at2100 = 'expiry-date="Fri, 01 Jan 2100 00:00:00 GMT", rule-id="tagged"';
  const put = await client.call('PUT', '/bucket/a', { body: 'x', headers: { 'x-amz-tagging': 'k=v' } });
  expect(put.headers['x-amz-expiration']).toBe(at2100);
  const plain = await client.call('PUT', '/bucket/b', { body: 'x' });
  expect(plain.headers['x-amz-expiration']).toBeUndefined();
  const body = '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>';
  await client.call('PUT', '/bucket/b', { query: 'tagging', body });
  expect((await client.call('HEAD', '/bucket/b')).headers['x-amz-expiration']).toBe(at2100);
});

test('an upload in parts says it at its end', async () => {
  const completed = await putInParts(store.client, '/bucket/logs/parts', [Buffer.from('one part')]);
  expect([completed.status, completed.headers['x-amz-expiration']?.toString().includes('all%20logs')]).toEqual([
    200,
    true,
  ]);
});

test('nothing is said of named versions, of other buckets, nor after the rules went', async () => {
  const { client } = store;
  await client.call('PUT', '/bucket/logs/3', { body: 'x' });
  expect(
    (await client.call('GET', '/bucket/logs/3', { query: 'versionId=null' })).headers['x-amz-expiration'],
  ).toBeUndefined();
  await client.call('PUT', '/other');
  expect((await client.call('PUT', '/other/logs/1', { body: 'x' })).headers['x-amz-expiration']).toBeUndefined();
  await client.call('DELETE', '/bucket', { query: 'lifecycle' });
  expect((await client.call('GET', '/bucket/logs/3')).headers['x-amz-expiration']).toBeUndefined();
});
