import { createHash, randomBytes } from 'node:crypto';
import { computeChecksum } from '@needlestack/s3-protocol';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const md5 = (data: Buffer): Buffer => createHash('md5').update(data).digest();

const create = async (key: string, headers: Record<string, string> = {}): Promise<string> => {
  const answer = await store.client.call('POST', `/bucket/${key}`, { query: 'uploads', headers });
  expect(answer.status).toBe(200);
  return answer.element('UploadId') ?? '';
};
const partsDocument = (parts: readonly (readonly [number, string])[]): string =>
  `<CompleteMultipartUpload>${parts
    .map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`)
    .join('')}</CompleteMultipartUpload>`;

describe('multipart', () => {
  const first = randomBytes(5 * 1024 * 1024 + 17);
  const second = randomBytes(300_000);
  const whole = Buffer.concat([first, second]);
  const etag = `${createHash('md5')
    .update(Buffer.concat([md5(first), md5(second)]))
    .digest('hex')}-2`;

  test('from creation to completion, twice', async () => {
    const uploadId = await create('big', { 'content-type': 'text/x', 'x-amz-meta-a': 'b' });
    const etags: string[] = [];
    for (const [index, body] of [first, second].entries()) {
      const part = await store.client.call('PUT', '/bucket/big', {
        query: `partNumber=${index + 1}&uploadId=${uploadId}`,
        body,
        payload: 'streaming-unsigned-trailer',
        trailers: [['x-amz-checksum-crc64nvme', computeChecksum('CRC64NVME', body)]],
      });
      expect(part.status).toBe(200);
      etags.push(part.headers.etag ?? '');
    }
    const parts = await store.client.call('GET', '/bucket/big', { query: `uploadId=${uploadId}` });
    expect(parts.text.match(/<Part>/g)?.length).toBe(2);
    expect((await store.client.call('GET', '/bucket', { query: 'uploads' })).element('UploadId')).toBe(uploadId);
    expect((await store.client.call('GET', '/bucket/big')).code).toBe('NoSuchKey');
    const document = partsDocument([
      [1, etags[0] ?? ''],
      [2, etags[1] ?? ''],
    ]);
    for (let round = 0; round < 2; round++) {
      const complete = await store.client.call('POST', '/bucket/big', {
        query: `uploadId=${uploadId}`,
        body: document,
      });
      expect([complete.status, complete.element('ETag')]).toEqual([200, `&quot;${etag}&quot;`]);
      expect(complete.element('ChecksumCRC64NVME')).toBe(computeChecksum('CRC64NVME', whole));
    }
    const get = await store.client.call('GET', '/bucket/big');
    expect(get.body.equals(whole)).toBe(true);
    expect(get.headers).toMatchObject({ etag: `"${etag}"`, 'content-type': 'text/x', 'x-amz-meta-a': 'b' });
    const part = await store.client.call('GET', '/bucket/big', { query: 'partNumber=2' });
    expect([part.status, part.headers['x-amz-mp-parts-count'], part.body.equals(second)]).toEqual([206, '2', true]);
  });

  test('composite checksums', async () => {
    const uploadId = await create('composite', { 'x-amz-checksum-algorithm': 'SHA256' });
    const value = computeChecksum('SHA256', second);
    const part = await store.client.call('PUT', '/bucket/composite', {
      query: `partNumber=1&uploadId=${uploadId}`,
      body: second,
      headers: { 'x-amz-checksum-sha256': value },
    });
    const other = await store.client.call('PUT', '/bucket/composite', {
      query: `partNumber=2&uploadId=${uploadId}`,
      body: 'x',
      headers: { 'x-amz-checksum-crc32': computeChecksum('CRC32', Buffer.from('x')) },
    });
    expect(other).toMatchObject({ status: 400, code: 'InvalidRequest' });
    const composite = `${computeChecksum('SHA256', Buffer.from(value, 'base64'))}-1`;
    const wrong = await store.client.call('POST', '/bucket/composite', {
      query: `uploadId=${uploadId}`,
      body: partsDocument([[1, part.headers.etag ?? '']]),
      headers: { 'x-amz-checksum-sha256': `${value}-1` },
    });
    expect(wrong).toMatchObject({ status: 400, code: 'BadDigest' });
    const complete = await store.client.call('POST', '/bucket/composite', {
      query: `uploadId=${uploadId}`,
      body: partsDocument([[1, part.headers.etag ?? '']]),
      headers: { 'x-amz-checksum-sha256': composite, 'x-amz-mp-object-size': String(second.length) },
    });
    expect([complete.status, complete.element('ChecksumSHA256'), complete.element('ChecksumType')]).toEqual([
      200,
      composite,
      'COMPOSITE',
    ]);
  });

  test('refusals', async () => {
    const uploadId = await create('refused');
    const query = `uploadId=${uploadId}`;
    const put = (partNumber: number | string) =>
      store.client.call('PUT', '/bucket/refused', { query: `partNumber=${partNumber}&${query}`, body: 'small' });
    const small = (await put(1)).headers.etag ?? '';
    await put(2);
    expect(await put(0)).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await put(10_001)).toMatchObject({ status: 400, code: 'InvalidArgument' });
    const complete = (body: string) => store.client.call('POST', '/bucket/refused', { query, body });
    expect(await complete(partsDocument([]))).toMatchObject({ status: 400, code: 'MalformedXML' });
    expect(await complete('')).toMatchObject({ status: 400 });
    expect(
      await complete(
        partsDocument([
          [1, small],
          [2, small],
        ]),
      ),
    ).toMatchObject({ status: 400, code: 'EntityTooSmall' });
    expect(
      await complete(
        partsDocument([
          [2, small],
          [1, small],
        ]),
      ),
    ).toMatchObject({ status: 400, code: 'InvalidPartOrder' });
    expect(await complete(partsDocument([[7, small]]))).toMatchObject({ status: 400, code: 'InvalidPart' });
    expect((await store.client.call('DELETE', '/bucket/refused', { query })).status).toBe(204);
    for (const [method, path] of [
      ['GET', '/bucket/refused'],
      ['DELETE', '/bucket/refused'],
      ['POST', '/bucket/refused'],
    ] as const) {
      const answer = await store.client.call(method, path, {
        query,
        body: method === 'POST' ? partsDocument([[1, small]]) : '',
      });
      expect(answer).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    }
    expect(await put(1)).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    expect(
      await store.client.call('POST', '/bucket/x', {
        query: 'uploads',
        headers: { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-checksum-type': 'FULL_OBJECT' },
      }),
    ).toMatchObject({ status: 400, code: 'InvalidRequest' });
  });
});

describe('copy', () => {
  const source = randomBytes(4_500_000);
  beforeAll(async () => {
    await store.client.call('PUT', ['bucket', 'source & more'], {
      body: source,
      headers: { 'x-amz-meta-a': 'b', 'content-type': 'x/y' },
    });
  });
  const copySource = '/bucket/source%20%26%20more';

  test('keeps or replaces metadata, and owns its bytes', async () => {
    const copy = await store.client.call('PUT', '/bucket/copy', { headers: { 'x-amz-copy-source': copySource } });
    expect([copy.status, copy.element('ETag')]).toEqual([200, `&quot;${md5(source).toString('hex')}&quot;`]);
    const kept = await store.client.call('GET', '/bucket/copy');
    expect(kept.body.equals(source)).toBe(true);
    expect(kept.headers).toMatchObject({ 'x-amz-meta-a': 'b', 'content-type': 'x/y' });
    await store.client.call('PUT', '/bucket/copy', {
      headers: { 'x-amz-copy-source': copySource, 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-c': 'd' },
    });
    const replaced = await store.client.call('HEAD', '/bucket/copy');
    expect(replaced.headers).toMatchObject({ 'x-amz-meta-c': 'd', 'content-type': 'binary/octet-stream' });
    expect(replaced.headers['x-amz-meta-a']).toBeUndefined();
    expect(store.buffers.inUse).toBe(0);
  });

  test.each<[string, number, string, Record<string, string>]>([
    ['missing source', 404, 'NoSuchKey', { 'x-amz-copy-source': 'bucket/none' }],
    ['missing bucket', 404, 'NoSuchBucket', { 'x-amz-copy-source': 'none/none' }],
    ['no key', 400, 'InvalidArgument', { 'x-amz-copy-source': 'bucket' }],
    [
      'source condition',
      412,
      'PreconditionFailed',
      { 'x-amz-copy-source': copySource, 'x-amz-copy-source-if-match': 'other' },
    ],
    [
      'source not modified',
      412,
      'PreconditionFailed',
      { 'x-amz-copy-source': copySource, 'x-amz-copy-source-if-none-match': md5(source).toString('hex') },
    ],
    ['destination condition', 412, 'PreconditionFailed', { 'x-amz-copy-source': copySource, 'if-none-match': '*' }],
    ['directive', 400, 'InvalidArgument', { 'x-amz-copy-source': copySource, 'x-amz-metadata-directive': 'MERGE' }],
  ])('refused: %s', async (_name, status, code, headers) => {
    expect(await store.client.call('PUT', '/bucket/copy', { headers })).toMatchObject({ status, code });
  });

  test('onto itself only with a change', async () => {
    const path = ['bucket', 'source & more'] as const;
    const headers = { 'x-amz-copy-source': copySource };
    expect(await store.client.call('PUT', path, { headers })).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(
      (await store.client.call('PUT', path, { headers: { ...headers, 'x-amz-storage-class': 'STANDARD_IA' } })).status,
    ).toBe(200);
    const head = await store.client.call('HEAD', path);
    expect(head.headers).toMatchObject({ 'x-amz-storage-class': 'STANDARD_IA', 'x-amz-meta-a': 'b' });
  });

  test('a part, from a range that begins inside a chunk', async () => {
    const uploadId = await create('from-parts');
    const query = `partNumber=1&uploadId=${uploadId}`;
    const copy = (range: string) =>
      store.client.call('PUT', '/bucket/from-parts', {
        query,
        headers: { 'x-amz-copy-source': copySource, 'x-amz-copy-source-range': range },
      });
    expect(await copy('bytes=0-')).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await copy('bytes=0-4500000')).toMatchObject({ status: 416, code: 'InvalidRange' });
    const part = await copy('bytes=4194000-4194999');
    const expected = source.subarray(4_194_000, 4_195_000);
    expect(part.element('ETag')).toBe(`&quot;${md5(expected).toString('hex')}&quot;`);
    await store.client.call('POST', '/bucket/from-parts', {
      query: `uploadId=${uploadId}`,
      body: partsDocument([[1, md5(expected).toString('hex')]]),
    });
    expect((await store.client.call('GET', '/bucket/from-parts')).body.equals(expected)).toBe(true);
  });
});
