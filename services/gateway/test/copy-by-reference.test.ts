import { createHash, randomBytes } from 'node:crypto';
import { CHUNK_SIZE_BYTES } from '@needlestack/object-io';
import { computeChecksum } from '@needlestack/s3-protocol';
import { completeDocument, putInParts } from './support/put-in-parts.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);
const copy = (key: string, source: string, headers: Record<string, string> = {}, query = ''): Promise<Answer> =>
  call('PUT', `/bucket/${key}`, { query, headers: { 'x-amz-copy-source': `bucket/${source}`, ...headers } });
const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');
/** Needles that the work added. */
const needlesOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = store.volumes.needles.size;
  await work();
  return store.volumes.needles.size - before;
};

describe('CopyObject', () => {
  const body = randomBytes(2 * CHUNK_SIZE_BYTES + 5);

  test('writes no needle, and the copy outlives its source', async () => {
    const put = await call('PUT', '/bucket/source', { body });
    expect(
      await needlesOf(async () => {
        const answer = await copy('copy', 'source');
        expect([answer.status, answer.element('ETag')]).toEqual([200, `&quot;${md5(body)}&quot;`]);
        expect(answer.element('ChecksumCRC64NVME')).toBe(put.headers['x-amz-checksum-crc64nvme']);
        await copy('copy-of-copy', 'copy');
      }),
    ).toBe(0);
    await call('DELETE', '/bucket/source');
    await call('PUT', '/bucket/copy', { body: 'replaced' });
    expect(await store.catalog.listGarbage({ maxEntries: 10, olderThanMs: 0 })).toEqual([]);
    expect((await call('GET', '/bucket/copy-of-copy')).body.equals(body)).toBe(true);
    await call('DELETE', '/bucket/copy-of-copy');
    const garbage = await store.catalog.listGarbage({ maxEntries: 10, olderThanMs: 0 });
    expect(garbage.flatMap(({ chunks }) => chunks).length).toBe(3);
  });

  test('onto itself', async () => {
    await call('PUT', '/bucket/self', { body });
    const headers = { 'x-amz-metadata-directive': 'REPLACE', 'x-amz-meta-a': 'b' };
    expect(await needlesOf(() => copy('self', 'self', headers))).toBe(0);
    const get = await call('GET', '/bucket/self');
    expect([get.headers['x-amz-meta-a'], get.body.equals(body)]).toEqual(['b', true]);
  });

  test('of a multipart object is one with the same parts', async () => {
    const parts = [randomBytes(5 * 1024 * 1024), randomBytes(10)];
    await putInParts(store.client, '/bucket/in-parts', parts, { 'x-amz-checksum-algorithm': 'SHA256' });
    expect(await needlesOf(() => copy('parts-copy', 'in-parts'))).toBe(0);
    const [source, copied] = await Promise.all(
      ['in-parts', 'parts-copy'].map((key) =>
        call('HEAD', `/bucket/${key}`, { headers: { 'x-amz-checksum-mode': 'ENABLED' } }),
      ),
    );
    expect(copied?.headers.etag).toMatch(/-2"$/);
    for (const name of ['etag', 'x-amz-checksum-sha256', 'x-amz-checksum-type']) {
      expect([name, copied?.headers[name]]).toEqual([name, source?.headers[name]]);
    }
    await copy('other-checksum', 'in-parts', { 'x-amz-checksum-algorithm': 'CRC32' });
    const other = await call('GET', '/bucket/other-checksum', {
      query: 'attributes',
      headers: { 'x-amz-object-attributes': 'Checksum,ObjectParts' },
    });
    expect(other.element('ChecksumCRC32')).toBe(computeChecksum('CRC32', Buffer.concat(parts)));
    expect([other.element('ChecksumType'), other.element('PartsCount')]).toEqual(['FULL_OBJECT', '2']);
    expect(other.text.match(/ChecksumSHA256/g)).toBeNull();
    const second = await call('GET', '/bucket/parts-copy', { query: 'partNumber=2' });
    expect([second.status, second.body.equals(parts[1] ?? Buffer.of())]).toEqual([206, true]);
  });

  test('another checksum is computed from the bytes where they lie', async () => {
    await call('PUT', '/bucket/source', { body: 'hello' });
    const answer = await copy('checked', 'source', { 'x-amz-checksum-algorithm': 'XXHASH3' });
    expect(await needlesOf(() => copy('checked-again', 'source', { 'x-amz-checksum-algorithm': 'SHA1' }))).toBe(0);
    expect(answer.element('ChecksumXXHASH3')).toBe(computeChecksum('XXHASH3', Buffer.from('hello')));
    expect(answer.element('ChecksumType')).toBe('FULL_OBJECT');
  });

  test('an empty object', async () => {
    await call('PUT', '/bucket/empty');
    expect((await copy('empty-copy', 'empty')).status).toBe(200);
    expect((await call('GET', '/bucket/empty-copy')).body.length).toBe(0);
  });

  test('a source that others replace all the time is copied whole, old or new', async () => {
    const bodies = [randomBytes(300_000), randomBytes(300_000)];
    await call('PUT', '/bucket/moving', { body: bodies[0] ?? '' });
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => call('PUT', '/bucket/moving', { body: bodies[index % 2] ?? '' })),
      ...Array.from({ length: 10 }, async (_, index) => {
        const answer = await copy(`moved-${index}`, 'moving');
        expect(answer.status).toBe(200);
        const copied = await call('GET', `/bucket/moved-${index}`);
        expect(bodies.some((one) => one.equals(copied.body))).toBe(true);
        expect(copied.headers.etag).toBe(`"${md5(copied.body)}"`);
      }),
    ]);
  });
});

