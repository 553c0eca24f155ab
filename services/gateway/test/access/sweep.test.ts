/** Every operation, asked by callers who may do nothing: none succeeds but those that are listed, and nothing has changed. */
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT_ACCOUNT_ID } from '@needlestack/access-control';
import { SigningKeyCache } from '@needlestack/s3-protocol';
import { parseCompatibility, S3_OPERATIONS, type S3OperationName } from '../../src/index.ts';
import { requestsOfAllOperations } from '../support/operation-requests.ts';
import { startTestStore, type TestStore } from '../support/start-test-store.ts';
import { TestClient } from '../support/test-client.ts';

const LOW = { accessKeyId: 'LOW', secretAccessKey: 'low-secret' };
const FOREIGN = { accessKeyId: 'FOREIGN', secretAccessKey: 'foreign-secret' };
const requests = requestsOfAllOperations({ bucket: 'swept', key: 'key', accountId: ROOT_ACCOUNT_ID });

/** What may be answered by other than AccessDenied, and why that gives nothing away. */
const LISTED: Readonly<Record<string, Partial<Record<S3OperationName, number>>>> = {
  // Who uploads a form stands in the form, and there is none: forms of strangers are below.
  nobody: { PostObject: 412 },
  // Whose account it is: each key of a body is decided, and there is none.
  'a user without grants': { DeleteObjects: 400, PostObject: 400 },
  // Its own account: it lists no bucket of another one, and takes no name that is taken.
  'the root of another account': { ListBuckets: 200, CreateBucket: 409, PostObject: 400 },
};

const directory = mkdtempSync(join(tmpdir(), 'needlestack-sweep-'));
const identitiesPath = join(directory, 'identities.json');
writeFileSync(
  identitiesPath,
  JSON.stringify({
    identities: [
      { name: 'low', credentials: [toCredential(LOW)], actions: ['Read:elsewhere', 'Write:elsewhere'] },
      { name: 'foreign', account: { id: '42' }, credentials: [toCredential(FOREIGN)], actions: ['Admin'] },
    ],
  }),
);
afterAll(() => rmSync(directory, { recursive: true }));

function toCredential({ accessKeyId, secretAccessKey }: typeof LOW): object {
  return { accessKey: accessKeyId, secretKey: secretAccessKey };
}

function signForm({ accessKeyId, secretAccessKey }: typeof LOW): Readonly<Record<string, string>> {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const credential = `${accessKeyId}/${date}/us-east-1/s3/aws4_request`;
  const fields = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': credential,
    'x-amz-date': `${date}T000000Z`,
  };
  const conditions = [
    { bucket: 'swept' },
    { key: 'key' },
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
  ];
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  const policy = Buffer.from(JSON.stringify({ expiration, conditions })).toString('base64');
  const key = new SigningKeyCache().get(credential, secretAccessKey, date, 'us-east-1', 's3');
  return { ...fields, policy, 'x-amz-signature': key.sign(policy) };
}

test('the requests are one for every operation at least', () => {
  const asked = new Set(requests.map(({ operation }) => operation));
  expect(Object.keys(S3_OPERATIONS).filter((name) => !asked.has(name as S3OperationName))).toEqual([]);
});

describe.each([
  ['as AWS', [] as string[]],
  ['as RGW', ['rgw']],
])('%s', (_, names) => {
  let store: TestStore;
  let before: unknown;
  const contents = async (): Promise<unknown> => ({
    buckets: (await store.catalog.listBuckets({ prefix: '', startAfter: '', maxBuckets: 10 })).buckets,
    versions: await store.catalog.listObjectVersions({
      bucket: 'swept',
      prefix: '',
      delimiter: '',
      keyMarker: '',
      versionIdMarker: '',
      maxKeys: 10,
    }),
    block: await store.catalog.getAccountConfig(ROOT_ACCOUNT_ID, 'public-access-block'),
  });

  beforeAll(async () => {
    store = await startTestStore({ identitiesPath, compatibility: parseCompatibility(names) });
    await store.client.call('PUT', '/swept');
    await store.client.call('PUT', '/swept/key', { body: 'kept', headers: { 'x-amz-meta-a': 'b' } });
    before = await contents();
  });
  afterAll(() => store.close());

  test.each(Object.entries(LISTED))('%s', async (who, listed) => {
    const unlisted: unknown[] = [];
    for (const { operation, method, path, query, headers } of requests) {
      const answer =
        who === 'nobody'
          ? await store.client.send(method, query === '' ? path : `${path}?${query}`, headers)
          : await new TestClient(store.port, who.startsWith('a user') ? LOW : FOREIGN).call(method, path, {
              query,
              headers,
            });
      const isQuiet = method === 'HEAD';
      const expected =
        listed[operation] ?? (who === 'nobody' && operation === 'ListBuckets' && names.length > 0 ? 200 : 403);
      const isRefusal = answer.status === 403 && (isQuiet || answer.code === 'AccessDenied');
      if (answer.status !== expected || (expected === 403 && !isRefusal)) {
        unlisted.push([operation, method, query, answer.status, answer.code]);
      }
    }
    expect(unlisted).toEqual([]);
    expect(await contents()).toEqual(before);
  });

  test('forms are refused, unsigned or signed by a stranger', async () => {
    for (const fields of [{}, signForm(LOW), signForm(FOREIGN)]) {
      const form = new FormData();
      for (const [name, value] of Object.entries({ key: 'key', ...fields })) form.append(name, value);
      form.append('file', new Blob(['forged']), 'file');
      const response = await fetch(`http://127.0.0.1:${store.port}/swept`, { method: 'POST', body: form });
      expect([response.status, await response.text()]).toEqual([403, expect.stringContaining('AccessDenied')]);
    }
    expect(await contents()).toEqual(before);
  });

  test('each key of a batch is refused', async () => {
    const document = '<Delete><Object><Key>key</Key></Object><Object><Key>none</Key></Object></Delete>';
    const headers = { 'content-md5': hash('md5', document, 'base64') };
    const batch = { query: 'delete', body: document, headers };
    const answer = await new TestClient(store.port, LOW).call('POST', '/swept', batch);
    expect([...answer.text.matchAll(/<Code>(\w+)/g)].map((match) => match[1])).toEqual([
      'AccessDenied',
      'AccessDenied',
    ]);
    expect(await contents()).toEqual(before);
  });

  test('a signature that is not right is refused before anything else', async () => {
    const forger = new TestClient(store.port, { ...FOREIGN, secretAccessKey: 'another' });
    for (const { method, path, query, headers } of requests) {
      expect((await forger.call(method, path, { query, headers })).status).toBe(403);
    }
    expect(await contents()).toEqual(before);
  });
});
