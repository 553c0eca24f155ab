import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'unauthenticated';

beforeAll(async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'kept', Body: 'kept' }));
});

test.each([
  ['GET', '/'],
  ['PUT', '/a-new-bucket'],
  ['GET', `/${Bucket}`],
  ['HEAD', `/${Bucket}`],
  ['DELETE', `/${Bucket}`],
  ['GET', `/${Bucket}/kept`],
  ['HEAD', `/${Bucket}/kept`],
  ['PUT', `/${Bucket}/new`],
  ['DELETE', `/${Bucket}/kept`],
  ['POST', `/${Bucket}?delete`],
  ['POST', `/${Bucket}/new?uploads`],
  ['PUT', `/${Bucket}?notification`],
  ['POST', `/${Bucket}/kept?select&select-type=2`],
  ['GET', '/iceberg/v1/unauthenticated/namespaces'],
  ['POST', '/iceberg/v1/unauthenticated/namespaces'],
  ['POST', '/_iceberg/v1/unauthenticated/namespaces'],
])('%s %s without a signature is refused and changes nothing', async (method, path) => {
  const body = method === 'PUT' || method === 'POST' ? '{"namespace":["x"]}' : null;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(store.url + path, { method, body, headers });
  await response.arrayBuffer();
  expect([401, 403]).toContain(response.status);
  const { Contents } = await store.s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map((entry) => entry.Key)).toEqual(['kept']);
});
