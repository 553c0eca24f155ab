/** `needlestack admin explain-access` against a running store: what it says is what the store does. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { NEEDLESTACK_COMMAND } from '@needlestack/test-servers';
import { SimpleS3 } from '../support/simple-s3.ts';
import { storeUnderTest } from '../support/store-under-test.ts';

const Bucket = 'explained';
const APP = { accessKeyId: 'AKEXPLAINED', secretAccessKey: 'a secret for explanations' };
const directory = mkdtempSync(join(tmpdir(), 'needlestack-explain-'));
const config = join(directory, 'identities.json');
writeFileSync(
  config,
  JSON.stringify({
    identities: [
      {
        name: 'app',
        account: { id: '42' },
        credentials: [{ accessKey: APP.accessKeyId, secretKey: APP.secretAccessKey }],
        actions: ['Admin'],
      },
    ],
  }),
);

const store = storeUnderTest(() => ({ flags: [`-s3.config=${config}`] }));
let app: SimpleS3;

beforeAll(async () => {
  const { s3 } = store;
  app = new SimpleS3(store.url, APP);
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'public/a', Body: 'a', Tagging: 'stage=draft' }));
  const everything = `arn:aws:s3:::${Bucket}/*`;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'PublicRead',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/public/*`,
      },
      {
        Sid: 'NoDrafts',
        Effect: 'Deny',
        Principal: { AWS: '42' },
        Action: 's3:Get*',
        Resource: everything,
        Condition: { StringEquals: { 's3:ExistingObjectTag/stage': 'draft' } },
      },
    ],
  });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
});
afterAll(() => {
  app.close();
  rmSync(directory, { recursive: true });
});

interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly error: string;
}

const explain = (...flags: string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const args = [
      'admin',
      'explain-access',
      `-catalog=127.0.0.1:${store.process.ports.catalog}`,
      `-config=${config}`,
      ...flags,
    ];
    const child = execFile(NEEDLESTACK_COMMAND, args, (_error, text, error) =>
      resolve({ status: child.exitCode ?? -1, text, error }),
    );
  });

test('who is let in by which statement', async () => {
  const { status, text } = await explain(`-resource=${Bucket}/public/a`);
  expect(status).toBe(0);
  expect(text).toContain('caller      nobody signed\n');
  expect(text).toContain('answer      allowed: the policy of the bucket allows it\n');
  expect(text).toContain('decided by  Allow in statement 0 (PublicRead) of the policy of the bucket\n');
  expect((await fetch(`${store.url}/${Bucket}/public/a`)).status).toBe(200);
});

test('who is kept out by which statement, by what the object carries', async () => {
  const { status, text } = await explain(`-resource=${Bucket}/public/a`, `-as=${APP.accessKeyId}`, '-o=json');
  expect(status).toBe(1);
  expect(JSON.parse(text)).toMatchObject({
    isAllowed: false,
    reason: 'explicit-deny-of-resource',
    action: 's3:GetObject',
    statement: { of: 'bucket', index: 1, sid: 'NoDrafts', effect: 'Deny' },
    caller: { kind: 'account', accountId: '42' },
    bucket: { ownership: 'BucketOwnerEnforced', isPolicyPublic: true },
  });
  expect((await app.send('GET', `/${Bucket}/public/a`)).status).toBe(403);
});

test('who is kept out because nothing lets him in', async () => {
  const { status, text } = await explain(`-resource=${Bucket}`, '-operation=ListObjectsV2', `-as=${APP.accessKeyId}`);
  expect(status).toBe(1);
  expect(text).toContain('neither the policy of the bucket nor an ACL lets callers of other accounts do it');
  expect((await explain(`-resource=${Bucket}`, '-operation=ListObjectsV2', '-as=root')).status).toBe(0);
});

test.each([
  [['-resource=none'], 'there is no bucket none'],
  [[`-resource=${Bucket}`, '-as=NOBODY'], 'no access key NOBODY'],
  [[`-resource=${Bucket}`, '-operation=Guess'], 'Guess is no operation'],
  [[], '-resource is missing'],
])('%j: %s', async (flags, message) => {
  const { status, error } = await explain(...flags);
  expect([status, error]).toEqual([2, expect.stringContaining(message)]);
});