describe('CopyObject of what lies plain', () => {
  beforeAll(async () => {
    await store.close();
    store = await startTestStore({ encryptsByDefault: false });
    await call('PUT', '/bucket');
  });

  test('CopyObject writes no needle', async () => {
    await call('PUT', '/bucket/plain', { body: 'hello' });
    expect(await needlesOf(() => copy('plain-copy', 'plain'))).toBe(0);
    expect((await call('GET', '/bucket/plain-copy')).text).toBe('hello');
  });
});

describe('UploadPartCopy of objects that lie plain', () => {
  const source = randomBytes(3 * CHUNK_SIZE_BYTES);
  const ranges = [
    [0, 2 * CHUNK_SIZE_BYTES],
    [2 * CHUNK_SIZE_BYTES, 3 * CHUNK_SIZE_BYTES],
  ] as const;
  const openUpload = async (key: string): Promise<string> =>
    (await call('POST', `/bucket/${key}`, { query: 'uploads' })).element('UploadId') ?? '';

  test('of whole chunks writes no needle, and knows MD5 and checksum of its range', async () => {
    await call('PUT', '/bucket/big', { body: source });
    const uploadId = await openUpload('assembled');
    const etags: [number, string][] = [];
    const added = await needlesOf(async () => {
      for (const [index, [from, to]] of ranges.entries()) {
        const answer = await copy(
          'assembled',
          'big',
          { 'x-amz-copy-source-range': `bytes=${from}-${to - 1}` },
          `partNumber=${index + 1}&uploadId=${uploadId}`,
        );
        const bytes = source.subarray(from, to);
        expect([answer.status, answer.element('ETag')]).toEqual([200, `&quot;${md5(bytes)}&quot;`]);
        expect(answer.element('ChecksumCRC64NVME')).toBe(computeChecksum('CRC64NVME', bytes));
        etags.push([index + 1, md5(bytes)]);
      }
    });
    expect(added).toBe(0);
    await call('DELETE', '/bucket/big');
    const complete = await call('POST', '/bucket/assembled', {
      query: `uploadId=${uploadId}`,
      body: completeDocument(etags),
    });
    expect(complete.element('ChecksumCRC64NVME')).toBe(computeChecksum('CRC64NVME', source));
    expect((await call('GET', '/bucket/assembled')).body.equals(source)).toBe(true);
    expect(store.buffers.inUse).toBe(0);
  });

  test('of a whole object reads nothing at all', async () => {
    await call('PUT', '/bucket/whole', { body: source });
    const uploadId = await openUpload('taken');
    const [needle] = store.volumes.needles.keys();
    expect(needle).toBeDefined();
    const needles = new Map(store.volumes.needles);
    store.volumes.needles.clear();
    const answer = await copy('taken', 'whole', {}, `partNumber=1&uploadId=${uploadId}`);
    for (const [id, bytes] of needles) store.volumes.needles.set(id, bytes);
    expect([answer.status, answer.element('ETag')]).toEqual([200, `&quot;${md5(source)}&quot;`]);
  });

  test('inside a chunk is copied', async () => {
    await call('PUT', '/bucket/whole', { body: source });
    const uploadId = await openUpload('pieces');
    const added = await needlesOf(async () => {
      const headers = { 'x-amz-copy-source-range': `bytes=1-${CHUNK_SIZE_BYTES}` };
      const answer = await copy('pieces', 'whole', headers, `partNumber=1&uploadId=${uploadId}`);
      expect(answer.element('ETag')).toBe(`&quot;${md5(source.subarray(1, CHUNK_SIZE_BYTES + 1))}&quot;`);
    });
    expect(added).toBe(1);
  });

  test('an aborted upload gives back only what nobody else names', async () => {
    await call('PUT', '/bucket/whole', { body: source });
    const uploadId = await openUpload('aborted');
    await copy('aborted', 'whole', {}, `partNumber=1&uploadId=${uploadId}`);
    const before = await store.catalog.listGarbage({ maxEntries: 100, olderThanMs: 0 });
    expect((await call('DELETE', '/bucket/aborted', { query: `uploadId=${uploadId}` })).status).toBe(204);
    expect(await store.catalog.listGarbage({ maxEntries: 100, olderThanMs: 0 })).toEqual(before);
    expect((await call('GET', '/bucket/whole')).body.equals(source)).toBe(true);
  });
});
