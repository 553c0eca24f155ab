import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);

const tagging = (tags: readonly (readonly [string, string])[]): string =>
  `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`;

const tagsOf = async (key: string, query = ''): Promise<Record<string, string>> => {
  const answer = await call('GET', `/bucket/${key}`, { query: `tagging${query}` });
  expect(answer.status).toBe(200);
  return Object.fromEntries(
    [...answer.text.matchAll(/<Tag><Key>(.*?)<\/Key><Value>(.*?)<\/Value><\/Tag>/g)].map(([, key, value]) => [
      key,
      value,
    ]),
  );
};

test('tags are set, counted, replaced and taken off; the object stays', async () => {
  const put = await call('PUT', '/bucket/key', { body: 'x' });
  expect(await tagsOf('key')).toEqual({});
  expect((await call('HEAD', '/bucket/key')).headers['x-amz-tagging-count']).toBeUndefined();
  const body = tagging([
    ['color', 'blue'],
    ['empty', ''],
  ]);
  expect((await call('PUT', '/bucket/key', { query: 'tagging', body })).status).toBe(200);
  expect(await tagsOf('key')).toEqual({ color: 'blue', empty: '' });
  const get = await call('GET', '/bucket/key');
  expect([get.text, get.headers['x-amz-tagging-count'], get.headers.etag]).toEqual(['x', '2', put.headers.etag]);
  await call('PUT', '/bucket/key', { query: 'tagging', body: tagging([['other', '1']]) });
  expect(await tagsOf('key')).toEqual({ other: '1' });
  expect((await call('DELETE', '/bucket/key', { query: 'tagging' })).status).toBe(204);
  expect(await tagsOf('key')).toEqual({});
});

test('a PUT brings tags in a header, of every script', async () => {
  const headers = { 'x-amz-tagging': 'key+1=a%2Bb&k%C3%A9y=z%20x&flag' };
  expect((await call('PUT', '/bucket/header', { body: 'x', headers })).status).toBe(200);
  expect(await tagsOf('header')).toEqual({ 'key 1': 'a+b', kéy: 'z x', flag: '' });
  await call('PUT', '/bucket/header', { body: 'y' });
  expect(await tagsOf('header')).toEqual({});
});

test('a multipart object has the tags of its upload', async () => {
  const headers = { 'x-amz-tagging': 'from=upload' };
  const uploadId = (await call('POST', '/bucket/parts', { query: 'uploads', headers })).element('UploadId') ?? '';
  const part = await call('PUT', '/bucket/parts', { query: `partNumber=1&uploadId=${uploadId}`, body: 'x' });
  await call('POST', '/bucket/parts', {
    query: `uploadId=${uploadId}`,
    body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`,
  });
  expect(await tagsOf('parts')).toEqual({ from: 'upload' });
});

test('a copy takes the tags of its source or those of the request', async () => {
  await call('PUT', '/bucket/source', { body: 'x', headers: { 'x-amz-tagging': 'from=source' } });
  const copy = (headers: Record<string, string>) =>
    call('PUT', '/bucket/copy', {
      headers: { 'x-amz-copy-source': 'bucket/source', 'x-amz-tagging': 'from=request', ...headers },
    });
  await copy({});
  expect(await tagsOf('copy')).toEqual({ from: 'source' });
  await copy({ 'x-amz-tagging-directive': 'REPLACE' });
  expect(await tagsOf('copy')).toEqual({ from: 'request' });
  await copy({ 'x-amz-metadata-directive': 'REPLACE' });
  expect(await tagsOf('copy')).toEqual({ from: 'source' });
  const refused = await copy({ 'x-amz-tagging-directive': 'MERGE' });
  expect([refused.status, refused.code, refused.element('ArgumentName')]).toEqual([
    400,
    'InvalidArgument',
    'x-amz-tagging-directive',
  ]);
});

test('each version has its own', async () => {
  await call('PUT', '/bucket', {
    query: 'versioning',
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  });
  const first = `${(await call('PUT', '/bucket/versions', { body: '1', headers: { 'x-amz-tagging': 'v=1' } })).headers['x-amz-version-id']}`;
  await call('PUT', '/bucket/versions', { body: '2' });
  expect(await tagsOf('versions')).toEqual({});
  expect(await tagsOf('versions', `&versionId=${first}`)).toEqual({ v: '1' });
  const changed = await call('PUT', '/bucket/versions', {
    query: `tagging&versionId=${first}`,
    body: tagging([['v', 'one']]),
  });
  expect(changed.headers['x-amz-version-id']).toBe(first);
  expect(await tagsOf('versions', `&versionId=${first}`)).toEqual({ v: 'one' });
  const removed = await call('DELETE', '/bucket/versions', { query: `tagging&versionId=${first}` });
  expect([removed.status, removed.headers['x-amz-version-id']]).toEqual([204, first]);
  const marker = `${(await call('DELETE', '/bucket/versions')).headers['x-amz-version-id']}`;
  expect(
    await call('PUT', '/bucket/versions', { query: `tagging&versionId=${marker}`, body: tagging([]) }),
  ).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
  expect(await call('GET', '/bucket/versions', { query: 'tagging' })).toMatchObject({ status: 404, code: 'NoSuchKey' });
});

test.each([
  ['eleven tags', tagging(Array.from({ length: 11 }, (_, index) => [`k${index}`, 'v'] as const)), 'InvalidTag'],
  [
    'a key twice',
    tagging([
      ['a', '1'],
      ['a', '2'],
    ]),
    'InvalidTag',
  ],
  ['a long key', tagging([['k'.repeat(129), 'v']]), 'InvalidTag'],
  ['a long value', tagging([['k', 'v'.repeat(257)]]), 'InvalidTag'],
  ['no key', tagging([['', 'v']]), 'InvalidTag'],
  ['no set', '<Tagging/>', 'MalformedXML'],
  ['no XML', 'tags', 'MalformedXML'],
])('%s is refused and changes nothing', async (_what, body, code) => {
  await call('PUT', '/bucket/strict', { body: 'x', headers: { 'x-amz-tagging': 'a=1' } });
  const answer = await call('PUT', '/bucket/strict', { query: 'tagging', body });
  expect([answer.status, answer.code]).toEqual([400, code]);
  expect(await tagsOf('strict')).toEqual({ a: '1' });
});

test.each([
  ['a=1&a=2', 'InvalidArgument'],
  ['a=%ZZ', 'InvalidArgument'],
  ['%3Ca%3E=1', 'InvalidTag'],
  [Array.from({ length: 11 }, (_, index) => `k${index}=v`).join('&'), 'InvalidTag'],
])('the header %s is refused and stores nothing', async (header, code) => {
  const answer = await call('PUT', '/bucket/unstored', { body: 'x', headers: { 'x-amz-tagging': header } });
  expect([answer.status, answer.code]).toEqual([400, code]);
  expect((await call('HEAD', '/bucket/unstored')).status).toBe(404);
});

test('of an object that is not there', async () => {
  for (const method of ['GET', 'DELETE']) {
    expect(await call(method, '/bucket/never', { query: 'tagging' })).toMatchObject({ status: 404, code: 'NoSuchKey' });
  }
});
