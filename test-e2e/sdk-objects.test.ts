import { createHash, randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'sdk-objects';

beforeAll(() => store.s3.send(new CreateBucketCommand({ Bucket })));

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

async function put(Key: string, Body: Uint8Array | string): Promise<string> {
  const { ETag } = await store.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return ETag ?? '';
}

async function get(Key: string, Range?: string): Promise<Buffer> {
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

// Around the limit of one chunk (4 MiB) and of objects small enough for special care.
test.each([0, 1, 4_095, 4_096, 65_537, 1_048_576, 4_194_303, 4_194_304, 4_194_305, 13_000_001])(
  'an object of %d bytes reads back identical, with the md5 as ETag',
  async (size) => {
    const body = randomBytes(size);
    const etag = await put(`size/${size}`, body);
    expect(etag).toBe(`"${md5(body)}"`);
    const answer = await store.s3.send(new GetObjectCommand({ Bucket, Key: `size/${size}` }));
    const read = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    expect(read.equals(body)).toBe(true);
    expect(answer.ContentLength).toBe(size);
    expect(answer.ETag).toBe(etag);
    expect(answer.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  },
);

test('headers and metadata of an upload come back with it', async () => {
  const given = {
    ContentType: 'text/plain; charset=utf-8',
    CacheControl: 'max-age=5',
    ContentDisposition: 'attachment; filename="a.txt"',
    ContentEncoding: 'gzip',
    ContentLanguage: 'de',
    Metadata: { colour: 'green', 'with-dash': 'a b c' },
  };
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'headers', Body: 'x', ...given }));
  expect(await store.s3.send(new HeadObjectCommand({ Bucket, Key: 'headers' }))).toMatchObject(given);
  const answer = await store.s3.send(
    new GetObjectCommand({
      Bucket,
      Key: 'headers',
      ResponseContentType: 'image/png',
      ResponseCacheControl: 'no-store',
    }),
  );
  expect(answer).toMatchObject({ ...given, ContentType: 'image/png', CacheControl: 'no-store' });
});

test.each([
  'a b+c%20d',
  'snowman-☃/ünï/😀',
  'a//b',
  'trailing/',
  '...',
  'quote\'"<&>',
  'new\nline',
  '%2e%2e/x',
  'k'.repeat(1_024),
])('the key %j is kept byte for byte', async (key) => {
  await put(key, `body of ${key}`);
  expect((await get(key)).toString()).toBe(`body of ${key}`);
  await store.s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
  expect(await errorOf(get(key))).toEqual({ code: 'NoSuchKey', status: 404 });
});

test('a key over 1,024 bytes is refused', async () => {
  expect(await errorOf(put('k'.repeat(1_025), 'x'))).toEqual({ code: 'KeyTooLongError', status: 400 });
});

test('an overwrite replaces; a delete of nothing succeeds', async () => {
  await put('twice', 'first');
  await put('twice', 'second');
  expect((await get('twice')).toString()).toBe('second');
  await store.s3.send(new DeleteObjectCommand({ Bucket, Key: 'twice' }));
  await store.s3.send(new DeleteObjectCommand({ Bucket, Key: 'twice' }));
  expect(await errorOf(store.s3.send(new HeadObjectCommand({ Bucket, Key: 'twice' })))).toMatchObject({ status: 404 });
});

const RANGED = randomBytes(9 * 1024 * 1024);

test.each([
  ['bytes=0-0', 0, 1],
  ['bytes=10-', 10, RANGED.length],
  ['bytes=-1', RANGED.length - 1, RANGED.length],
  ['bytes=4194300-4194310', 4_194_300, 4_194_311],
  ['bytes=4194304-8388607', 4_194_304, 8_388_608],
  ['bytes=5-99999999999', 5, RANGED.length],
])('the range %s', async (range, from, to) => {
  await put('ranged', RANGED);
  const answer = await store.s3.send(new GetObjectCommand({ Bucket, Key: 'ranged', Range: range }));
  expect(answer.$metadata.httpStatusCode).toBe(206);
  expect(answer.ContentRange).toBe(`bytes ${from}-${to - 1}/${RANGED.length}`);
  const read = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
  expect(read.equals(RANGED.subarray(from, to))).toBe(true);
});
test('ranges that cannot be satisfied answer 416, those that are not understood give the whole object', async () => {
  await put('short', 'abcde');
  for (const range of ['bytes=5-', 'bytes=-0'])
    expect(await errorOf(get('short', range))).toEqual({ code: 'InvalidRange', status: 416 });
  for (const range of ['bytes=3-1', 'bytes=a-z', 'bytes=0-0,2-3', 'chars=0-1'])
    expect((await get('short', range)).toString()).toBe('abcde');
});

