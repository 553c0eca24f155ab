import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  RenameObjectCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'sdk-versions';
const DAY_MS = 86_400_000;

beforeAll(async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  await store.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
});

const put = async (Key: string, Body: string): Promise<string> => {
  const { VersionId } = await store.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  expect(VersionId).toBeDefined();
  return VersionId ?? '';
};
const read = async (Key: string, VersionId?: string): Promise<string | undefined> => {
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
};

test('versions are kept, listed, taken back and deleted', async () => {
  const { Status } = await store.s3.send(new GetBucketVersioningCommand({ Bucket }));
  expect(Status).toBe('Enabled');
  const first = await put('key', 'one');
  const second = await put('key', 'two');
  expect([await read('key'), await read('key', first)]).toEqual(['two', 'one']);
  const deleted = await store.s3.send(new DeleteObjectCommand({ Bucket, Key: 'key' }));
  expect(deleted.DeleteMarker).toBe(true);
  expect(await errorOf(read('key'))).toEqual({ code: 'NoSuchKey', status: 404 });
  expect(await errorOf(read('key', deleted.VersionId))).toMatchObject({ status: 405 });
  const page = await store.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'key' }));
  expect(page.DeleteMarkers).toMatchObject([{ Key: 'key', VersionId: deleted.VersionId, IsLatest: true }]);
  expect(page.Versions).toMatchObject([
    { Key: 'key', VersionId: second, IsLatest: false, Size: 3 },
    { Key: 'key', VersionId: first, IsLatest: false, Size: 3 },
  ]);
  await store.s3.send(new CopyObjectCommand({ Bucket, Key: 'key', CopySource: `${Bucket}/key?versionId=${first}` }));
  expect(await read('key')).toBe('one');
  const all = await store.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'key' }));
  const Objects = [...(all.Versions ?? []), ...(all.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
    Key: `${Key}`,
    VersionId,
  }));
  const gone = await store.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect([gone.Deleted?.length, gone.Errors]).toEqual([4, undefined]);
  expect((await store.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'key' }))).Versions).toBeUndefined();
});

test('a suspended bucket replaces the null version alone', async () => {
  const Suspended = 'sdk-suspended';
  await store.s3.send(new CreateBucketCommand({ Bucket: Suspended }));
  const set = (Status: 'Enabled' | 'Suspended') =>
    store.s3.send(new PutBucketVersioningCommand({ Bucket: Suspended, VersioningConfiguration: { Status } }));
  const write = (Body: string) => store.s3.send(new PutObjectCommand({ Bucket: Suspended, Key: 'key', Body }));
  await write('before');
  await set('Enabled');
  await write('kept');
  await set('Suspended');
  await write('last');
  const { Versions } = await store.s3.send(new ListObjectVersionsCommand({ Bucket: Suspended }));
  expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId === 'null', IsLatest])).toEqual([
    [true, true],
    [false, false],
  ]);
});

test('tags', async () => {
  const Key = 'tagged';
  await store.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', Tagging: 'a=1&b=two%20words' }));
  expect((await store.s3.send(new HeadObjectCommand({ Bucket, Key }))).TagCount).toBe(2);
  const tags = async () => (await store.s3.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;
  expect(await tags()).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: 'two words' },
  ]);
  const TagSet = [{ Key: 'c', Value: '3' }];
  await store.s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet } }));
  expect(await tags()).toEqual(TagSet);
  await store.s3.send(new DeleteObjectTaggingCommand({ Bucket, Key }));
  expect(await tags()).toEqual([]);
});

test('attributes and names', async () => {
  const version = await put('old name', 'body');
  const attributes = await store.s3.send(
    new GetObjectAttributesCommand({
      Bucket,
      Key: 'old name',
      ObjectAttributes: ['ETag', 'Checksum', 'ObjectSize', 'StorageClass'],
    }),
  );
  expect(attributes).toMatchObject({ ObjectSize: 4, StorageClass: 'STANDARD', VersionId: version });
  expect(attributes.ETag).toMatch(/^[0-9a-f]{32}$/);
  expect(attributes.Checksum?.ChecksumType).toBe('FULL_OBJECT');
  await store.s3.send(new RenameObjectCommand({ Bucket, Key: 'new name', RenameSource: encodeURI('old name') }));
  expect(await read('new name')).toBe('body');
  expect(await errorOf(read('old name'))).toEqual({ code: 'NoSuchKey', status: 404 });
});

test('object lock keeps versions from being deleted', async () => {
  const Locked = 'sdk-locked';
  await store.s3.send(new CreateBucketCommand({ Bucket: Locked, ObjectLockEnabledForBucket: true }));
  const ObjectLockConfiguration = {
    ObjectLockEnabled: 'Enabled' as const,
    Rule: { DefaultRetention: { Mode: 'GOVERNANCE' as const, Days: 1 } },
  };
  await store.s3.send(new PutObjectLockConfigurationCommand({ Bucket: Locked, ObjectLockConfiguration }));
  const configuration = await store.s3.send(new GetObjectLockConfigurationCommand({ Bucket: Locked }));
  expect(configuration.ObjectLockConfiguration).toEqual(ObjectLockConfiguration);
  const object = { Bucket: Locked, Key: 'key' };
  const { VersionId } = await store.s3.send(new PutObjectCommand({ ...object, Body: 'x' }));
  const head = await store.s3.send(new HeadObjectCommand(object));
  expect(head.ObjectLockMode).toBe('GOVERNANCE');
  const remove = (BypassGovernanceRetention: boolean) =>
    store.s3.send(new DeleteObjectCommand({ ...object, VersionId, BypassGovernanceRetention }));
  expect(await errorOf(remove(false))).toEqual({ code: 'AccessDenied', status: 403 });
  const RetainUntilDate = new Date(Math.ceil(Date.now() / 1000) * 1000 + 2 * DAY_MS);
  const Retention = { Mode: 'GOVERNANCE' as const, RetainUntilDate };
  await store.s3.send(new PutObjectRetentionCommand({ ...object, Retention }));
  expect((await store.s3.send(new GetObjectRetentionCommand(object))).Retention).toEqual(Retention);
  await store.s3.send(new PutObjectLegalHoldCommand({ ...object, LegalHold: { Status: 'ON' } }));
  expect((await store.s3.send(new GetObjectLegalHoldCommand(object))).LegalHold?.Status).toBe('ON');
  expect(await errorOf(remove(true))).toEqual({ code: 'AccessDenied', status: 403 });
  await store.s3.send(new PutObjectLegalHoldCommand({ ...object, LegalHold: { Status: 'OFF' } }));
  await remove(true);
  expect((await store.s3.send(new ListObjectVersionsCommand({ Bucket: Locked }))).Versions).toBeUndefined();
});
