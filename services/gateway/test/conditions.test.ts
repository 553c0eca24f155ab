import { createHash } from 'node:crypto';
import { RawConnection } from './support/raw-connection.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
const etag = createHash('md5').update('body').digest('hex');
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
  await store.client.call('PUT', '/bucket/key', { body: 'body' });
});
afterAll(() => store.close());

test.each<[number, Record<string, string>]>([
  [200, { 'if-match': `"${etag}"` }],
  [412, { 'if-match': '"other"' }],
  [304, { 'if-none-match': etag }],
  [200, { 'if-none-match': '"other"' }],
  [304, { 'if-modified-since': new Date(Date.now() + 60_000).toUTCString() }],
  [412, { 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }],
])('reading: %d for %j', async (status, headers) => {
  const get = await store.client.call('GET', '/bucket/key', { headers });
  const head = await store.client.call('HEAD', '/bucket/key', { headers });
  expect([get.status, head.status]).toEqual([status, status]);
  if (status === 412) expect(get.code).toBe('PreconditionFailed');
  if (status === 304) {
    expect(get.body.length).toBe(0);
    expect(get.headers.etag).toBe(`"${etag}"`);
    expect(get.headers['last-modified']).toMatch(/GMT$/);
  }
});

test.each<[number, string]>([
  [206, `"${etag}"`],
  [206, etag],
  [200, '"other"'],
  [200, `W/"${etag}"`],
  [200, 'Sat, 01 Jan 2000 00:00:00 GMT'],
  [200, 'no validator'],
  [206, 'Last-Modified'],
])('a range under If-Range: %d for %s', async (status, validator) => {
  const { headers } = await store.client.call('HEAD', '/bucket/key');
  const ifRange = validator === 'Last-Modified' ? `${headers['last-modified']}` : validator;
  for (const range of ['bytes=0-0', 'bytes=9-']) {
    const answer = await store.client.call('GET', '/bucket/key', { headers: { range, 'if-range': ifRange } });
    const wanted = status === 200 ? [200, 'body'] : range === 'bytes=9-' ? [416, undefined] : [206, 'b'];
    expect([answer.status, answer.code === undefined ? answer.text : undefined]).toEqual(wanted);
  }
});

test('a condition that is empty holds of nothing, and silences no other', async () => {
  const get = (headers: Record<string, string>) => store.client.call('GET', '/bucket/key', { headers });
  expect((await get({ 'if-match': '' })).status).toBe(412);
  expect((await get({ 'if-none-match': '', range: 'bytes=0-0' })).status).toBe(206);
  expect((await get({ 'if-unmodified-since': '', 'if-none-match': etag })).status).toBe(304);
});

test.each<[number, string | undefined, string, Record<string, string>]>([
  [412, 'PreconditionFailed', 'key', { 'if-none-match': '*' }],
  [501, 'NotImplemented', 'key', { 'if-none-match': 'x' }],
  [501, 'NotImplemented', 'key', { 'if-none-match': '*', 'if-match': 'x' }],
  [501, 'NotImplemented', 'key', { 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }],
  [501, 'NotImplemented', 'key', { 'if-modified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' }],
  [412, 'PreconditionFailed', 'key', { 'if-match': 'other' }],
  [404, 'NoSuchKey', 'missing', { 'if-match': etag }],
  [200, undefined, 'key', { 'if-match': `"${etag}"` }],
  [200, undefined, 'fresh', { 'if-none-match': '*' }],
])('writing: %d %s on %s for %j', async (status, code, key, headers) => {
  expect(await store.client.call('PUT', `/bucket/${key}`, { body: 'body', headers })).toMatchObject({ status, code });
});

test('of two who create, one wins', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      store.client.call('PUT', '/bucket/race', { body: `writer ${index}`, headers: { 'if-none-match': '*' } }),
    ),
  );
  const winners = answers.filter((answer) => answer.status === 200);
  expect(winners.length).toBe(1);
  for (const answer of answers) expect([200, 409, 412]).toContain(answer.status);
  expect((await store.client.call('GET', '/bucket/race')).headers.etag).toBe(winners[0]?.headers.etag);
});

test('deleting', async () => {
  expect((await store.client.call('DELETE', '/bucket/race', { headers: { 'if-match': 'other' } })).status).toBe(412);
  expect((await store.client.call('DELETE', '/bucket/race', { headers: { 'if-match': '*' } })).status).toBe(204);
  expect((await store.client.call('DELETE', '/bucket/race')).status).toBe(204);
});

test('part numbers and expected owners', async () => {
  const part = await store.client.call('GET', '/bucket/key', { query: 'partNumber=1' });
  expect([part.status, part.headers['content-range']]).toEqual([206, 'bytes 0-3/4']);
  expect(await store.client.call('GET', '/bucket/key', { query: 'partNumber=2' })).toMatchObject({
    status: 416,
    code: 'InvalidPartNumber',
  });
  expect(await store.client.call('GET', '/bucket/key', { query: 'partNumber=0' })).toMatchObject({ status: 400 });
  expect(
    await store.client.call('GET', '/bucket/key', { query: 'partNumber=1', headers: { range: 'bytes=0-1' } }),
  ).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect(
    await store.client.call('GET', '/bucket/key', { headers: { 'x-amz-expected-bucket-owner': '42' } }),
  ).toMatchObject({ status: 403, code: 'AccessDenied' });
  expect(
    (await store.client.call('GET', '/bucket/key', { headers: { 'x-amz-expected-bucket-owner': '000000000000' } }))
      .status,
  ).toBe(200);
});

describe('a write whose condition held when its body began', () => {
  /** PUT on condition whose body stops half way while `meanwhile` runs. */
  const writeSlowly = async (key: string, headers: Record<string, string>, meanwhile: () => Promise<unknown>) => {
    const connection = await RawConnection.open(store.port);
    const path = `/bucket/${key}`;
    const signed = store.client.signHeaders('PUT', path, { ...headers, expect: '100-continue' });
    connection.sendHead('PUT', path, { ...signed, 'content-length': '4' });
    expect((await connection.readAnswer()).status).toBe(100);
    connection.send('la');
    await meanwhile();
    connection.send('st');
    const { status, body } = await connection.readAnswer();
    connection.socket.destroy();
    return [status, /<Code>(\w+)</.exec(body)?.[1]];
  };

  test.each<[string, string, number, string | undefined, Record<string, string>, string[]]>([
    ['is deleted from under it', 'DELETE', 409, 'ConditionalRequestConflict', { 'if-match': '*' }, []],
    ['is overwritten', 'PUT', 412, 'PreconditionFailed', { 'if-match': `"${etag}"` }, ['other']],
    ['is overwritten with the same', 'PUT', 200, undefined, { 'if-match': `"${etag}"` }, ['last']],
    ['is made by another', 'PUT', 412, 'PreconditionFailed', { 'if-none-match': '*' }, ['other']],
  ])('and that %s', async (_what, method, status, code, headers, left) => {
    const key = `slow-${method}-${status}-${headers['if-match'] === undefined}`;
    if (headers['if-match'] !== undefined) await store.client.call('PUT', `/bucket/${key}`, { body: 'body' });
    const body = status === 200 ? 'body' : 'other';
    const outcome = await writeSlowly(key, headers, () =>
      store.client.call(method, `/bucket/${key}`, method === 'PUT' ? { body } : {}),
    );
    expect(outcome).toEqual([status, code]);
    const after = await store.client.call('GET', `/bucket/${key}`);
    expect(after.status === 200 ? [after.text] : []).toEqual(left);
  });
});
