/** What uploads in parts refuse (s3.md rules 33 and 34); a refused request leaves the upload as it was. */
import { computeChecksum } from '@needlestack/s3-protocol';
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
  expect(await partsOf('&part-number-marker=')).toEqual(['2', '7']);
  for (const past of [10_000, 65_535, 2_147_483_647]) {
    expect(await partsOf(`&part-number-marker=${past}`)).toEqual([]);
  }
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

describe('Complete of an upload that is finished', () => {
  const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('the last one')];
  const parts: [number, string][] = [];
  let finishedId = '';
  let answered: Answer;
  const again = (body: string, headers: Record<string, string> = {}): Promise<Answer> =>
    call('POST', '/bucket/finished', { query: `uploadId=${finishedId}`, body, headers });
  beforeAll(async () => {
    const headers = { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-server-side-encryption': 'AES256' };
    const begun = await call('POST', '/bucket/finished', { query: 'uploads', headers });
    finishedId = begun.element('UploadId') ?? '';
    for (const [index, body] of bodies.entries()) {
      const query = `partNumber=${index + 1}&uploadId=${finishedId}`;
      const checksum = { 'x-amz-checksum-crc32': computeChecksum('CRC32', body) };
      const part = await call('PUT', '/bucket/finished', { query, body, headers: checksum });
      parts.push([index + 1, part.headers.etag ?? '']);
    }
    answered = await again(completeDocument(parts));
    expect(answered.status).toBe(200);
  });
  const seen = (): Promise<unknown> => Promise.resolve(store.catalog.lookupObject('bucket', 'finished'));

  test('is answered as it was, also under a condition that its own object fails', async () => {
    for (const headers of [{}, { 'if-none-match': '*' }]) {
      const repeated = await again(completeDocument(parts), headers);
      expect([repeated.status, repeated.text]).toEqual([200, answered.text]);
      expect(repeated.headers['x-amz-server-side-encryption']).toBe('AES256');
    }
  });

  const part = (index: number): [number, string] => parts[index] ?? [0, ''];
  test.each<[string, () => Promise<Answer>, string]>([
    ['fewer parts', () => again(completeDocument([part(0)])), 'InvalidPart'],
    ['one more', () => again(completeDocument([...parts, [3, part(0)[1]]])), 'InvalidPart'],
    ['another number', () => again(completeDocument([part(0), [7, part(1)[1]]])), 'InvalidPart'],
    ['another ETag', () => again(completeDocument([part(0), [2, part(0)[1]]])), 'InvalidPart'],
    ['another order', () => again(completeDocument(parts.toReversed())), 'InvalidPartOrder'],
    ['another size', () => again(completeDocument(parts), { 'x-amz-mp-object-size': '1' }), 'InvalidRequest'],
    ['another checksum', () => again(completeDocument(parts), { 'x-amz-checksum-crc32': 'AAAAAA==' }), 'BadDigest'],
    [
      'another type of checksum',
      () => again(completeDocument(parts), { 'x-amz-checksum-type': 'FULL_OBJECT' }),
      'InvalidRequest',
    ],
    ['a type that is none', () => again(completeDocument(parts), { 'x-amz-checksum-type': 'HALF' }), 'InvalidRequest'],
  ])('%s is refused, and the object stays', async (_what, request, code) => {
    const before = await seen();
    expect(await request()).toMatchObject({ status: 400, code });
    expect(await seen()).toEqual(before);
  });

  test('is answered when its object was overwritten, too', async () => {
    await call('PUT', '/bucket/finished', { body: 'newer' });
    expect((await again(completeDocument(parts))).text).toBe(answered.text);
    expect((await call('GET', '/bucket/finished')).text).toBe('newer');
  });
});
