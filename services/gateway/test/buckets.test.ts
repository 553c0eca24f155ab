import { hash } from 'node:crypto';
import { canonicalIdOf, ROOT_ACCOUNT_ID } from '@needlestack/access-control';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const md5Of = (body: string): Record<string, string> => ({ 'content-md5': hash('md5', body, 'base64') });
const keysOf = (text: string): string[] => [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => match[1] ?? '');
const prefixesOf = (text: string): string[] =>
  [...text.matchAll(/<CommonPrefixes><Prefix>([^<]*)<\/Prefix>/g)].map((match) => match[1] ?? '');

describe('buckets', () => {
  test('live from creation to deletion', async () => {
    const { client } = store;
    const created = await client.call('PUT', '/first');
    expect([created.status, created.headers.location]).toEqual([200, '/first']);
    expect((await client.call('PUT', '/first')).status).toBe(200);
    const head = await client.call('HEAD', '/first');
    expect([head.status, head.headers['x-amz-bucket-region']]).toEqual([200, 'us-east-1']);
    for (const { headers } of [created, head]) expect(headers['x-amz-bucket-arn']).toBe('arn:aws:s3:::first');
    // Where a bucket is, everyone may know.
    const nobody = await client.send('HEAD', '/first');
    expect([nobody.status, nobody.headers['x-amz-bucket-region']]).toEqual([403, 'us-east-1']);
    const list = await client.call('GET', '/');
    expect(list.text).toContain('<Name>first</Name>');
    expect(list.element('ID')).toBe(canonicalIdOf(ROOT_ACCOUNT_ID));
    const location = await client.call('GET', '/first', { query: 'location' });
    expect(location.text).toMatch(/<LocationConstraint xmlns="[^"]*"\/>/);
    await client.call('PUT', '/first/key', { body: 'x' });
    expect(await client.call('DELETE', '/first')).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    await client.call('DELETE', '/first/key');
    expect((await client.call('DELETE', '/first')).status).toBe(204);
    expect(await client.call('GET', '/first')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    expect(await client.call('HEAD', '/first')).toMatchObject({ status: 404, text: '' });
  });

  test.each(['ab', 'Upper-case', 'iceberg', 'a..b', '192.168.1.1'])('the name %s is refused', async (name) => {
    expect(await store.client.call('PUT', `/${name}`)).toMatchObject({ status: 400, code: 'InvalidBucketName' });
  });

  test.each([
    [
      'IllegalLocationConstraintException',
      '<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>',
    ],
    [
      'InvalidLocationConstraint',
      '<CreateBucketConfiguration><LocationConstraint>nowhere</LocationConstraint></CreateBucketConfiguration>',
    ],
    ['MalformedXML', '<CreateBucketConfiguration>'],
    ['MalformedXML', '<CreateBucketConfiguration><Colour>blue</Colour></CreateBucketConfiguration>'],
    [
      'InvalidTag',
      `<CreateBucketConfiguration><Tags>${'<Tag><Key>k</Key><Value/></Tag>'.repeat(2)}</Tags></CreateBucketConfiguration>`,
    ],
    ['MalformedXML', '<!DOCTYPE a><CreateBucketConfiguration/>'],
  ])('%s', async (code, body) => {
    expect(await store.client.call('PUT', '/refused', { body })).toMatchObject({ status: 400, code });
    expect((await store.client.call('HEAD', '/refused')).status).toBe(404);
  });

  test('an ACL that would not count is refused', async () => {
    expect(await store.client.call('PUT', '/refused', { headers: { 'x-amz-acl': 'public-read' } })).toMatchObject({
      code: 'InvalidBucketAclWithObjectOwnership',
    });
  });

  test('a bucket can be born with tags', async () => {
    const { client } = store;
    const body =
      '<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint><Tags><Tag><Key>team</Key><Value>blue</Value></Tag></Tags></CreateBucketConfiguration>';
    expect((await client.call('PUT', '/tagged', { body })).status).toBe(200);
    expect((await client.call('GET', '/tagged', { query: 'tagging' })).text).toContain(
      '<Key>team</Key><Value>blue</Value>',
    );
  });

  test('a directory bucket is refused', async () => {
    const body =
      '<CreateBucketConfiguration><Location><Name>use1-az4</Name><Type>AvailabilityZone</Type></Location></CreateBucketConfiguration>';
    expect(await store.client.call('PUT', '/refused', { body })).toMatchObject({ status: 501, code: 'NotImplemented' });
    expect((await store.client.call('HEAD', '/refused')).status).toBe(404);
  });

  test('pages of buckets are asked for in bounds, by tokens of ours', async () => {
    for (const query of [
      'max-buckets=0',
      'max-buckets=10001',
      'max-buckets=x',
      'continuation-token=%25',
      'continuation-token=QUJD',
    ]) {
      expect(await store.client.call('GET', '/', { query })).toMatchObject({ status: 400, code: 'InvalidArgument' });
    }
    const elsewhere = await store.client.call('GET', '/', { query: 'bucket-region=eu-west-1' });
    expect([elsewhere.status, elsewhere.text.includes('<Name>')]).toEqual([200, false]);
  });

  test('page by page', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await store.client.call('PUT', `/${name}`);
    const first = await store.client.call('GET', '/', { query: 'max-buckets=2&prefix=page-' });
    expect(first.text.match(/<Name>/g)?.length).toBe(2);
    const token = first.element('ContinuationToken') ?? '';
    const second = await store.client.call('GET', '/', {
      query: `max-buckets=2&prefix=page-&continuation-token=${token}`,
    });
    expect(second.text).toContain('<Name>page-c</Name>');
    expect(second.element('ContinuationToken')).toBeUndefined();
  });
});

