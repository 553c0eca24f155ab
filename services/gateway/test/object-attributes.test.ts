import { randomBytes } from 'node:crypto';
import { computeChecksum } from '@needlestack/s3-protocol';
import { putInParts } from './support/put-in-parts.ts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
  await store.client.call('PUT', '/bucket');
});
afterAll(() => store.close());

const attributes = (key: string, names: string | undefined, headers: Record<string, string> = {}) =>
  store.client.call('GET', `/bucket/${key}`, {
    query: 'attributes',
    headers: { ...(names === undefined ? undefined : { 'x-amz-object-attributes': names }), ...headers },
  });

const ALL = 'ETag,Checksum,ObjectParts, StorageClass,ObjectSize';

test('only what was asked for is answered', async () => {
  await store.client.call('PUT', '/bucket/plain', { body: 'hello', headers: { 'x-amz-storage-class': 'STANDARD_IA' } });
  const answer = await attributes('plain', ALL);
  expect(answer.status).toBe(200);
  expect(answer.element('ETag')).toBe('5d41402abc4b2a76b9719d911017c592');
  expect(answer.element('ChecksumCRC64NVME')).toBe(computeChecksum('CRC64NVME', Buffer.from('hello')));
  expect(answer.element('ChecksumType')).toBe('FULL_OBJECT');
  expect(answer.element('StorageClass')).toBe('STANDARD_IA');
  expect(answer.element('ObjectSize')).toBe('5');
  expect(answer.text).not.toContain('<ObjectParts>');
  expect(answer.headers['last-modified']).toMatch(/GMT$/);
  expect(answer.headers['x-amz-version-id']).toBeUndefined();
  expect((await attributes('plain', 'ObjectSize')).text).toMatch(
    /<GetObjectAttributesResponse xmlns="[^"]+"><ObjectSize>5<\/ObjectSize><\/GetObjectAttributesResponse>$/,
  );
});

test('parts come in pages', async () => {
  const bodies = [randomBytes(5 * 1024 * 1024), randomBytes(5 * 1024 * 1024), randomBytes(10)];
  await putInParts(store.client, '/bucket/parts', bodies, { 'x-amz-checksum-algorithm': 'SHA256' });
  const all = await attributes('parts', ALL);
  expect(all.element('PartsCount')).toBe('3');
  expect(all.text.match(/<PartNumber>(\d)<\/PartNumber><Size>(\d+)<\/Size>/g)).toEqual([
    '<PartNumber>1</PartNumber><Size>5242880</Size>',
    '<PartNumber>2</PartNumber><Size>5242880</Size>',
    '<PartNumber>3</PartNumber><Size>10</Size>',
  ]);
  expect(all.text).toContain(`<Size>10</Size><ChecksumSHA256>${computeChecksum('SHA256', bodies[2] ?? Buffer.of())}<`);
  expect(all.element('ChecksumType')).toBe('COMPOSITE');
  const page = await attributes('parts', 'ObjectParts', { 'x-amz-max-parts': '1', 'x-amz-part-number-marker': '1' });
  expect(
    ['PartsCount', 'PartNumberMarker', 'NextPartNumberMarker', 'MaxParts', 'IsTruncated'].map((name) =>
      page.element(name),
    ),
  ).toEqual(['3', '1', '2', '1', 'true']);
  const last = await attributes('parts', 'ObjectParts', { 'x-amz-part-number-marker': '2' });
  expect([last.element('PartNumber'), last.element('IsTruncated')]).toEqual(['3', 'false']);
});

test.each([undefined, ', '])('no attribute at all is refused: %j', async (names) => {
  const answer = await attributes('plain', names, {});
  expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
});

test.each([
  ['an unknown attribute', 'ETag,Color', {}, 'x-amz-object-attributes', 'ETag,Color'],
  ['a page size that is no number', 'ETag', { 'x-amz-max-parts': '-1' }, 'x-amz-max-parts', '-1'],
  ['a marker that is no number', 'ETag', { 'x-amz-part-number-marker': 'x' }, 'x-amz-part-number-marker', 'x'],
])('%s is refused', async (_what, names, headers, argument, value) => {
  const answer = await attributes('plain', names, headers);
  expect([answer.status, answer.code, answer.element('ArgumentName'), answer.element('ArgumentValue')]).toEqual([
    400,
    'InvalidArgument',
    argument,
    value,
  ]);
});

test('a missing object', async () => {
  const answer = await attributes('missing', 'ETag');
  expect([answer.status, answer.code, answer.element('Key')]).toEqual([404, 'NoSuchKey', 'missing']);
});
