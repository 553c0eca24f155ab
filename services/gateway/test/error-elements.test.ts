/** What error documents say beside code and message (s3.md rule 50). */
import { completeDocument } from './support/put-in-parts.ts';
import { RawConnection } from './support/raw-connection.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
let uploadId = '';
beforeAll(async () => {
  store = await startTestStore();
  await call('PUT', '/bucket');
  await call('PUT', '/bucket/key', { body: 'body' });
  uploadId = (await call('POST', '/bucket/parts', { query: 'uploads' })).element('UploadId') ?? '';
  for (const partNumber of [1, 2]) {
    await call('PUT', '/bucket/parts', { query: `partNumber=${partNumber}&uploadId=${uploadId}`, body: 'x' });
  }
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);
const X_MD5 = '9dd4e461268c8034f5c8564e155c67a6';

type Case = readonly [
  code: string,
  status: number,
  request: () => Promise<Answer>,
  elements: Readonly<Record<string, string | RegExp>>,
];

const complete = (parts: readonly (readonly [number, string])[], id = uploadId): Promise<Answer> =>
  call('POST', '/bucket/parts', { query: `uploadId=${id}`, body: completeDocument(parts) });

const CASES: readonly Case[] = [
  ['NoSuchBucket', 404, () => call('GET', '/missing/key'), { BucketName: 'missing' }],
  ['NoSuchKey', 404, () => call('GET', '/bucket/missing'), { Key: 'missing' }],
  [
    'NoSuchVersion',
    404,
    () => call('GET', '/bucket/missing', { query: 'versionId=null' }),
    { Key: 'missing', VersionId: 'null' },
  ],
  ['NoSuchUpload', 404, () => complete([[1, X_MD5]], 'nothing'), { UploadId: 'nothing' }],
  [
    'InvalidArgument',
    400,
    () => call('GET', '/bucket', { query: 'max-keys=x' }),
    { ArgumentName: 'max-keys', ArgumentValue: 'x' },
  ],
  ['InvalidPart', 400, () => complete([[3, X_MD5]]), { UploadId: /./, PartNumber: '3', ETag: X_MD5 }],
  [
    'InvalidPartOrder',
    400,
    () =>
      complete([
        [2, X_MD5],
        [1, X_MD5],
      ]),
    { UploadId: /./ },
  ],
  [
    'EntityTooSmall',
    400,
    () =>
      complete([
        [1, X_MD5],
        [2, X_MD5],
      ]),
    { ProposedSize: '1', MinSizeAllowed: '5242880', PartNumber: '1', ETag: X_MD5 },
  ],
  [
    'InvalidPartNumber',
    416,
    () => call('GET', '/bucket/key', { query: 'partNumber=7' }),
    { ActualPartCount: '1', PartNumberRequested: '7' },
  ],
  [
    'InvalidRange',
    416,
    () => call('GET', '/bucket/key', { headers: { range: 'bytes=9-' } }),
    { RangeRequested: 'bytes=9-', ActualObjectSize: '4' },
  ],
  [
    'PreconditionFailed',
    412,
    () => call('GET', '/bucket/key', { headers: { 'if-match': '"x"' } }),
    { Condition: 'If-Match' },
  ],
  [
    'PreconditionFailed',
    412,
    () => call('PUT', '/bucket/key', { body: 'x', headers: { 'if-none-match': '*' } }),
    { Condition: 'If-None-Match' },
  ],
  ['MethodNotAllowed', 405, () => call('PATCH', '/bucket/key'), { Method: 'PATCH', ResourceType: 'OBJECT' }],
  [
    'NotImplemented',
    501,
    () => call('PUT', '/bucket/key', { body: 'x', headers: { 'if-none-match': '"x"' } }),
    { Header: 'If-None-Match' },
  ],
  [
    'InvalidTag',
    400,
    () =>
      call('PUT', '/bucket/key', {
        query: 'tagging',
        body: '<Tagging><TagSet><Tag><Key>a?</Key><Value>b</Value></Tag></TagSet></Tagging>',
      }),
    { TagKey: 'a?', TagValue: 'b' },
  ],
  [
    'BadDigest',
    400,
    () => call('PUT', '/bucket/key', { body: 'x', headers: { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' } }),
    { ExpectedDigest: '0'.repeat(32), CalculatedDigest: /^nd/ },
  ],
  [
    'XAmzContentSHA256Mismatch',
    400,
    () => call('PUT', '/bucket/key', { body: 'x', sentBody: Buffer.from('y') }),
    { ClientComputedContentSHA256: /^[0-9a-f]{64}$/, S3ComputedContentSHA256: /^[0-9a-f]{64}$/ },
  ],
  [
    'KeyTooLongError',
    400,
    () => call('PUT', `/bucket/${'k'.repeat(1025)}`, { body: 'x' }),
    { Size: '1025', MaxSizeAllowed: '1024' },
  ],
  [
    'MetadataTooLarge',
    400,
    () => call('PUT', '/bucket/key', { body: 'x', headers: { 'x-amz-meta-a': 'v'.repeat(2048) } }),
    { Size: '2049', MaxSizeAllowed: '2048' },
  ],
  [
    'InvalidChunkSizeError',
    403,
    () => call('PUT', '/bucket/key', { body: 'x'.repeat(30), payload: 'streaming', chunkBytes: 10 }),
    { Chunk: '2', BadChunkSize: '10' },
  ],
  [
    'InvalidRedirectLocation',
    400,
    () => call('PUT', '/bucket/key', { body: 'x', headers: { 'x-amz-website-redirect-location': 'elsewhere' } }),
    {},
  ],
  [
    'InvalidStorageClass',
    400,
    () => call('PUT', '/bucket/key', { body: 'x', headers: { 'x-amz-storage-class': 'COLD' } }),
    {},
  ],
];

test.each(CASES)('%s (%d)', async (code, status, request, elements) => {
  const answer = await request();
  expect([answer.status, answer.code]).toEqual([status, code]);
  for (const [name, value] of Object.entries(elements)) {
    const found = answer.element(name);
    if (typeof value === 'string') expect([name, found]).toEqual([name, value]);
    else expect([name, found]).toEqual([name, expect.stringMatching(value)]);
  }
  expect(answer.element('RequestId')).toBe(answer.headers['x-amz-request-id']);
  expect(answer.element('HostId')).toBe(answer.headers['x-amz-id-2']);
  expect((await call('GET', '/bucket/key')).text).toBe('body');
});

test('EntityTooLarge comes before the body', async () => {
  const connection = await RawConnection.open(store.port);
  const headers = store.client.signHeaders('PUT', '/bucket/huge', {});
  connection.sendHead('PUT', '/bucket/huge', { ...headers, 'content-length': String(5 * 1024 ** 3 + 1) });
  const answer = await connection.readAnswer();
  connection.socket.destroy();
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Code>EntityTooLarge</Code>');
  expect(answer.body).toContain('<ProposedSize>5368709121</ProposedSize><MaxSizeAllowed>5368709120</MaxSizeAllowed>');
});

test('404 and 416 of HEAD have no body', async () => {
  for (const [path, status] of [
    ['/bucket/missing', 404],
    ['/missing/key', 404],
  ] as const) {
    const answer = await call('HEAD', path);
    expect([answer.status, answer.body.length]).toEqual([status, 0]);
  }
  const range = await call('HEAD', '/bucket/key', { headers: { range: 'bytes=9-' } });
  expect([range.status, range.body.length, range.headers['content-range']]).toEqual([416, 0, 'bytes */4']);
});
