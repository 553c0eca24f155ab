/** UpdateObjectEncryption, and keys of buckets: the data key is wrapped anew, and nothing else changes. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { ROOT, startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({
    compatibility: new Set(['sse-c-over-http', 'sigv2'] as const),
    encryptsByDefault: false,
  });
  await store.client.call('PUT', '/bucket');
  await store.client.call('PUT', '/locked', { headers: { 'x-amz-bucket-object-lock-enabled': 'true' } });
  await store.client.call('PUT', '/versions');
  await store.client.call('PUT', '/versions', {
    query: 'versioning',
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  });
});
afterAll(() => store.close());

const SCHEME = 'x-amz-server-side-encryption';
const KEY_ID = 'x-amz-server-side-encryption-aws-kms-key-id';
const BUCKET_KEY = 'x-amz-server-side-encryption-bucket-key-enabled';
const S3: Record<string, string> = { [SCHEME]: 'AES256' };
const kms = (keyId: string): Record<string, string> => ({ [SCHEME]: 'aws:kms', [KEY_ID]: keyId });
const arn = (keyId: string, account = '000000000000'): string => `arn:aws:kms:us-east-1:${account}:key/${keyId}`;
const document = (keyArn: string, more = ''): string =>
  `<ObjectEncryption><SSE-KMS><KMSKeyArn>${keyArn}</KMSKeyArn>${more}</SSE-KMS></ObjectEncryption>`;
const bytes = randomBytes(100_000);

const put = async (path: string, headers: Record<string, string>, body: Buffer | string = bytes): Promise<Answer> => {
  const answer = await store.client.call('PUT', path, { headers, body });
  expect(answer.status).toBe(200);
  return answer;
};
const update = (path: string, body: string, query = 'encryption'): Promise<Answer> =>
  store.client.call('PUT', path, { query, body });
const head = (path: string, query = ''): Promise<Answer> => store.client.call('HEAD', path, { query });

test.each<[string, Record<string, string>]>([
  ['SSE-S3', S3],
  ['SSE-KMS under another key', kms('first')],
  ['SSE-KMS with an encryption context', { ...kms('first'), [`${SCHEME}-context`]: 'eyJ0ZWFtIjoibGFrZSJ9' }],
])('%s: the object opens with the new key, and is otherwise what it was', async (name, headers) => {
  const path = `/bucket/${encodeURIComponent(name)}`;
  await put(path, { ...headers, 'x-amz-meta-mine': 'kept', 'x-amz-tagging': 'a=1' });
  const before = await head(path);
  const needles = new Map(store.volumes.needles);
  expect((await update(path, document(arn('second')))).status).toBe(200);
  const { headers: after } = await head(path);
  expect(after).toMatchObject(kms('second'));
  const untouched = ({ headers: all }: Answer) => [all.etag, all['last-modified'], all['x-amz-meta-mine']];
  expect(untouched(await head(path))).toEqual(untouched(before));
  const got = await store.client.call('GET', path, { headers: { 'x-amz-checksum-mode': 'ENABLED' } });
  expect(got.body.equals(bytes)).toBe(true);
  expect(got.headers['x-amz-tagging-count']).toBe('1');
  expect(got.headers['x-amz-checksum-crc64nvme']).toBeDefined();
  // No byte moves.
  expect(new Map(store.volumes.needles)).toEqual(needles);
});

test('an object of several parts', async () => {
  const begun = await store.client.call('POST', '/bucket/parts', { query: 'uploads', headers: S3 });
  const query = `uploadId=${begun.element('UploadId')}`;
  const part = await store.client.call('PUT', '/bucket/parts', { query: `partNumber=1&${query}`, body: bytes });
  const listed = `<Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part>`;
  const body = `<CompleteMultipartUpload>${listed}</CompleteMultipartUpload>`;
  await store.client.call('POST', '/bucket/parts', { query, body });
  expect((await update('/bucket/parts', document(arn('first')))).status).toBe(200);
  expect((await store.client.call('GET', '/bucket/parts')).body.equals(bytes)).toBe(true);
});

test('the named version, or the current one', async () => {
  const ids: string[] = [];
  for (const body of ['one', 'two']) {
    ids.push(`${(await put('/versions/key', S3, body)).headers['x-amz-version-id']}`);
  }
  const [older = '', newer = ''] = ids;
  expect((await update('/versions/key', document(arn('first')), `encryption&versionId=${older}`)).status).toBe(200);
  expect((await head('/versions/key', `versionId=${older}`)).headers).toMatchObject(kms('first'));
  expect((await head('/versions/key')).headers[SCHEME]).toBe('AES256');
  expect((await update('/versions/key', document(arn('second')))).status).toBe(200);
  expect((await head('/versions/key', `versionId=${newer}`)).headers).toMatchObject(kms('second'));
  const marker = await store.client.call('DELETE', '/versions/key');
  expect(await update('/versions/key', document(arn('first')))).toMatchObject({ status: 404, code: 'NoSuchKey' });
  const ofMarker = `encryption&versionId=${marker.headers['x-amz-version-id']}`;
  expect(await update('/versions/key', document(arn('first')), ofMarker)).toMatchObject({
    status: 405,
    code: 'MethodNotAllowed',
  });
  const unknown = `encryption&versionId=${'0'.repeat(32)}`;
  expect(await update('/versions/key', document(arn('first')), unknown)).toMatchObject({
    status: 404,
    code: 'NoSuchVersion',
  });
});

const customerKey = randomBytes(32);
const CUSTOMER = {
  [`${SCHEME}-customer-algorithm`]: 'AES256',
  [`${SCHEME}-customer-key`]: customerKey.toString('base64'),
  [`${SCHEME}-customer-key-md5`]: createHash('md5').update(customerKey).digest('base64'),
};
const DSSE = { [SCHEME]: 'aws:kms:dsse', [KEY_ID]: 'first' };
const GOOD = document(arn('first'));

test.each<[string, Record<string, string>, string, number, string]>([
  ['an object that lies plain', {}, GOOD, 400, 'InvalidRequest'],
  ['an object of DSSE-KMS', DSSE, GOOD, 400, 'InvalidRequest'],
  ['an object of SSE-C', CUSTOMER, GOOD, 400, 'InvalidRequest'],
  ['a change to SSE-S3', S3, '<ObjectEncryption><SSE-S3/></ObjectEncryption>', 400, 'InvalidRequest'],
  ['a change to SSE-C', S3, '<ObjectEncryption><SSE-C/></ObjectEncryption>', 400, 'InvalidRequest'],
  ['a change to nothing', S3, '<ObjectEncryption/>', 400, 'InvalidRequest'],
  ['two types at once', S3, '<ObjectEncryption><SSE-KMS/><SSE-S3/></ObjectEncryption>', 400, 'MalformedXML'],
  ['another document', S3, '<Encryption/>', 400, 'MalformedXML'],
  ['no document', S3, '', 400, 'MissingRequestBodyError'],
  ['no key', S3, '<ObjectEncryption><SSE-KMS/></ObjectEncryption>', 400, 'InvalidRequest'],
  ['the id of a key', S3, document('first'), 400, 'InvalidRequest'],
  ['an alias', S3, document('arn:aws:kms:us-east-1:000000000000:alias/first'), 400, 'InvalidRequest'],
  ["another account's key", S3, document(arn('first', '111111111111')), 403, 'AccessDenied'],
  ['a key that is not there', S3, document(arn('third')), 400, 'KMS.NotFoundException'],
  ['a flag that is none', S3, document(arn('first'), '<BucketKeyEnabled>1</BucketKeyEnabled>'), 400, 'InvalidRequest'],
])('%s is refused, and the object stays as it was', async (_what, headers, body, status, code) => {
  await put('/bucket/refused', headers);
  const seen = (): Promise<unknown> => Promise.resolve(store.catalog.lookupObject('bucket', 'refused'));
  const before = await seen();
  expect(await update('/bucket/refused', body)).toMatchObject({ status, code });
  expect(await seen()).toEqual(before);
});

test('what is not there, and a signature of version 2', async () => {
  expect(await update('/bucket/nothing', GOOD)).toMatchObject({ status: 404, code: 'NoSuchKey' });
  expect(await update('/nowhere/key', GOOD)).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  await put('/bucket/old', S3);
  const date = new Date().toUTCString();
  const toSign = `PUT\n\n\n${date}\n/bucket/old?encryption`;
  const signature = createHmac('sha1', ROOT.secretAccessKey).update(toSign).digest('base64');
  const headers = { date, authorization: `AWS ${ROOT.accessKeyId}:${signature}`, 'content-length': `${GOOD.length}` };
  const answer = await store.client.send('PUT', '/bucket/old?encryption', headers, [Buffer.from(GOOD)]);
  expect(answer).toMatchObject({ status: 400, code: 'InvalidRequest' });
  expect(answer.text).toContain('Signature Version 4');
});

test('a lock keeps the encryption too, and no bypass lets it go', async () => {
  const body = 'locked';
  const md5 = { 'content-md5': createHash('md5').update(body).digest('base64') };
  const until = new Date(Date.now() + 86_400_000).toISOString();
  const lock = { 'x-amz-object-lock-retain-until-date': until };
  const locks: Readonly<Record<string, Record<string, string>>> = {
    governance: { ...lock, 'x-amz-object-lock-mode': 'GOVERNANCE' },
    compliance: { ...lock, 'x-amz-object-lock-mode': 'COMPLIANCE' },
    hold: { 'x-amz-object-lock-legal-hold': 'ON' },
  };
  for (const [key, headers] of Object.entries(locks)) {
    await put(`/locked/${key}`, { ...S3, ...md5, ...headers }, body);
    const refused = await store.client.call('PUT', `/locked/${key}`, {
      query: 'encryption',
      headers: { 'x-amz-bypass-governance-retention': 'true' },
      body: GOOD,
    });
    expect(refused).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await head(`/locked/${key}`)).headers[SCHEME]).toBe('AES256');
  }
  const released = '<LegalHold><Status>OFF</Status></LegalHold>';
  await store.client.call('PUT', '/locked/hold', {
    query: 'legal-hold',
    headers: { 'content-md5': createHash('md5').update(released).digest('base64') },
    body: released,
  });
  expect((await update('/locked/hold', GOOD)).status).toBe(200);
});

test('changes at the same time all hold, one after the other', async () => {
  await put('/bucket/raced', S3);
  const answers = await Promise.all(['first', 'second'].map((keyId) => update('/bucket/raced', document(arn(keyId)))));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect((await store.client.call('GET', '/bucket/raced')).body.equals(bytes)).toBe(true);
});

describe('a key of the bucket', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['by the header', () => put('/bucket/short', { ...kms('first'), [BUCKET_KEY]: 'true' })],
    [
      'by UpdateObjectEncryption',
      async () => {
        await put('/bucket/short', S3);
        await update('/bucket/short', document(arn('first'), '<BucketKeyEnabled>true</BucketKeyEnabled>'));
      },
    ],
  ])('%s', async (_how, write) => {
    await write();
    const got = await store.client.call('GET', '/bucket/short');
    expect(got.headers).toMatchObject({ ...kms('first'), [BUCKET_KEY]: 'true' });
    expect(got.body.equals(bytes)).toBe(true);
    expect((await update('/bucket/short', document(arn('first')))).status).toBe(200);
    expect((await head('/bucket/short')).headers[BUCKET_KEY]).toBeUndefined();
  });

  test('by the bucket, where the writer says nothing', async () => {
    await store.client.call('PUT', '/frugal');
    const rule =
      '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>second</KMSMasterKeyID></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>';
    const body = `<ServerSideEncryptionConfiguration><Rule>${rule}</Rule></ServerSideEncryptionConfiguration>`;
    expect((await store.client.call('PUT', '/frugal', { query: 'encryption', body })).status).toBe(200);
    expect((await put('/frugal/key', {})).headers).toMatchObject({ ...kms('second'), [BUCKET_KEY]: 'true' });
    const unwanted = await put('/frugal/key', { ...kms('second'), [BUCKET_KEY]: 'false' });
    expect(unwanted.headers[BUCKET_KEY]).toBeUndefined();
  });

  test('is a flag and nothing else', async () => {
    const headers = { ...kms('first'), [BUCKET_KEY]: 'perhaps' };
    const answer = await store.client.call('PUT', '/bucket/flag', { headers, body: bytes });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect((await head('/bucket/flag')).status).toBe(404);
  });
});
