import { createHash, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { computeChecksum } from '@needlestack/s3-protocol';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const md5 = (data: Buffer | string): string => createHash('md5').update(data).digest('hex');

describe('put and get', () => {
  test('a small object comes back with its headers', async () => {
    const put = await store.client.call('PUT', '/bucket/small', {
      body: 'hello',
      headers: {
        'content-type': 'text/plain',
        'cache-control': 'no-cache',
        'content-encoding': 'aws-chunked,gzip',
        'x-amz-meta-color': 'gr\u00c3\u00bcn',
      },
    });
    expect(put.status).toBe(200);
    expect(put.headers.etag).toBe(`"${md5('hello')}"`);
    expect(put.headers['x-amz-checksum-crc64nvme']).toBe(computeChecksum('CRC64NVME', Buffer.from('hello')));
    expect(put.headers['x-amz-checksum-type']).toBe('FULL_OBJECT');
    const get = await store.client.call('GET', '/bucket/small');
    expect(get.text).toBe('hello');
    expect(get.headers).toMatchObject({
      etag: `"${md5('hello')}"`,
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      'content-encoding': 'gzip',
      'content-length': '5',
      'accept-ranges': 'bytes',
      'x-amz-meta-color': '=?UTF-8?B?Z3LDvG4=?=',
    });
    expect(get.headers['x-amz-request-id']).toMatch(/^[0-9A-F]{16}$/);
    expect(get.headers['x-amz-checksum-crc64nvme']).toBeUndefined();
    const head = await store.client.call('HEAD', '/bucket/small', { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
    expect(head.status).toBe(200);
    expect(head.body.length).toBe(0);
    expect(head.headers['content-length']).toBe('5');
    expect(head.headers['x-amz-checksum-crc64nvme']).toBe(put.headers['x-amz-checksum-crc64nvme']);
  });

  test('an empty object', async () => {
    expect((await store.client.call('PUT', '/bucket/empty')).headers.etag).toBe(`"${md5('')}"`);
    const get = await store.client.call('GET', '/bucket/empty');
    expect([get.status, get.headers['content-length'], get.headers['content-type']]).toEqual([
      200,
      '0',
      'binary/octet-stream',
    ]);
    expect((await store.client.call('GET', '/bucket/empty', { headers: { range: 'bytes=0-0' } })).status).toBe(416);
  });

  test('a large object of several chunks, whole and in ranges, and no buffer is lost', async () => {
    const body = randomBytes(9_500_000);
    const put = await store.client.call('PUT', '/bucket/large', { body, payload: 'unsigned' });
    expect(put.headers.etag).toBe(`"${md5(body)}"`);
    const get = await store.client.call('GET', '/bucket/large');
    expect(get.body.equals(body)).toBe(true);
    for (const [range, start, end] of [
      ['bytes=0-99', 0, 100],
      ['bytes=4194300-4194310', 4_194_300, 4_194_311],
      ['bytes=-10', 9_499_990, 9_500_000],
      ['bytes=4000000-', 4_000_000, 9_500_000],
    ] as const) {
      const part = await store.client.call('GET', '/bucket/large', { headers: { range } });
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${start}-${end - 1}/9500000`);
      expect(part.body.equals(body.subarray(start, end))).toBe(true);
    }
    expect(store.buffers.inUse).toBe(0);
  });

  test.each([
    'a b+c',
    'dir//x/',
    '/leading',
    'new\nline',
    '%2e%2e/literal',
    'gr\u00fc\u00df/\u{1f600}/\uffee',
    "quote's & <xml>",
    '...',
  ])('the key %j', async (key) => {
    const put = await store.client.call('PUT', ['bucket', key], { body: key });
    expect(put.status).toBe(200);
    expect((await store.client.call('GET', ['bucket', key])).text).toBe(key);
    expect((await store.client.call('DELETE', ['bucket', key])).status).toBe(204);
    expect((await store.client.call('GET', ['bucket', key])).code).toBe('NoSuchKey');
  });

  test('response overrides and unknown parameters', async () => {
    const get = await store.client.call('GET', '/bucket/small', {
      query: 'response-content-type=text%2Fhtml&response-content-disposition=a%0D%0Ab&x-id=GetObject&cachebuster',
    });
    expect(get.status).toBe(200);
    expect(get.headers['content-type']).toBe('text/html');
    expect(get.headers['content-disposition']).toBe('a  b');
  });
});

describe('bodies', () => {
  const body = randomBytes(200_000);
  const trailers = [['x-amz-checksum-crc32', computeChecksum('CRC32', body)]] as const;

  test.each([
    ['signed', undefined],
    ['unsigned', undefined],
    ['streaming', undefined],
    ['streaming-trailer', trailers],
    ['streaming-unsigned-trailer', trailers],
  ] as const)('%s', async (payload, sentTrailers) => {
    const put = await store.client.call('PUT', '/bucket/body', {
      body,
      payload,
      ...(sentTrailers === undefined ? undefined : { trailers: sentTrailers }),
    });
    expect([put.status, put.code]).toEqual([200, undefined]);
    if (sentTrailers !== undefined) expect(put.headers['x-amz-checksum-crc32']).toBe(trailers[0][1]);
    const get = await store.client.call('GET', '/bucket/body');
    expect(get.body.equals(body)).toBe(true);
    expect(get.headers['content-encoding']).toBeUndefined();
  });

  test('large and chunked', async () => {
    const large = randomBytes(6_000_000);
    const put = await store.client.call('PUT', '/bucket/large-chunked', {
      body: large,
      payload: 'streaming-trailer',
      trailers: [['x-amz-checksum-sha256', computeChecksum('SHA256', large)]],
    });
    expect(put.status).toBe(200);
    expect((await store.client.call('GET', '/bucket/large-chunked')).body.equals(large)).toBe(true);
    expect(store.buffers.inUse).toBe(0);
  });

  test.each<[string, number, string, Record<string, string>, object]>([
    [
      'wrong trailer',
      400,
      'BadDigest',
      {},
      { payload: 'streaming-trailer', trailers: [['x-amz-checksum-crc32', 'AAAAAA==']] },
    ],
    [
      'malformed trailer',
      400,
      'InvalidRequest',
      {},
      { payload: 'streaming-unsigned-trailer', trailers: [['x-amz-checksum-crc32', 'AAA']] },
    ],
    ['wrong length', 400, 'IncompleteBody', { 'x-amz-decoded-content-length': '199999' }, { payload: 'streaming' }],
    [
      'no decoded length',
      411,
      'MissingContentLength',
      { 'x-amz-decoded-content-length': '' },
      { payload: 'streaming' },
    ],
    ['short chunks', 403, 'InvalidChunkSizeError', {}, { payload: 'streaming', chunkBytes: 4096 }],
    ['wrong checksum', 400, 'BadDigest', { 'x-amz-checksum-crc32': 'AAAAAA==' }, {}],
    ['malformed checksum', 400, 'InvalidRequest', { 'x-amz-checksum-crc32': 'AAA' }, {}],
    ['wrong MD5', 400, 'BadDigest', { 'content-md5': 'JfnnlDI7RTiF9RgfG2JNCw==' }, {}],
    ['malformed MD5', 400, 'InvalidDigest', { 'content-md5': 'abc' }, {}],
    ['another body than signed', 400, 'XAmzContentSHA256Mismatch', {}, { sentBody: Buffer.alloc(200_000) }],
  ])('%s', async (_name, status, code, headers, options) => {
    const answer = await store.client.call('PUT', '/bucket/refused', { body, headers, ...options });
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect((await store.client.call('GET', '/bucket/refused')).code).toBe('NoSuchKey');
  });

  test('needles of refused uploads go to the collector', async () => {
    // A size that no other test has: theirs may still be on their way.
    const marked = randomBytes(12_345);
    const find = async () =>
      (await store.catalog.listGarbage({ maxEntries: 1000, olderThanMs: -1000 }))
        .flatMap((entry) => entry.chunks)
        .filter((chunk) => chunk.sizeBytes === marked.length);
    await store.client.call('PUT', '/bucket/refused', {
      body: marked,
      headers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
    });
    while ((await find()).length === 0) await setImmediate();
    expect((await find()).length).toBe(1);
  });
});
