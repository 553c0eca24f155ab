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
const makeBucket = async (headers: Readonly<Record<string, string>> = {}): Promise<string> => {
  const bucket = `/rules-${count++}`;
  expect(await outcome(access.main.call('PUT', bucket, { headers }))).toEqual(OK);
  expect(await outcome(access.main.call('PUT', `${bucket}/key`, { body: 'body' }))).toEqual(OK);
  return bucket;
};
const put = (path: string, query: string, body: string) => outcome(access.main.call('PUT', path, { query, body }));
const policyOf = (bucket: string): string =>
  JSON.stringify({
    Statement: {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket.slice(1)}/*`,
    },
  });
const blockOf = (...settings: readonly string[]): string =>
  `<PublicAccessBlockConfiguration>${settings.map((name) => `<${name}>true</${name}>`).join('')}</PublicAccessBlockConfiguration>`;
const ownershipOf = (rule: string): string =>
  `<OwnershipControls><Rule><ObjectOwnership>${rule}</ObjectOwnership></Rule></OwnershipControls>`;

describe('ownership', () => {
  test('a new bucket enforces its owner: ACLs are refused, and its owner owns what others write', async () => {
    const bucket = await makeBucket();
    const { main, alt } = access;
    expect((await main.call('GET', bucket, { query: 'ownershipControls' })).text).toContain('BucketOwnerEnforced');
    const acl = { headers: { 'x-amz-acl': 'public-read' } };
    const unsupported = [400, 'AccessControlListNotSupported'];
    expect(await outcome(main.call('PUT', bucket, { ...acl, query: 'acl' }))).toEqual(unsupported);
    expect(await outcome(main.call('PUT', `${bucket}/key`, { ...acl, query: 'acl' }))).toEqual(unsupported);
    expect(await outcome(main.call('PUT', `${bucket}/new`, { ...acl, body: 'x' }))).toEqual(unsupported);
    expect(await outcome(main.call('POST', `${bucket}/new`, { ...acl, query: 'uploads' }))).toEqual(unsupported);
    expect(await outcome(main.call('GET', `${bucket}/new`))).toEqual([404, 'NoSuchKey']);
    const owned = { body: 'x', headers: { 'x-amz-acl': 'bucket-owner-full-control' } };
    await main.call('DELETE', bucket, { query: 'publicAccessBlock' });
    const Statement = {
      Effect: 'Allow',
      Principal: { AWS: ALT_ACCOUNT },
      Action: ['s3:PutObject', 's3:PutObjectAcl'],
      Resource: `arn:aws:s3:::${bucket.slice(1)}/*`,
    };
    await put(bucket, 'policy', JSON.stringify({ Statement }));
    expect(await outcome(alt.call('PUT', `${bucket}/foreign`, owned))).toEqual(OK);
    expect((await main.call('GET', `${bucket}/foreign`)).text).toBe('x');
    expect(await outcome(alt.call('GET', `${bucket}/foreign`))).toEqual(DENIED);
  });

  test('preferred: with bucket-owner-full-control the object changes hands', async () => {
    const bucket = await makeBucket({ 'x-amz-object-ownership': 'BucketOwnerPreferred' });
    await access.main.call('DELETE', bucket, { query: 'publicAccessBlock' });
    expect(
      await outcome(access.main.call('PUT', bucket, { query: 'acl', headers: { 'x-amz-acl': 'public-read-write' } })),
    ).toEqual(OK);
    for (const [acl, expected] of [
      ['bucket-owner-full-control', OK],
      ['private', DENIED],
    ] as const) {
      await access.alt.call('PUT', `${bucket}/foreign`, { body: 'x', headers: { 'x-amz-acl': acl } });
      expect(await outcome(access.main.call('GET', `${bucket}/foreign`))).toEqual(expected);
    }
  });

  test('cannot be enforced while the ACL shares the bucket', async () => {
    const bucket = await makeBucket({ 'x-amz-object-ownership': 'ObjectWriter' });
    const grant = { query: 'acl', headers: { 'x-amz-grant-read': 'emailAddress=ALT@example.com' } };
    expect(await outcome(access.main.call('PUT', bucket, grant))).toEqual(OK);
    const enforced = ownershipOf('BucketOwnerEnforced');
    expect(await put(bucket, 'ownershipControls', enforced)).toEqual([400, 'InvalidBucketAclWithObjectOwnership']);
    await access.main.call('PUT', bucket, { query: 'acl', headers: { 'x-amz-acl': 'private' } });
    expect(await put(bucket, 'ownershipControls', enforced)).toEqual(OK);
    expect((await access.main.call('DELETE', bucket, { query: 'ownershipControls' })).status).toBe(204);
    const gone = await outcome(access.main.call('GET', bucket, { query: 'ownershipControls' }));
    expect(gone).toEqual([404, 'OwnershipControlsNotFoundError']);
  });

  test.each(['<OwnershipControls/>', ownershipOf('Everyone'), 'x'])('refused: %s', async (body) => {
    const bucket = await makeBucket();
    expect(await put(bucket, 'ownershipControls', body)).toEqual([400, 'MalformedXML']);
    expect((await access.main.call('GET', bucket, { query: 'ownershipControls' })).text).toContain('Enforced');
  });

  test.each([
    [{ 'x-amz-object-ownership': 'Everyone' }, 'InvalidArgument'],
    [{ 'x-amz-acl': 'public-read' }, 'InvalidBucketAclWithObjectOwnership'],
    [
      { 'x-amz-acl': 'public-read', 'x-amz-object-ownership': 'ObjectWriter' },
      'InvalidBucketAclWithBlockPublicAccessError',
    ],
  ])('no bucket is made with %j', async (headers, code) => {
    expect(await outcome(access.main.call('PUT', '/never-made', { headers }))).toEqual([400, code]);
    expect((await access.main.call('HEAD', '/never-made')).status).toBe(404);
  });
});

describe('PublicAccessBlock', () => {
  test('is on for a new bucket: no public policy, no public ACL', async () => {
    const bucket = await makeBucket({ 'x-amz-object-ownership': 'ObjectWriter' });
    const { text } = await access.main.call('GET', bucket, { query: 'publicAccessBlock' });
    expect(text.match(/>true</g)).toHaveLength(4);
    expect(await put(bucket, 'policy', policyOf(bucket))).toEqual(DENIED);
    for (const acl of ['public-read', 'public-read-write', 'authenticated-read']) {
      const headers = { 'x-amz-acl': acl };
      expect(await outcome(access.main.call('PUT', bucket, { query: 'acl', headers }))).toEqual(DENIED);
      expect(await outcome(access.main.call('PUT', `${bucket}/new`, { body: 'x', headers }))).toEqual(DENIED);
    }
    expect(await outcome(access.main.call('GET', `${bucket}/new`))).toEqual([404, 'NoSuchKey']);
    expect((await access.main.call('DELETE', bucket, { query: 'publicAccessBlock' })).status).toBe(204);
    const gone = await outcome(access.main.call('GET', bucket, { query: 'publicAccessBlock' }));
    expect(gone).toEqual([404, 'NoSuchPublicAccessBlockConfiguration']);
  });

  test('takes out what was public before', async () => {
    const bucket = await makeBucket({ 'x-amz-object-ownership': 'ObjectWriter' });
    await access.main.call('DELETE', bucket, { query: 'publicAccessBlock' });
    await put(bucket, 'policy', policyOf(bucket));
    await access.main.call('PUT', bucket, { query: 'acl', headers: { 'x-amz-acl': 'public-read' } });
    const ask = async () => [
      (await access.nobody.call('GET', `${bucket}/key`)).status,
      (await access.nobody.call('GET', bucket)).status,
      (await access.main.call('GET', `${bucket}/key`)).status,
      (await access.main.call('GET', bucket, { query: 'policyStatus' })).element('IsPublic'),
    ];
    expect(await ask()).toEqual([200, 200, 200, 'true']);
    await put(bucket, 'publicAccessBlock', blockOf('RestrictPublicBuckets'));
    expect(await ask()).toEqual([403, 200, 200, 'false']);
    await put(bucket, 'publicAccessBlock', blockOf('IgnorePublicAcls'));
    expect(await ask()).toEqual([200, 403, 200, 'true']);
  });

  test('of the account, through S3 Control, counts for each of its buckets', async () => {
    const bucket = await makeBucket();
    const { main, alt, nobody } = access;
    await main.call('DELETE', bucket, { query: 'publicAccessBlock' });
    await put(bucket, 'policy', policyOf(bucket));
    expect(await outcome(nobody.call('GET', `${bucket}/key`))).toEqual(OK);
    const path = '/v20180820/configuration/publicAccessBlock';
    const headers = { 'x-amz-account-id': MAIN_ACCOUNT };
    const none = [404, 'NoSuchPublicAccessBlockConfiguration'];
    expect(await outcome(main.call('GET', path, { headers }))).toEqual(none);
    const body = blockOf('RestrictPublicBuckets', 'BlockPublicPolicy');
    expect(await outcome(alt.call('PUT', path, { headers, body }))).toEqual(DENIED);
    expect(await outcome(main.call('PUT', path, { body }))).toEqual([400, 'InvalidRequest']);
    expect(await outcome(main.call('PUT', path, { headers, body }))).toEqual(OK);
    expect((await main.call('GET', path, { headers })).text.match(/>true</g)).toHaveLength(2);
    expect(await outcome(nobody.call('GET', `${bucket}/key`))).toEqual(DENIED);
    expect(await put(bucket, 'policy', policyOf(bucket))).toEqual(DENIED);
    expect((await main.call('DELETE', path, { headers })).status).toBe(204);
    expect(await outcome(nobody.call('GET', `${bucket}/key`))).toEqual(OK);
    expect((await main.call('GET', '/v20180820/jobs', { headers })).code).toBe('NotImplemented');
  });
});

test('policy status: 404 without a policy', async () => {
  const bucket = await makeBucket();
  expect(await outcome(access.main.call('GET', bucket, { query: 'policyStatus' }))).toEqual([
    404,
    'NoSuchBucketPolicy',
  ]);
});

test('request payment: callers of other accounts must say that they pay', async () => {
  const bucket = await makeBucket();
  const { main, alt, nobody } = access;
  const payment = (payer: string) =>
    `<RequestPaymentConfiguration><Payer>${payer}</Payer></RequestPaymentConfiguration>`;
  await main.call('DELETE', bucket, { query: 'publicAccessBlock' });
  await put(bucket, 'policy', policyOf(bucket));
  expect((await main.call('GET', bucket, { query: 'requestPayment' })).element('Payer')).toBe('BucketOwner');
  expect(await put(bucket, 'requestPayment', payment('Nobody'))).toEqual([400, 'MalformedXML']);
  expect(await put(bucket, 'requestPayment', payment('Requester'))).toEqual(OK);
  expect((await main.call('GET', bucket, { query: 'requestPayment' })).element('Payer')).toBe('Requester');
  const paying = { headers: { 'x-amz-request-payer': 'requester' } };
  expect(await outcome(alt.call('GET', `${bucket}/key`))).toEqual(DENIED);
  const paid = await alt.call('GET', `${bucket}/key`, paying);
  expect([paid.text, paid.headers['x-amz-request-charged']]).toEqual(['body', 'requester']);
  expect(await outcome(nobody.call('GET', `${bucket}/key`, paying))).toEqual(DENIED);
  const own = await main.call('GET', `${bucket}/key`);
  expect([own.text, own.headers['x-amz-request-charged']]).toEqual(['body', undefined]);
});

test('tags of the bucket count in decisions once ABAC is enabled', async () => {
  const bucket = await makeBucket();
  await access.main.call('DELETE', bucket, { query: 'publicAccessBlock' });
  await put(bucket, 'tagging', '<Tagging><TagSet><Tag><Key>stage</Key><Value>test</Value></Tag></TagSet></Tagging>');
  const policy = JSON.parse(policyOf(bucket)) as { Statement: object };
  const Condition = { StringEquals: { 'aws:ResourceTag/stage': 'test' } };
  await put(bucket, 'policy', JSON.stringify({ Statement: { ...policy.Statement, Condition } }));
  expect((await access.main.call('GET', bucket, { query: 'abac' })).element('Status')).toBe('Disabled');
  expect(await outcome(access.alt.call('GET', `${bucket}/key`))).toEqual(DENIED);
  expect(await put(bucket, 'abac', '<AbacStatus><Status>Enabled</Status></AbacStatus>')).toEqual(OK);
  expect(await outcome(access.alt.call('GET', `${bucket}/key`))).toEqual(OK);
  await access.main.call('DELETE', bucket, { query: 'tagging' });
  expect(await outcome(access.alt.call('GET', `${bucket}/key`))).toEqual(DENIED);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('%s: x-amz-expected-bucket-owner must be the owner', async (method) => {
  const bucket = await makeBucket();
  const expecting = (owner: string) => ({ headers: { 'x-amz-expected-bucket-owner': owner } });
  expect((await access.main.call(method, `${bucket}/key`, expecting(ALT_ACCOUNT))).status).toBe(403);
  expect((await access.main.call('GET', `${bucket}/key`)).text).toBe('body');
  expect((await access.main.call(method, `${bucket}/key`, expecting(MAIN_ACCOUNT))).status).toBeLessThan(300);
});

test('nobody may not override headers of the answer', async () => {
  const query = 'response-content-type=text/html';
  expect(await outcome(access.nobody.call('GET', '/any/key', { query }))).toEqual([400, 'InvalidRequest']);
});

test('buckets of one account are nothing to another, but to the root of the store', async () => {
  const bucket = await makeBucket();
  const { alt, root } = access;
  for (const [method, path] of [
    ['GET', bucket],
    ['GET', `${bucket}/key`],
    ['DELETE', `${bucket}/key`],
    ['DELETE', bucket],
  ] as const) {
    expect(await outcome(alt.call(method, path))).toEqual(DENIED);
  }
  expect((await root.call('GET', `${bucket}/key`)).text).toBe('body');
  expect((await root.call('DELETE', `${bucket}/key`)).status).toBe(204);
  expect((await root.call('DELETE', bucket)).status).toBe(204);
});
