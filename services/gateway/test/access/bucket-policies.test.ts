import { hash } from 'node:crypto';
import {
  type AccessStore,
  ALT_ACCOUNT,
  DENIED,
  MAIN_ACCOUNT,
  OK,
  outcome,
  startAccessStore,
} from '../support/start-access-store.ts';

let access: AccessStore;
beforeAll(async () => {
  access = await startAccessStore();
});
afterAll(() => access.close());

let count = 0;
/** A new bucket of main with an object, open to public policies. */
const makeBucket = async (): Promise<string> => {
  const bucket = `policy-${count++}`;
  const { main } = access;
  await main.call('PUT', `/${bucket}`);
  await main.call('DELETE', `/${bucket}`, { query: 'publicAccessBlock' });
  await main.call('PUT', `/${bucket}/key`, { body: 'body', headers: { 'x-amz-tagging': 'class=open' } });
  return bucket;
};
const statement = (bucket: string, changes: object = {}) => ({
  Effect: 'Allow',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::${bucket}/*`,
  ...changes,
});
const putPolicy = (bucket: string, ...changes: readonly object[]) =>
  access.main.call('PUT', `/${bucket}`, {
    query: 'policy',
    body: JSON.stringify({ Version: '2012-10-17', Statement: changes.map((each) => statement(bucket, each)) }),
  });

test('is put, read back byte for byte, and deleted', async () => {
  const bucket = await makeBucket();
  const { main, alt } = access;
  const body = `{ "Version" : "2012-10-17",\n "Statement": ${JSON.stringify(statement(bucket))} }`;
  expect(await outcome(main.call('GET', `/${bucket}`, { query: 'policy' }))).toEqual([404, 'NoSuchBucketPolicy']);
  expect((await main.call('PUT', `/${bucket}`, { query: 'policy', body })).status).toBe(204);
  const read = await main.call('GET', `/${bucket}`, { query: 'policy' });
  expect([read.text, read.headers['content-type']]).toEqual([body, 'application/json']);
  for (const caller of [alt, access.user, access.nobody]) {
    expect((await caller.call('GET', `/${bucket}/key`)).text).toBe('body');
    expect(await outcome(caller.call('PUT', `/${bucket}/key`, { body: 'x' }))).toEqual(DENIED);
    expect(await outcome(caller.call('GET', `/${bucket}`))).toEqual(DENIED);
  }
  expect((await main.call('DELETE', `/${bucket}`, { query: 'policy' })).status).toBe(204);
  expect((await main.call('DELETE', `/${bucket}`, { query: 'policy' })).status).toBe(204);
  expect(await outcome(access.nobody.call('GET', `/${bucket}/key`))).toEqual(DENIED);
});

test.each([
  ['', 'MissingRequestBodyError'],
  ['{', 'MalformedPolicy'],
  ['{"Statement":[]}', 'MalformedPolicy'],
  [JSON.stringify({ Statement: statement('another-bucket') }), 'MalformedPolicy'],
])('refused: %s', async (body, code) => {
  const bucket = await makeBucket();
  await putPolicy(bucket, {});
  expect(await outcome(access.main.call('PUT', `/${bucket}`, { query: 'policy', body }))).toEqual([400, code]);
  expect(await outcome(access.nobody.call('GET', `/${bucket}/key`))).toEqual(OK);
});

test('a denial binds the owner and root; the owner may always repair the policy', async () => {
  const bucket = await makeBucket();
  const { main, root } = access;
  const resources = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  expect((await putPolicy(bucket, { Effect: 'Deny', Action: 's3:*', Resource: resources })).status).toBe(204);
  for (const caller of [main, root]) {
    expect(await outcome(caller.call('GET', `/${bucket}/key`))).toEqual(DENIED);
    expect(await outcome(caller.call('GET', `/${bucket}`))).toEqual(DENIED);
    expect(await outcome(caller.call('DELETE', `/${bucket}`))).toEqual(DENIED);
    expect((await caller.call('GET', `/${bucket}`, { query: 'policy' })).status).toBe(200);
  }
  expect((await main.call('DELETE', `/${bucket}`, { query: 'policy' })).status).toBe(204);
  expect((await main.call('GET', `/${bucket}/key`)).text).toBe('body');
});

test('an owner who confirms it locks himself out; the root of the store repairs it', async () => {
  const bucket = await makeBucket();
  const deny = statement(bucket, { Effect: 'Deny', Action: 's3:*BucketPolicy', Resource: `arn:aws:s3:::${bucket}` });
  const headers = { 'x-amz-confirm-remove-self-bucket-access': 'true' };
  const body = JSON.stringify({ Statement: deny });
  expect((await access.main.call('PUT', `/${bucket}`, { query: 'policy', body, headers })).status).toBe(204);
  expect(await outcome(access.main.call('DELETE', `/${bucket}`, { query: 'policy' }))).toEqual(DENIED);
  expect((await access.root.call('DELETE', `/${bucket}`, { query: 'policy' })).status).toBe(204);
});

test('across accounts, by account and by user', async () => {
  const bucket = await makeBucket();
  await putPolicy(bucket, { Principal: { AWS: ALT_ACCOUNT } });
  expect(await outcome(access.alt.call('GET', `/${bucket}/key`))).toEqual(OK);
  expect(await outcome(access.user.call('GET', `/${bucket}/key`))).toEqual(DENIED);
  expect(await outcome(access.nobody.call('GET', `/${bucket}/key`))).toEqual(DENIED);
  await putPolicy(bucket, { Principal: { AWS: `arn:aws:iam::${MAIN_ACCOUNT}:user/user` } });
  expect(await outcome(access.user.call('GET', `/${bucket}/key`))).toEqual(OK);
  expect(await outcome(access.alt.call('GET', `/${bucket}/key`))).toEqual(DENIED);
});

test.each<[string, object, object, Record<string, string>?]>([
  [
    'aws:Referer',
    { StringLike: { 'aws:Referer': 'http://a/*' } },
    { StringLike: { 'aws:Referer': 'http://b/*' } },
    { referer: 'http://a/x' },
  ],
  [
    'aws:UserAgent',
    { StringEquals: { 'aws:UserAgent': 'a' } },
    { StringEquals: { 'aws:UserAgent': 'b' } },
    { 'user-agent': 'a' },
  ],
  ['aws:SourceIp', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
  ['aws:SecureTransport', { Bool: { 'aws:SecureTransport': 'false' } }, { Bool: { 'aws:SecureTransport': 'true' } }],
  [
    's3:ExistingObjectTag',
    { StringEquals: { 's3:ExistingObjectTag/class': 'open' } },
    { StringEquals: { 's3:ExistingObjectTag/class': 'closed' } },
  ],
  ['s3:if-match', { Null: { 's3:if-match': 'false' } }, { Null: { 's3:if-match': 'true' } }, { 'if-match': '*' }],
  [
    'aws:PrincipalAccount',
    { StringEquals: { 'aws:PrincipalAccount': ALT_ACCOUNT } },
    { StringEquals: { 'aws:PrincipalAccount': MAIN_ACCOUNT } },
  ],
  [
    'aws:PrincipalArn',
    { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ALT_ACCOUNT}:*` } },
    { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } },
  ],
  [
    'aws:PrincipalType',
    { StringEquals: { 'aws:PrincipalType': 'Account' } },
    { StringEquals: { 'aws:PrincipalType': 'User' } },
  ],
  [
    'aws:RequestedRegion',
    { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    { StringEquals: { 'aws:RequestedRegion': 'eu' } },
  ],
  [
    'aws:ResourceAccount',
    { StringEquals: { 'aws:ResourceAccount': MAIN_ACCOUNT } },
    { StringEquals: { 'aws:ResourceAccount': ALT_ACCOUNT } },
  ],
  [
    'aws:CurrentTime',
    { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
    { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
  ],
  ['s3:authType', { StringEquals: { 's3:authType': 'REST-HEADER' } }, { StringEquals: { 's3:authType': 'POST' } }],
  [
    's3:signatureversion',
    { StringEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' } },
    { StringEquals: { 's3:signatureversion': 'AWS' } },
  ],
  [
    's3:signatureAge',
    { NumericLessThan: { 's3:signatureAge': 60_000 } },
    { NumericGreaterThan: { 's3:signatureAge': 60_000 } },
  ],
])('reads under the condition %s', async (_, holding, failing, headers = {}) => {
  const bucket = await makeBucket();
  await putPolicy(bucket, { Condition: holding });
  expect(await outcome(access.alt.call('GET', `/${bucket}/key`, { headers }))).toEqual(OK);
  await putPolicy(bucket, { Condition: failing });
  expect(await outcome(access.alt.call('GET', `/${bucket}/key`, { headers }))).toEqual(DENIED);
});

test.each<[string, object, Record<string, string>]>([
  [
    's3:x-amz-acl',
    { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
    { 'x-amz-acl': 'bucket-owner-full-control' },
  ],
  [
    's3:x-amz-storage-class',
    { StringEquals: { 's3:x-amz-storage-class': 'STANDARD_IA' } },
    { 'x-amz-storage-class': 'STANDARD_IA' },
  ],
  ['s3:RequestObjectTag', { StringEquals: { 's3:RequestObjectTag/a': 'b' } }, { 'x-amz-tagging': 'a=b' }],
  [
    's3:RequestObjectTagKeys',
    {
      'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['a', 'c'] },
      Null: { 's3:RequestObjectTagKeys': 'false' },
    },
    { 'x-amz-tagging': 'a=b&c=d' },
  ],
  ['s3:if-none-match', { StringEquals: { 's3:if-none-match': '*' } }, { 'if-none-match': '*' }],
])('writes under the condition %s', async (_, Condition, headers) => {
  const bucket = await makeBucket();
  await putPolicy(bucket, { Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:PutObjectTagging'], Condition });
  expect(await outcome(access.alt.call('PUT', `/${bucket}/new`, { body: 'x' }))).toEqual(DENIED);
  expect(await outcome(access.alt.call('PUT', `/${bucket}/new`, { body: 'x', headers }))).toEqual(OK);
});

test('tags that a document sets', async () => {
  const bucket = await makeBucket();
  const Condition = { 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['a', 'b'] } };
  await putPolicy(bucket, { Action: 's3:PutObjectTagging', Condition });
  const tag = (key: string) =>
    outcome(
      access.alt.call('PUT', `/${bucket}/key`, {
        query: 'tagging',
        body: `<Tagging><TagSet><Tag><Key>${key}</Key><Value>x</Value></Tag></TagSet></Tagging>`,
      }),
    );
  expect(await tag('c')).toEqual(DENIED);
  expect(await tag('a')).toEqual(OK);
  expect((await access.main.call('GET', `/${bucket}/key`, { query: 'tagging' })).element('Key')).toBe('a');
});

test('whoever began an upload may end it', async () => {
  const bucket = await makeBucket();
  await putPolicy(bucket, { Action: 's3:PutObject' });
  const begun = await access.alt.call('POST', `/${bucket}/upload`, { query: 'uploads' });
  const query = `uploadId=${begun.element('UploadId')}`;
  expect(await outcome(access.nobody.call('DELETE', `/${bucket}/upload`, { query }))).toEqual(DENIED);
  expect(await outcome(access.user.call('GET', `/${bucket}/upload`, { query }))).toEqual(DENIED);
  expect(await outcome(access.alt.call('GET', `/${bucket}/upload`, { query }))).toEqual(OK);
  expect(await outcome(access.alt.call('DELETE', `/${bucket}/upload`, { query }))).toEqual([204, undefined]);
});

test('what a write sets on the way is asked for too', async () => {
  const bucket = await makeBucket();
  await putPolicy(bucket, { Action: 's3:PutObject' });
  expect(await outcome(access.alt.call('PUT', `/${bucket}/new`, { body: 'x' }))).toEqual(OK);
  const headers = { 'x-amz-tagging': 'a=b' };
  expect(await outcome(access.alt.call('PUT', `/${bucket}/new`, { body: 'x', headers }))).toEqual(DENIED);
});

test('listings under prefix, delimiter and max-keys', async () => {
  const bucket = await makeBucket();
  const Condition = {
    StringLike: { 's3:prefix': 'public/*' },
    StringEquals: { 's3:delimiter': '/' },
    NumericLessThanEquals: { 's3:max-keys': 10 },
  };
  await putPolicy(bucket, { Action: 's3:ListBucket', Resource: `arn:aws:s3:::${bucket}`, Condition });
  const list = (query: string) => outcome(access.nobody.call('GET', `/${bucket}`, { query }));
  expect(await list('prefix=public/a&delimiter=/&max-keys=10')).toEqual(OK);
  expect(await list('prefix=private/&delimiter=/&max-keys=10')).toEqual(DENIED);
  expect(await list('prefix=public/a&max-keys=10')).toEqual(DENIED);
  expect(await list('prefix=public/a&delimiter=/&max-keys=11')).toEqual(DENIED);
});

test('copies need the source and the destination', async () => {
  const source = await makeBucket();
  const bucket = await makeBucket();
  const Condition = {
    StringLike: { 's3:x-amz-copy-source': `${source}/k*` },
    StringEquals: { 's3:x-amz-metadata-directive': 'COPY' },
  };
  await putPolicy(bucket, { Action: 's3:PutObject', Condition });
  const headers = { 'x-amz-copy-source': `/${source}/key`, 'x-amz-metadata-directive': 'COPY' };
  const copy = (more: object = {}) =>
    outcome(access.alt.call('PUT', `/${bucket}/copy`, { headers: { ...headers, ...more } }));
  expect(await copy()).toEqual(DENIED);
  await putPolicy(source, {});
  expect(await copy()).toEqual(OK);
  expect(await copy({ 'x-amz-copy-source': `${source}/none` })).toEqual(DENIED);
  expect(await copy({ 'x-amz-metadata-directive': 'REPLACE' })).toEqual(DENIED);
  expect(await copy({ 'x-amz-source-expected-bucket-owner': ALT_ACCOUNT })).toEqual(DENIED);
  expect(await copy({ 'x-amz-source-expected-bucket-owner': MAIN_ACCOUNT })).toEqual(OK);
});

test('a source is what is copied, however it is written', async () => {
  const bucket = await makeBucket();
  const Condition = { StringEquals: { 's3:x-amz-copy-source': `${bucket}/key` } };
  await putPolicy(bucket, { Effect: 'Deny', Action: 's3:PutObject', Condition });
  for (const source of [`${bucket}/key`, `/${bucket}/key?a=b`, `${bucket}%2Fkey`, `${bucket}/k%65y?versionId=null`]) {
    const headers = { 'x-amz-copy-source': source };
    expect([source, await outcome(access.main.call('PUT', `/${bucket}/copy`, { headers }))]).toEqual([source, DENIED]);
  }
  await access.main.call('PUT', `/${bucket}/other`, { body: 'x' });
  const headers = { 'x-amz-copy-source': `${bucket}/other` };
  expect(await outcome(access.main.call('PUT', `/${bucket}/copy`, { headers }))).toEqual(OK);
});

test('each key of a batch', async () => {
  const bucket = await makeBucket();
  await putPolicy(bucket, { Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${bucket}/k*` });
  const body = '<Delete><Object><Key>key</Key></Object><Object><Key>other</Key></Object></Delete>';
  const answer = await access.alt.call('POST', `/${bucket}`, {
    query: 'delete',
    body,
    headers: { 'content-md5': md5(body) },
  });
  expect(answer.text).toContain('<Deleted><Key>key</Key></Deleted><Error><Key>other</Key><Code>AccessDenied</Code>');
});

test('another version needs another action', async () => {
  const bucket = await makeBucket();
  const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await access.main.call('PUT', `/${bucket}`, { query: 'versioning', body });
  const { headers } = await access.main.call('PUT', `/${bucket}/key`, { body: 'second' });
  const query = `versionId=${headers['x-amz-version-id']}`;
  await putPolicy(bucket, {});
  expect(await outcome(access.alt.call('GET', `/${bucket}/key`, { query }))).toEqual(DENIED);
  await putPolicy(bucket, { Action: 's3:GetObjectVersion' });
  expect(await outcome(access.alt.call('GET', `/${bucket}/key`, { query }))).toEqual(OK);
  expect(await outcome(access.alt.call('GET', `/${bucket}/key`))).toEqual(DENIED);
});

const md5 = (text: string): string => hash('md5', text, 'base64');