describe('configurations that were never set', () => {
  beforeAll(() => store.client.call('PUT', '/plain'));

  test.each([
    ['policy', 'NoSuchBucketPolicy'],
    ['tagging', 'NoSuchTagSet'],
    ['cors', 'NoSuchCORSConfiguration'],
    ['lifecycle', 'NoSuchLifecycleConfiguration'],
    ['website', 'NoSuchWebsiteConfiguration'],
    ['replication', 'ReplicationConfigurationNotFoundError'],
    ['object-lock', 'ObjectLockConfigurationNotFoundError'],
  ])('?%s is 404 %s', async (query, code) => {
    expect(await store.client.call('GET', '/plain', { query })).toMatchObject({ status: 404, code });
  });

  test.each([
    ['versioning', '<VersioningConfiguration'],
    ['logging', '<BucketLoggingStatus'],
    ['acl', '<Permission>FULL_CONTROL</Permission>'],
    ['requestPayment', '<Payer>BucketOwner</Payer>'],
    ['ownershipControls', 'BucketOwnerEnforced'],
    ['encryption', '<SSEAlgorithm>AES256</SSEAlgorithm>'],
    ['publicAccessBlock', '<BlockPublicAcls>true</BlockPublicAcls>'],
    ['notification', '<NotificationConfiguration'],
    ['uploads', '<ListMultipartUploadsResult'],
  ])('?%s is 200', async (query, text) => {
    const answer = await store.client.call('GET', '/plain', { query });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain(text);
  });

  test.each([
    ['GET', '/plain', 'unknown'],
    ['PUT', '/plain/key', 'append&position=0'],
    ['PUT', '/plain/key', 'unknown'],
  ])('%s %s?%s is 501 and does nothing', async (method, path, query) => {
    expect(await store.client.call(method, path, { query, body: 'x' })).toMatchObject({
      status: 501,
      code: 'NotImplemented',
    });
    expect((await store.client.call('HEAD', '/plain/key')).status).toBe(404);
    expect((await store.client.call('HEAD', '/plain')).status).toBe(200);
  });

  test('a method that S3 does not have here', async () => {
    const answer = await store.client.call('PATCH', '/plain');
    expect(answer).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
    expect(answer.headers.allow).toContain('GET');
  });
});

