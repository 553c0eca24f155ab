import { randomBytes } from 'node:crypto';
import {
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  checksumElement,
  checksumHeader,
  computeChecksum,
  isCombinable,
} from '@needlestack/s3-protocol';
import { completeDocument } from './support/put-in-parts.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);
const ENABLED = { headers: { 'x-amz-checksum-mode': 'ENABLED' } };
const small = Buffer.from('small body');
const large = randomBytes(300_000);

describe.each(CHECKSUM_ALGORITHMS)('%s', (algorithm) => {
  const name = checksumHeader(algorithm);
  const path = `/bucket/${algorithm}`;

  test.each([
    ['small', small],
    ['large', large],
  ])('of a %s body in a header, kept and shown on request', async (_size, body) => {
    const value = computeChecksum(algorithm, body);
    const put = await call('PUT', path, { body, headers: { [name]: value } });
    expect([put.status, put.headers[name], put.headers['x-amz-checksum-type']]).toEqual([200, value, 'FULL_OBJECT']);
    const head = await call('HEAD', path, ENABLED);
    expect([head.headers[name], head.headers['x-amz-checksum-type']]).toEqual([value, 'FULL_OBJECT']);
    expect((await call('GET', path)).headers[name]).toBeUndefined();
    const partial = await call('GET', path, { headers: { ...ENABLED.headers, range: 'bytes=0-3' } });
    expect([partial.status, partial.headers[name]]).toEqual([206, undefined]);
  });

  test.each(['streaming-unsigned-trailer', 'streaming-trailer'] as const)(
    'in the trailer of a %s body',
    async (payload) => {
      const value = computeChecksum(algorithm, large);
      const put = await call('PUT', path, { body: large, payload, trailers: [[name, value]] });
      expect([put.status, put.headers[name]]).toEqual([200, value]);
      const wrong = computeChecksum(algorithm, small);
      const refused = await call('PUT', `${path}-refused`, { body: large, payload, trailers: [[name, wrong]] });
      expect([refused.status, refused.code]).toEqual([400, 'BadDigest']);
      expect([refused.element('CalculatedDigest'), refused.element('ExpectedDigest')]).toEqual([value, wrong]);
      const malformed = await call('PUT', `${path}-refused`, { body: large, payload, trailers: [[name, 'bad']] });
      expect([malformed.status, malformed.code]).toEqual([400, 'InvalidRequest']);
      expect((await call('HEAD', `${path}-refused`)).status).toBe(404);
    },
  );

  test('another value is refused and stores nothing', async () => {
    const needles = store.volumes.needles.size;
    const wrong = computeChecksum(algorithm, large);
    const answer = await call('PUT', `${path}-refused`, { body: small, headers: { [name]: wrong } });
    expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
    expect([answer.element('CalculatedDigest'), answer.element('ExpectedDigest')]).toEqual([
      computeChecksum(algorithm, small),
      wrong,
    ]);
    expect((await call('HEAD', `${path}-refused`)).status).toBe(404);
    const garbage = await store.catalog.listGarbage({ maxEntries: 1_000, olderThanMs: 0 });
    expect(garbage.flatMap(({ chunks }) => chunks).length).toBeGreaterThanOrEqual(store.volumes.needles.size - needles);
  });

  test.each(['', 'bad', Buffer.alloc(3).toString('base64')])('the value %j is refused', async (value) => {
    const answer = await call('PUT', `${path}-refused`, { body: small, headers: { [name]: value } });
    expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
    expect(answer.element('Message')).toBe(`Value for ${name} header is invalid.`);
  });
});

const parts = [randomBytes(5 * 1024 * 1024), randomBytes(100)] as const;

const upload = async (key: string, headers: Record<string, string>, complete: Record<string, string> = {}) => {
  const created = await call('POST', `/bucket/${key}`, { query: 'uploads', headers });
  expect(created.status).toBe(200);
  const uploadId = created.element('UploadId') ?? '';
  const etags: [number, string][] = [];
  for (const [index, body] of parts.entries()) {
    const part = await call('PUT', `/bucket/${key}`, { query: `partNumber=${index + 1}&uploadId=${uploadId}`, body });
    expect(part.status).toBe(200);
    etags.push([index + 1, part.headers.etag ?? '']);
  }
  const answer = await call('POST', `/bucket/${key}`, {
    query: `uploadId=${uploadId}`,
    body: completeDocument(etags),
    headers: complete,
  });
  return { created, answer };
};

const composite = (algorithm: ChecksumAlgorithm): string => {
  const digests = parts.map((body) => Buffer.from(computeChecksum(algorithm, body), 'base64'));
  return `${computeChecksum(algorithm, Buffer.concat(digests))}-2`;
};

