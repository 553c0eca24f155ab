import {
  CreateBucketCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'sdk-listing';

/** In byte order of UTF-8: `+` before `/`, and the emoji (F0…) after U+FFEE (EF…), which UTF-16 would turn round. */
const KEYS = ['a', 'dir/1', 'dir/2', 'dir/sub/3', 'foo+1/x', 'foo/1', 'space here', 'ü', '\uffee', '\u{1f600}'];

beforeAll(async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  for (const Key of KEYS.toReversed()) await store.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
});

const list = (input: Partial<ListObjectsV2CommandInput> = {}) =>
  store.s3.send(new ListObjectsV2Command({ Bucket, ...input }));

test('keys come in the order of their bytes, with size, ETag and time', async () => {
  const answer = await list();
  expect(answer.Contents?.map((entry) => entry.Key)).toEqual(KEYS);
  expect(answer).toMatchObject({ KeyCount: KEYS.length, IsTruncated: false, Name: Bucket, MaxKeys: 1_000 });
  const [first] = answer.Contents ?? [];
  expect(first).toMatchObject({ Size: 1, ETag: '"0cc175b9c0f1b6a831c399e269772661"', StorageClass: 'STANDARD' });
  expect(first?.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000);
  expect(first?.Owner).toBeUndefined();
  const [owned] = (await list({ FetchOwner: true })).Contents ?? [];
  expect(owned?.Owner?.ID).toMatch(/./);
});

test('a delimiter folds keys into common prefixes', async () => {
  const root = await list({ Delimiter: '/' });
  expect(root.CommonPrefixes?.map((entry) => entry.Prefix)).toEqual(['dir/', 'foo+1/', 'foo/']);
  expect(root.Contents?.map((entry) => entry.Key)).toEqual(['a', 'space here', 'ü', '\uffee', '\u{1f600}']);
  const inside = await list({ Delimiter: '/', Prefix: 'dir/' });
  expect(inside.CommonPrefixes?.map((entry) => entry.Prefix)).toEqual(['dir/sub/']);
  expect(inside.Contents?.map((entry) => entry.Key)).toEqual(['dir/1', 'dir/2']);
  const long = await list({ Delimiter: 'r/' });
  expect(long.CommonPrefixes?.map((entry) => entry.Prefix)).toEqual(['dir/']);
});

test.each([1, 2, 3, 7])('a walk by pages of %d meets every entry once', async (MaxKeys) => {
  const met: (string | undefined)[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await list({
      MaxKeys,
      Delimiter: '/',
      ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    });
    const entries = [
      ...(page.Contents ?? []).map((entry) => entry.Key),
      ...(page.CommonPrefixes ?? []).map((entry) => entry.Prefix),
    ];
    expect(entries.length).toBeLessThanOrEqual(MaxKeys);
    expect(page.KeyCount).toBe(entries.length);
    met.push(...entries);
    ContinuationToken = page.NextContinuationToken;
    expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
  } while (ContinuationToken !== undefined);
  expect(met).toHaveLength(8);
  expect(new Set(met)).toEqual(new Set(['a', 'dir/', 'foo+1/', 'foo/', 'space here', 'ü', '\uffee', '\u{1f600}']));
});

test('start-after and the marker of version 1 are exclusive and need not exist', async () => {
  const after = await list({ StartAfter: 'dir/1' });
  expect(after.Contents?.[0]?.Key).toBe('dir/2');
  expect((await list({ StartAfter: 'dir/1a' })).Contents?.[0]?.Key).toBe('dir/2');
  const first = await store.s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Marker: 'a' }));
  expect(first.Contents?.map((entry) => entry.Key)).toEqual(['dir/1', 'dir/2']);
  expect(first.IsTruncated).toBe(true);
  // Version 1 gives a next marker only with a delimiter.
  expect(first.NextMarker).toBeUndefined();
  const folded = await store.s3.send(new ListObjectsCommand({ Bucket, MaxKeys: 2, Delimiter: '/' }));
  expect(folded.NextMarker).toBe('dir/');
});

test('odd page sizes', async () => {
  const none = await list({ MaxKeys: 0 });
  expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
  expect((await list({ MaxKeys: 5_000 })).MaxKeys).toBe(1_000);
  expect(await errorOf(list({ MaxKeys: -1 }))).toEqual({ code: 'InvalidArgument', status: 400 });
  expect(await errorOf(list({ ContinuationToken: 'not one of ours' }))).toEqual({
    code: 'InvalidArgument',
    status: 400,
  });
});

test('url encoding gives keys that decode to themselves', async () => {
  const answer = await list({ EncodingType: 'url', Prefix: 'space' });
  expect(answer.EncodingType).toBe('url');
  expect(answer.Contents?.map((entry) => entry.Key)).toEqual(['space%20here']);
});

test('a bucket that is not there', async () => {
  expect(await errorOf(list({ Bucket: 'sdk-listing-absent' }))).toEqual({ code: 'NoSuchBucket', status: 404 });
});