describe('listing', () => {
  const keys = ['a', 'b/1', 'b/2', 'c d', 'foo+1/x', 'foo/x', 'z&<'];
  beforeAll(async () => {
    await store.client.call('PUT', '/list');
    for (const key of keys) await store.client.call('PUT', ['list', key], { body: key });
  });

  test('version 1, page by page', async () => {
    const all = await store.client.call('GET', '/list');
    expect(keysOf(all.text)).toEqual(['a', 'b/1', 'b/2', 'c d', 'foo+1/x', 'foo/x', 'z&amp;&lt;']);
    expect(all.element('DisplayName')).toBe('root');
    const first = await store.client.call('GET', '/list', { query: 'max-keys=2&delimiter=%2F' });
    expect(keysOf(first.text)).toEqual(['a']);
    expect(prefixesOf(first.text)).toEqual(['b/']);
    expect(first.element('NextMarker')).toBe('b/');
    const second = await store.client.call('GET', '/list', { query: 'max-keys=2&delimiter=%2F&marker=b%2F' });
    expect([keysOf(second.text), prefixesOf(second.text)]).toEqual([['c d'], ['foo+1/']]);
    expect((await store.client.call('GET', '/list', { query: 'max-keys=2' })).element('NextMarker')).toBeUndefined();
  });

  test('version 2, by tokens, without loss or repetition', async () => {
    const seen: string[] = [];
    let query = 'list-type=2&max-keys=1&delimiter=%2F&encoding-type=url';
    for (let page = 0; page < 20; page++) {
      const answer = await store.client.call('GET', '/list', { query });
      expect(answer.element('KeyCount')).toBe('1');
      seen.push(...keysOf(answer.text), ...prefixesOf(answer.text));
      const token = answer.element('NextContinuationToken');
      if (token === undefined) break;
      query = `list-type=2&max-keys=1&delimiter=%2F&encoding-type=url&continuation-token=${token}`;
    }
    expect(seen).toEqual(['a', 'b/', 'c%20d', 'foo%2B1/', 'foo/', 'z%26%3C']);
  });

  test('edges', async () => {
    const none = await store.client.call('GET', '/list', { query: 'list-type=2&max-keys=0' });
    expect([none.element('KeyCount'), none.element('IsTruncated')]).toEqual(['0', 'false']);
    const owner = await store.client.call('GET', '/list', {
      query: 'list-type=2&fetch-owner=true&start-after=foo%2Fx',
    });
    expect([keysOf(owner.text), owner.element('ID')]).toEqual([['z&amp;&lt;'], canonicalIdOf(ROOT_ACCOUNT_ID)]);
    for (const query of ['max-keys=-1', 'max-keys=text', 'encoding-type=base64', 'list-type=2&continuation-token=x']) {
      expect(await store.client.call('GET', '/list', { query })).toMatchObject({
        status: 400,
        code: 'InvalidArgument',
      });
    }
  });

  test('many keys at once', async () => {
    const document = `<Delete><Object><Key>a</Key></Object><Object><Key>missing</Key></Object><Object><Key>z&amp;&lt;</Key></Object></Delete>`;
    expect(await store.client.call('POST', '/list', { query: 'delete', body: document })).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
    const answer = await store.client.call('POST', '/list', {
      query: 'delete',
      body: document,
      headers: md5Of(document),
    });
    expect(keysOf(answer.text)).toEqual(['a', 'missing', 'z&amp;&lt;']);
    expect(keysOf((await store.client.call('GET', '/list')).text)).toEqual(['b/1', 'b/2', 'c d', 'foo+1/x', 'foo/x']);
    const quiet = '<Delete><Quiet>true</Quiet><Object><Key>b/1</Key></Object><Object><Key>../x</Key></Object></Delete>';
    const second = await store.client.call('POST', '/list', { query: 'delete', body: quiet, headers: md5Of(quiet) });
    expect(second.text).toContain('<Error><Key>../x</Key><Code>InvalidURI</Code>');
    expect(second.text).not.toContain('<Deleted>');
  });
});