describe('multipart', () => {
  test.each(CHECKSUM_ALGORITHMS.filter((algorithm) => algorithm !== 'CRC64NVME'))(
    '%s is composite',
    async (algorithm) => {
      const name = checksumHeader(algorithm);
      const { created, answer } = await upload(`composite-${algorithm}`, { 'x-amz-checksum-algorithm': algorithm });
      expect([created.headers['x-amz-checksum-algorithm'], created.headers['x-amz-checksum-type']]).toEqual([
        algorithm,
        'COMPOSITE',
      ]);
      expect([answer.element(checksumElement(algorithm)), answer.element('ChecksumType')]).toEqual([
        composite(algorithm),
        'COMPOSITE',
      ]);
      const whole = await call('HEAD', `/bucket/composite-${algorithm}`, ENABLED);
      expect([whole.headers[name], whole.headers['x-amz-checksum-type']]).toEqual([composite(algorithm), 'COMPOSITE']);
      const second = await call('GET', `/bucket/composite-${algorithm}`, { query: 'partNumber=2', ...ENABLED });
      expect([second.headers[name], second.headers['x-amz-checksum-type']]).toEqual([
        computeChecksum(algorithm, parts[1]),
        'COMPOSITE',
      ]);
    },
  );

  test.each(CHECKSUM_ALGORITHMS.filter(isCombinable))('%s is of the full object', async (algorithm) => {
    const value = computeChecksum(algorithm, Buffer.concat(parts));
    const headers = { 'x-amz-checksum-algorithm': algorithm, 'x-amz-checksum-type': 'FULL_OBJECT' };
    const { answer } = await upload(`full-${algorithm}`, headers, {
      [checksumHeader(algorithm)]: value,
      'x-amz-checksum-type': 'FULL_OBJECT',
    });
    expect([answer.element(checksumElement(algorithm)), answer.element('ChecksumType')]).toEqual([
      value,
      'FULL_OBJECT',
    ]);
  });

  test('CRC64NVME is there when none was named', async () => {
    const { created, answer } = await upload('default', {});
    expect(created.headers['x-amz-checksum-algorithm']).toBeUndefined();
    expect(answer.element('ChecksumCRC64NVME')).toBe(computeChecksum('CRC64NVME', Buffer.concat(parts)));
  });

  test.each([
    ['CRC64NVME', 'COMPOSITE'],
    ...CHECKSUM_ALGORITHMS.filter((algorithm) => !isCombinable(algorithm)).map((one) => [one, 'FULL_OBJECT']),
    ['CRC32', 'PARTIAL'],
    ['MD4', 'COMPOSITE'],
  ])('%s cannot be %s', async (algorithm, type) => {
    const headers = { 'x-amz-checksum-algorithm': `${algorithm}`, 'x-amz-checksum-type': `${type}` };
    const answer = await call('POST', '/bucket/refused', { query: 'uploads', headers });
    expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
    expect((await call('GET', '/bucket', { query: 'uploads&prefix=refused' })).text).not.toContain('<Upload>');
  });

  test('another value of the whole, and another type, are refused, and the upload lives on', async () => {
    const headers = { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' };
    const wrong = await upload('wrong', headers, { 'x-amz-checksum-crc32': computeChecksum('CRC32', small) });
    expect([wrong.answer.status, wrong.answer.code]).toEqual([400, 'BadDigest']);
    const typed = await upload('wrong', headers, { 'x-amz-checksum-type': 'COMPOSITE' });
    expect([typed.answer.status, typed.answer.code]).toEqual([400, 'InvalidRequest']);
    expect((await call('HEAD', '/bucket/wrong')).status).toBe(404);
    expect((await call('GET', '/bucket', { query: 'uploads&prefix=wrong' })).text.match(/<Upload>/g)?.length).toBe(2);
  });
});

test.each([
  ['two values', { 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-crc32c': 'AAAAAA==' }],
  ['an unknown algorithm', { 'x-amz-checksum-md4': 'AAAAAA==' }],
  ['a name without value', { 'x-amz-sdk-checksum-algorithm': 'SHA256' }],
  ['a name of another one', { 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-crc32': 'AAAAAA==' }],
  ['an unknown name', { 'x-amz-sdk-checksum-algorithm': 'MD4', 'x-amz-checksum-crc32': 'AAAAAA==' }],
])('%s is refused', async (_what, headers) => {
  const answer = await call('PUT', '/bucket/refused', { body: small, headers });
  expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
  expect((await call('HEAD', '/bucket/refused')).status).toBe(404);
});

test('the mode may stand in a presigned query', async () => {
  await call('PUT', '/bucket/presigned', { body: small });
  const target = store.client.presign('GET', '/bucket/presigned', 60, 'x-amz-checksum-mode=ENABLED');
  const answer = await store.client.send('GET', target);
  expect(answer.headers['x-amz-checksum-crc64nvme']).toBe(computeChecksum('CRC64NVME', small));
});
