import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);
const rename = (key: string, source: string, headers: Record<string, string> = {}): Promise<Answer> =>
  call('PUT', `/bucket/${key}`, { query: 'renameObject', headers: { 'x-amz-rename-source': source, ...headers } });

describe('RenameObject', () => {
  test.each(['old', '/bucket/old', 'bucket/old', 'ol%64'])('%s moves everything that the object is', async (source) => {
    const put = await call('PUT', '/bucket/old', {
      body: 'body',
      headers: { 'content-type': 'text/x', 'x-amz-meta-a': 'b', 'x-amz-tagging': 'c=d' },
    });
    const before = await call('GET', '/bucket/old');
    expect((await rename('new', source)).status).toBe(200);
    const after = await call('GET', '/bucket/new');
    expect([after.text, after.headers.etag]).toEqual(['body', put.headers.etag]);
    expect(after.headers).toMatchObject({
      'content-type': 'text/x',
      'x-amz-meta-a': 'b',
      'x-amz-tagging-count': '1',
      'last-modified': before.headers['last-modified'],
    });
    expect(await call('GET', '/bucket/old')).toMatchObject({ status: 404, code: 'NoSuchKey' });
  });

  test('a key that begins with the name of its bucket is found first', async () => {
    await call('PUT', '/bucket/bucket/deep', { body: 'deep' });
    await call('PUT', '/bucket/deep', { body: 'shallow' });
    expect((await rename('found', 'bucket/deep')).status).toBe(200);
    expect((await call('GET', '/bucket/found')).text).toBe('deep');
  });

  test('conditions of source and destination', async () => {
    const source = await call('PUT', '/bucket/from', { body: 'from' });
    await call('PUT', '/bucket/to', { body: 'to' });
    const refusals: readonly Record<string, string>[] = [
      { 'if-none-match': '*' },
      { 'if-match': '"0123"' },
      { 'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
      { 'x-amz-rename-source-if-match': '"0123"' },
      { 'x-amz-rename-source-if-none-match': `${source.headers.etag}` },
      { 'x-amz-rename-source-if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
    ];
    for (const headers of refusals) {
      expect([headers, await rename('to', 'from', headers)]).toMatchObject([
        headers,
        { status: 412, code: 'PreconditionFailed' },
      ]);
    }
    expect([(await call('GET', '/bucket/from')).text, (await call('GET', '/bucket/to')).text]).toEqual(['from', 'to']);
    const headers = { 'if-match': '*', 'x-amz-rename-source-if-match': `${source.headers.etag}` };
    expect((await rename('to', 'from', headers)).status).toBe(200);
    expect((await call('GET', '/bucket/to')).text).toBe('from');
  });

  test.each([
    ['a source that is not there', 'missing', 404, 'NoSuchKey'],
    ['itself', 'same', 400, 'InvalidRequest'],
    ['no source', '', 400, 'InvalidArgument'],
    ['a source with bad escapes', '%ZZ', 400, 'InvalidURI'],
  ])('%s', async (_what, source, status, code) => {
    await call('PUT', '/bucket/same', { body: 'same' });
    expect(await rename('same', source)).toMatchObject({ status, code });
    expect((await call('GET', '/bucket/same')).text).toBe('same');
  });
});

describe('what is never archived', () => {
  const body = '<RestoreRequest><Days>1</Days></RestoreRequest>';

  test('cannot be restored', async () => {
    await call('PUT', '/bucket/here', { body: 'x', headers: { 'x-amz-storage-class': 'STANDARD_IA' } });
    const answer = await call('POST', '/bucket/here', { query: 'restore', body });
    expect([answer.status, answer.code, answer.element('StorageClass')]).toEqual([
      403,
      'InvalidObjectState',
      'STANDARD_IA',
    ]);
    expect(await call('POST', '/bucket/never', { query: 'restore', body })).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    });
  });

  test('has no torrent either', async () => {
    const answer = await call('GET', '/bucket/here', { query: 'torrent' });
    expect([answer.status, answer.code, answer.element('Key')]).toEqual([404, 'NoSuchKey', 'here']);
  });
});
