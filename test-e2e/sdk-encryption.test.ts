import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'sdk-encryption';
const KMSKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/needlestack';

beforeAll(async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
});

test('an object is encrypted, read, and brought under another key', async () => {
  const Key = 'secret';
  const written = await store.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: 'nobody may know', ServerSideEncryption: 'AES256' }),
  );
  expect(written.ServerSideEncryption).toBe('AES256');
  const ObjectEncryption = { SSEKMS: { KMSKeyArn, BucketKeyEnabled: true } };
  await store.s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key, ObjectEncryption }));
  const head = await store.s3.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'needlestack',
    BucketKeyEnabled: true,
    ETag: written.ETag,
  });
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await Body?.transformToString()).toBe('nobody may know');
});

test('a rule of the bucket holds where the writer says nothing', async () => {
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const }, BucketKeyEnabled: true }];
  const ServerSideEncryptionConfiguration = { Rules };
  await store.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  const kept = await store.s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(kept.ServerSideEncryptionConfiguration).toMatchObject(ServerSideEncryptionConfiguration);
  const written = await store.s3.send(new PutObjectCommand({ Bucket, Key: 'by rule', Body: 'x' }));
  expect(written).toMatchObject({ ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true });
  const ObjectEncryption = { SSEKMS: { KMSKeyArn: 'needlestack' } };
  const refused = store.s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key: 'by rule', ObjectEncryption }));
  expect(await errorOf(refused)).toEqual({ code: 'InvalidRequest', status: 400 });
});