test('reads obey their conditions', async () => {
  const etag = await put('read-conditions', 'x');
  const head = await store.s3.send(new HeadObjectCommand({ Bucket, Key: 'read-conditions' }));
  const before = new Date((head.LastModified?.getTime() ?? 0) - 10_000);
  const after = new Date((head.LastModified?.getTime() ?? 0) + 10_000);
  const status = async (conditions: object): Promise<number> => {
    const call = store.s3.send(new GetObjectCommand({ Bucket, Key: 'read-conditions', ...conditions }));
    return call.then(
      (answer) => answer.$metadata.httpStatusCode ?? 0,
      (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode ?? 0,
    );
  };
  expect(await status({ IfMatch: etag })).toBe(200);
  expect(await status({ IfMatch: '"other"' })).toBe(412);
  expect(await status({ IfNoneMatch: etag })).toBe(304);
  expect(await status({ IfNoneMatch: '"other"' })).toBe(200);
  expect(await status({ IfModifiedSince: before })).toBe(200);
  expect(await status({ IfModifiedSince: after })).toBe(304);
  expect(await status({ IfUnmodifiedSince: before })).toBe(412);
  expect(await status({ IfMatch: etag, IfUnmodifiedSince: before })).toBe(200);
  expect(await status({ IfNoneMatch: '"other"', IfModifiedSince: after })).toBe(200);
});

test('writes obey their conditions', async () => {
  const write = (conditions: object): Promise<unknown> =>
    store.s3.send(new PutObjectCommand({ Bucket, Key: 'write-conditions', Body: 'x', ...conditions }));
  expect(await errorOf(write({ IfMatch: '"any"' }))).toEqual({ code: 'NoSuchKey', status: 404 });
  await write({ IfNoneMatch: '*' });
  expect(await errorOf(write({ IfNoneMatch: '*' }))).toEqual({ code: 'PreconditionFailed', status: 412 });
  expect(await errorOf(write({ IfMatch: '"other"' }))).toEqual({ code: 'PreconditionFailed', status: 412 });
  await write({ IfMatch: `"${md5(Buffer.from('x'))}"` });
  expect(await errorOf(write({ IfNoneMatch: '"other"' }))).toEqual({ code: 'NotImplemented', status: 501 });
});

test('of many writers that race for a new key, one wins', async () => {
  const race = await Promise.allSettled(
    Array.from({ length: 16 }, (_, index) =>
      store.s3.send(new PutObjectCommand({ Bucket, Key: 'race', Body: `writer ${index}`, IfNoneMatch: '*' })),
    ),
  );
  const winners = race.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
  expect(winners).toHaveLength(1);
  expect((await get('race')).toString()).toBe(`writer ${winners[0]}`);
});

test('DeleteObjects deletes what is there, counts what is not, and heeds Quiet', async () => {
  await put('many/1', 'x');
  await put('many/2', 'x');
  const Objects = [{ Key: 'many/1' }, { Key: 'many/2' }, { Key: 'many/absent' }];
  const loud = await store.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(loud.Deleted?.map((entry) => entry.Key).sort()).toEqual(['many/1', 'many/2', 'many/absent']);
  expect(await errorOf(get('many/1'))).toEqual({ code: 'NoSuchKey', status: 404 });
  const quiet = await store.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  expect(quiet.Deleted ?? []).toEqual([]);
});

test('a copy has the bytes of its source, and metadata as the directive says', async () => {
  const body = randomBytes(5 * 1024 * 1024);
  const source = 'copy source/ü';
  await store.s3.send(
    new PutObjectCommand({ Bucket, Key: source, Body: body, ContentType: 'text/a', Metadata: { from: 'source' } }),
  );
  const CopySource = `${Bucket}/${source.split('/').map(encodeURIComponent).join('/')}`;
  const kept = await store.s3.send(new CopyObjectCommand({ Bucket, Key: 'copy-kept', CopySource }));
  expect(kept.CopyObjectResult?.ETag).toBe(`"${md5(body)}"`);
  expect((await get('copy-kept')).equals(body)).toBe(true);
  expect(await store.s3.send(new HeadObjectCommand({ Bucket, Key: 'copy-kept' }))).toMatchObject({
    ContentType: 'text/a',
    Metadata: { from: 'source' },
  });
  const replace = { MetadataDirective: 'REPLACE', ContentType: 'text/b', Metadata: { from: 'copy' } } as const;
  await store.s3.send(new CopyObjectCommand({ Bucket, Key: 'copy-replaced', CopySource, ...replace }));
  expect(await store.s3.send(new HeadObjectCommand({ Bucket, Key: 'copy-replaced' }))).toMatchObject({
    ContentType: 'text/b',
    Metadata: { from: 'copy' },
  });
  // The copy does not hang on the source.
  await store.s3.send(new DeleteObjectCommand({ Bucket, Key: source }));
  expect((await get('copy-kept')).equals(body)).toBe(true);
});

test('a copy obeys the conditions on its source, and onto itself must change something', async () => {
  const etag = await put('copy-conditions', 'x');
  const CopySource = `/${Bucket}/copy-conditions`;
  const copy = (Key: string, conditions: object): Promise<unknown> =>
    store.s3.send(new CopyObjectCommand({ Bucket, Key, CopySource, ...conditions }));
  await copy('copy-conditions-to', { CopySourceIfMatch: etag });
  expect(await errorOf(copy('x', { CopySourceIfMatch: '"other"' }))).toEqual({
    code: 'PreconditionFailed',
    status: 412,
  });
  expect(await errorOf(copy('x', { CopySourceIfNoneMatch: etag }))).toEqual({
    code: 'PreconditionFailed',
    status: 412,
  });
  expect(await errorOf(copy('copy-conditions', {}))).toEqual({ code: 'InvalidRequest', status: 400 });
  const absent = new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/absent` });
  expect(await errorOf(store.s3.send(absent))).toEqual({ code: 'NoSuchKey', status: 404 });
});
