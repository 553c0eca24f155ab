/** What uploads in parts refuse (s3.md rules 33 and 34); a refused request leaves the upload as it was. */
import { completeDocument } from './support/put-in-parts.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
let uploadId = '';
const etags: [number, string][] = [];
beforeAll(async () => {
  store = await startTestStore();
  await call('PUT', '/bucket');
  uploadId = (await call('POST', '/bucket/key', { query: 'uploads' })).element('UploadId') ?? '';
  for (const [partNumber, sizeBytes] of [
    [2, 5 * 1024 * 1024],
    [7, 10],
  ] as const) {
    etags.push([partNumber, (await putPart(String(partNumber), 'x'.repeat(sizeBytes))).headers.etag ?? '']);
  }
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);
const putPart = (partNumber: string, body = 'x'): Promise<Answer> =>
  call('PUT', '/bucket/key', { query: `partNumber=${partNumber}&uploadId=${uploadId}`, body });
const complete = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  call('POST', '/bucket/key', { query: `uploadId=${uploadId}`, body, headers });
const partsOf = async (query = ''): Promise<string[]> =>
  [
    ...(await call('GET', '/bucket/key', { query: `uploadId=${uploadId}${query}` })).text.matchAll(
      /<PartNumber>(\d+)</g,
    ),
  ].map(([, number = '']) => number);
afterEach(async () => {
  expect(await partsOf()).toEqual(uploadId === '' ? [] : ['2', '7']);
  expect((await call('HEAD', '/bucket/key')).status).toBe(404);
});

test.each(['0', '10001', '-1', '1.5', 'one', ''])('part number %j is refused', async (partNumber) => {
  const answer = await putPart(partNumber);
  expect([answer.status, answer.code, answer.element('ArgumentName'), answer.element('ArgumentValue')]).toEqual([
    400,
    'InvalidArgument',
    'partNumber',
    partNumber,
  ]);
});

test('a part needs an upload that is there', async () => {
  const answer = await call('PUT', '/bucket/key', { query: 'partNumber=1&uploadId=none', body: 'x' });
  expect([answer.status, answer.code, answer.element('UploadId')]).toEqual([404, 'NoSuchUpload', 'none']);
  const other = await call('PUT', '/bucket/other', { query: `partNumber=1&uploadId=${uploadId}`, body: 'x' });
  expect([other.status, other.code]).toEqual([404, 'NoSuchUpload']);
});

const etagOf = (index: number): string => etags[index]?.[1] ?? '';

test.each<[string, () => Promise<Answer>, number, string]>([
  ['no document', () => complete(''), 400, 'MalformedXML'],
  ['no part', () => complete('<CompleteMultipartUpload/>'), 400, 'MalformedXML'],
  ['another document', () => complete('<Delete/>'), 400, 'MalformedXML'],
  ['half a document', () => complete('<CompleteMultipartUpload><Part>'), 400, 'MalformedXML'],
  [
    'a part without number',
    () => complete('<CompleteMultipartUpload><Part><ETag>x</ETag></Part></CompleteMultipartUpload>'),
    400,
    'MalformedXML',
  ],
  ['part 0', () => complete(completeDocument([[0, 'x']])), 400, 'InvalidArgument'],
  ['part 10,001', () => complete(completeDocument([[10_001, 'x']])), 400, 'InvalidArgument'],
  ['a part that was not sent', () => complete(completeDocument([[3, etagOf(0)]])), 400, 'InvalidPart'],
  ['another ETag', () => complete(completeDocument([[2, etagOf(1)]])), 400, 'InvalidPart'],
  [
    'parts out of order',
    () =>
      complete(
        completeDocument([
          [7, etagOf(1)],
          [2, etagOf(0)],
        ]),
      ),
    400,
    'InvalidPartOrder',
  ],
  ['another size', () => complete(completeDocument(etags), { 'x-amz-mp-object-size': '11' }), 400, 'InvalidRequest'],
  [
    'a size that is none',
    () => complete(completeDocument(etags), { 'x-amz-mp-object-size': 'x' }),
    400,
    'InvalidArgument',
  ],
  ['a condition', () => complete(completeDocument(etags), { 'if-match': '"x"' }), 404, 'NoSuchKey'],
  [
    'a conflicting condition',
    () => complete(completeDocument(etags), { 'if-match': 'x', 'if-none-match': '*' }),
    501,
    'NotImplemented',
  ],
])('Complete with %s', async (_what, request, status, code) => {
  const answer = await request();
  expect([answer.status, answer.code]).toEqual([status, code]);
});

test('parts are listed in pages', async () => {
  const first = await call('GET', '/bucket/key', { query: `uploadId=${uploadId}&max-parts=1` });
  expect(['IsTruncated', 'NextPartNumberMarker', 'MaxParts', 'PartNumber'].map((name) => first.element(name))).toEqual([
    'true',
    '2',
    '1',
    '2',
  ]);
  expect(await partsOf('&part-number-marker=2')).toEqual(['7']);
  for (const query of ['max-parts=-1', 'part-number-marker=x']) {
    const answer = await call('GET', '/bucket/key', { query: `uploadId=${uploadId}&${query}` });
    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  }
});

test('an upload ends once', async () => {
  const abort = () => call('DELETE', '/bucket/key', { query: `uploadId=${uploadId}` });
  expect((await abort()).status).toBe(204);
  expect(await abort()).toMatchObject({ status: 404, code: 'NoSuchUpload' });
  expect(await complete(completeDocument(etags))).toMatchObject({ status: 404, code: 'NoSuchUpload' });
  expect(await putPart('1')).toMatchObject({ status: 404, code: 'NoSuchUpload' });
  expect(await call('GET', '/bucket/key', { query: `uploadId=${uploadId}` })).toMatchObject({ code: 'NoSuchUpload' });
  uploadId = '';
});

test('skipped numbers and repeated names make an object', async () => {
  const created = await call('POST', '/bucket/skipped', { query: 'uploads' });
  const id = created.element('UploadId') ?? '';
  const send = async (partNumber: number, body: string): Promise<[number, string]> => {
    const part = await call('PUT', '/bucket/skipped', { query: `partNumber=${partNumber}&uploadId=${id}`, body });
    return [partNumber, part.headers.etag ?? ''];
  };
  const first = await send(3, 'a'.repeat(5 * 1024 * 1024));
  const replaced = await send(9, 'replaced');
  const last = await send(9, 'last');
  const answer = await call('POST', '/bucket/skipped', {
    query: `uploadId=${id}`,
    body: completeDocument([first, replaced, last]),
  });
  expect(answer.status).toBe(200);
  expect((await call('GET', '/bucket/skipped', { query: 'partNumber=9' })).text).toBe('last');
});
