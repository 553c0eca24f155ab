import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { startNeedlestack } from '@needlestack/test-servers';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'second-process';

test('a second process on the same directory is refused with a clear message, and the first goes on', async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'kept' }));
  const { directory } = store.process;
  await expect(startNeedlestack({ directory })).rejects.toThrow(
    /ended with [1-9]\d* before it was ready[\s\S]*(in use|locked|another)/i,
  );
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key: 'kept' }));
  expect(await Body?.transformToString()).toBe('kept');
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'after', Body: 'after' }));
});

test('once the first has been killed, the next one opens the directory at once', async () => {
  await store.process.end('SIGKILL');
  await store.restart();
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key: 'after' }));
  expect(await Body?.transformToString()).toBe('after');
});
