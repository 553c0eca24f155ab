import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { presignTarget, type SigningFacts } from './support/sign-request.ts';
import { storeUnderTest } from './support/store-under-test.ts';

const store = storeUnderTest();
const Bucket = 'presigned';

beforeAll(async () => {
  await store.s3.send(new CreateBucketCommand({ Bucket }));
  await store.s3.send(new PutObjectCommand({ Bucket, Key: 'a b', Body: 'the bytes' }));
});

const facts = (more: Partial<SigningFacts> = {}): SigningFacts => ({
  credentials: store.credentials,
  host: new URL(store.url).host,
  ...more,
});

async function codeOf(response: Response): Promise<string> {
  return /<Code>([^<]*)/.exec(await response.text())?.[1] ?? '';
}

test('a presigned GET gives the object, with headers as asked', async () => {
  const target = presignTarget('GET', `/${Bucket}/a%20b`, 60, facts(), 'response-content-type=text%2Fx');
  const response = await fetch(store.url + target);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/x');
  expect(await response.text()).toBe('the bytes');
});

test('a presigned PUT stores', async () => {
  const response = await fetch(store.url + presignTarget('PUT', `/${Bucket}/put`, 60, facts()), {
    method: 'PUT',
    body: 'new',
  });
  expect(response.status).toBe(200);
  const { Body } = await store.s3.send(new GetObjectCommand({ Bucket, Key: 'put' }));
  expect(await Body?.transformToString()).toBe('new');
});

test('one that has expired', async () => {
  const target = presignTarget('GET', `/${Bucket}/a%20b`, 10, facts({ time: new Date(Date.now() - 60_000) }));
  const response = await fetch(store.url + target);
  expect([response.status, await codeOf(response)]).toEqual([403, 'AccessDenied']);
});

test('one for another method, key or time', async () => {
  const target = presignTarget('GET', `/${Bucket}/a%20b`, 60, facts());
  for (const [method, changed] of [
    ['PUT', target],
    ['GET', target.replace('a%20b', 'put')],
    ['GET', target.replace('X-Amz-Expires=60', 'X-Amz-Expires=600')],
  ] as const) {
    const response = await fetch(store.url + changed, { method });
    expect([response.status, await codeOf(response)]).toEqual([403, 'SignatureDoesNotMatch']);
  }
});

test.each([
  ['no signature', /&X-Amz-Signature=.*/, ''],
  ['a life of more than a week', /X-Amz-Expires=60/, 'X-Amz-Expires=604801'],
  ['a life that is no number', /X-Amz-Expires=60/, 'X-Amz-Expires=soon'],
])('one with %s', async (_, pattern, replacement) => {
  const target = presignTarget('GET', `/${Bucket}/a%20b`, 60, facts()).replace(pattern, replacement);
  const response = await fetch(store.url + target);
  expect([response.status, await codeOf(response)]).toEqual([400, 'AuthorizationQueryParametersError']);
});
