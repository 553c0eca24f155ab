import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { errorOf } from './support/error-of.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();

test('a bucket is created, found, listed, located and deleted', async () => {
  const Bucket = 'sdk-buckets-life';
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  const head = await store.s3.send(new HeadBucketCommand({ Bucket }));
  expect(head.BucketRegion).toBe('us-east-1');
  const listed = await store.s3.send(new ListBucketsCommand({}));
  expect(listed.Buckets?.map((bucket) => bucket.Name)).toContain(Bucket);
  expect(listed.Owner?.ID).toMatch(/./);
  const location = await store.s3.send(new GetBucketLocationCommand({ Bucket }));
  // us-east-1 is spelled as an empty constraint.
  expect(location.LocationConstraint ?? '').toBe('');
  await store.s3.send(new DeleteBucketCommand({ Bucket }));
  expect(await errorOf(store.s3.send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 404 });
});

test('a bucket that holds an object is not deleted', async () => {
  const Bucket = 'sdk-buckets-full';
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  expect(await errorOf(store.s3.send(new DeleteBucketCommand({ Bucket })))).toEqual({
    code: 'BucketNotEmpty',
    status: 409,
  });
});

test.each(['ab', 'Upper-Case', 'has_underscore', '192.168.5.4', '-begins', 'ends-', 'two..dots'])(
  'the bucket name %s is refused',
  async (Bucket) => {
    const response = await store.s3.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => error.name);
    expect(response).toBe('InvalidBucketName');
  },
);

test('calls on a bucket that is not there answer NoSuchBucket', async () => {
  const Bucket = 'sdk-buckets-absent';
  const put = new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' });
  expect(await errorOf(store.s3.send(put))).toEqual({ code: 'NoSuchBucket', status: 404 });
  expect(await errorOf(store.s3.send(new GetBucketLocationCommand({ Bucket })))).toEqual({
    code: 'NoSuchBucket',
    status: 404,
  });
});
