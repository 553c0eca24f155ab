/** Configurations of buckets: put, read back, replaced, removed; refused ones leave the former in place. */
import { startTestStore, type TestStore } from './support/start-test-store.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore({ encryptsByDefault: false });
  for (const name of ['plain', 'target', 'unversioned', 'dotted.name']) await store.client.call('PUT', `/${name}`);
  for (const name of ['plain', 'target']) {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await store.client.call('PUT', `/${name}`, { query: 'versioning', body });
  }
});
afterAll(() => store.close());

const CORS_RULE = '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>';
const replicationTo = (bucket: string): string =>
  `<ReplicationConfiguration><Role>arn:aws:iam::1:role/r</Role><Rule><ID>r</ID><Priority>1</Priority><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Destination><Bucket>arn:aws:s3:::${bucket}</Bucket></Destination><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication></Rule></ReplicationConfiguration>`;
const inside = (document: string): string => /^<\w+[^>]*>(.*)<\/\w+>$/s.exec(document)?.[1] ?? '';

describe('one of its kind', () => {
  test.each([
    ['tagging', 'NoSuchTagSet', '<Tagging><TagSet><Tag><Key>team</Key><Value>blue</Value></Tag></TagSet></Tagging>'],
    ['cors', 'NoSuchCORSConfiguration', `<CORSConfiguration><CORSRule>${CORS_RULE}</CORSRule></CORSConfiguration>`],
    [
      'encryption',
      'ServerSideEncryptionConfigurationNotFoundError',
      '<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>',
    ],
    [
      'lifecycle',
      'NoSuchLifecycleConfiguration',
      '<LifecycleConfiguration><Rule><ID>old</ID><Prefix>a</Prefix><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>',
    ],
    [
      'website',
      'NoSuchWebsiteConfiguration',
      '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>',
    ],
    ['replication', 'ReplicationConfigurationNotFoundError', replicationTo('target')],
  ])('?%s', async (query, absent, document) => {
    const { client } = store;
    expect(await client.call('GET', '/plain', { query })).toMatchObject({ status: 404, code: absent });
    expect((await client.call('DELETE', '/plain', { query })).status).toBe(204);
    const put = await client.call('PUT', '/plain', { query, body: document });
    expect([put.status, put.text]).toEqual([query === 'tagging' ? 204 : 200, '']);
    const read = await client.call('GET', '/plain', { query });
    expect([read.status, read.headers['content-type']]).toEqual([200, 'application/xml']);
    expect(read.text).toContain(inside(document));
    expect(await client.call('PUT', '/plain', { query, body: '<Other/>' })).toMatchObject({
      status: 400,
      code: 'MalformedXML',
    });
    expect(await client.call('PUT', '/plain', { query })).toMatchObject({
      status: 400,
      code: 'MissingRequestBodyError',
    });
    expect((await client.call('GET', '/plain', { query })).text).toBe(read.text);
    expect((await client.call('DELETE', '/plain', { query })).status).toBe(204);
    expect(await client.call('GET', '/plain', { query })).toMatchObject({ status: 404, code: absent });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect(await client.call(method, '/missing', { query, body: method === 'PUT' ? document : '' })).toMatchObject({
        status: 404,
        code: 'NoSuchBucket',
      });
    }
  });

  test('a bucket made anew has none of the former one', async () => {
    const { client } = store;
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value/></Tag></TagSet></Tagging>';
    await client.call('PUT', '/short-lived');
    await client.call('PUT', '/short-lived', { query: 'tagging', body });
    expect((await client.call('DELETE', '/short-lived')).status).toBe(204);
    expect((await client.call('PUT', '/short-lived')).status).toBe(200);
    expect(await client.call('GET', '/short-lived', { query: 'tagging' })).toMatchObject({ code: 'NoSuchTagSet' });
  });

  test('an empty tag set takes tags off', async () => {
    const { client } = store;
    const tags = (text: string) => ({ query: 'tagging', body: `<Tagging><TagSet>${text}</TagSet></Tagging>` });
    await client.call('PUT', '/plain', tags('<Tag><Key>a</Key><Value/></Tag>'));
    expect((await client.call('PUT', '/plain', tags(''))).status).toBe(204);
    expect(await client.call('GET', '/plain', { query: 'tagging' })).toMatchObject({ code: 'NoSuchTagSet' });
    const many = Array.from({ length: 51 }, (_, at) => `<Tag><Key>${at}</Key><Value/></Tag>`).join('');
    expect(await client.call('PUT', '/plain', tags(many))).toMatchObject({ status: 400, code: 'InvalidTag' });
  });

  test('acceleration is kept and read back', async () => {
    const { client } = store;
    const body = '<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>';
    expect((await client.call('GET', '/plain', { query: 'accelerate' })).text).toMatch(
      /<AccelerateConfiguration xmlns="[^"]*"\/?>/,
    );
    expect((await client.call('PUT', '/plain', { query: 'accelerate', body })).status).toBe(200);
    expect((await client.call('GET', '/plain', { query: 'accelerate' })).element('Status')).toBe('Enabled');
    expect(await client.call('PUT', '/dotted.name', { query: 'accelerate', body })).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
    });
  });
});

describe('lifecycle', () => {
  const put = (rule: string) =>
    store.client.call('PUT', '/unversioned', {
      query: 'lifecycle',
      body: `<LifecycleConfiguration><Rule>${rule}</Rule></LifecycleConfiguration>`,
    });

  test('a rule without id gets one', async () => {
    await put('<Filter/><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>');
    expect((await store.client.call('GET', '/unversioned', { query: 'lifecycle' })).element('ID')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  test.each([
    ['all_storage_classes_128K', 200, undefined],
    ['varies_by_storage_class', 501, 'NotImplemented'],
    ['none', 400, 'InvalidArgument'],
  ])('the smallest size of transitions %s: %i', async (size, status, code) => {
    const header = 'x-amz-transition-default-minimum-object-size';
    const body =
      '<LifecycleConfiguration><Rule><Filter/><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule></LifecycleConfiguration>';
    const answer = await store.client.call('PUT', '/unversioned', {
      query: 'lifecycle',
      body,
      headers: { [header]: size },
    });
    expect([answer.status, answer.code]).toEqual([status, code]);
    const read = await store.client.call('GET', '/unversioned', { query: 'lifecycle' });
    expect(read.headers[header]).toBe('all_storage_classes_128K');
  });

  test('transitions are kept and shown, whatever they lead to', async () => {
    const to = (storageClass: string, days: number, name = '', kind = 'Days') =>
      `<${name}Transition><${kind}>${days}</${kind}><StorageClass>${storageClass}</StorageClass></${name}Transition>`;
    const noncurrent = to('GLACIER_IR', 30, 'NoncurrentVersion', 'NoncurrentDays');
    const transitions = `${to('STANDARD_IA', 30)}${to('GLACIER', 90)}${noncurrent}`;
    expect((await put(`<ID>cold</ID><Filter/><Status>Enabled</Status>${transitions}`)).status).toBe(200);
    const { text } = await store.client.call('GET', '/unversioned', { query: 'lifecycle' });
    expect(text).toContain(to('STANDARD_IA', 30));
    expect(text).toContain(to('GLACIER', 90));
    expect(text).toContain(noncurrent);
  });

  test('several conditions stand in And, unless RGW clients are served', async () => {
    const rule =
      '<Filter><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration>';
    expect(await put(rule)).toMatchObject({ status: 400, code: 'MalformedXML' });
    const rgw = await startTestStore({ compatibility: new Set(['joined-lifecycle-filters']) });
    try {
      await rgw.client.call('PUT', '/b');
      const body = `<LifecycleConfiguration><Rule>${rule}</Rule></LifecycleConfiguration>`;
      await rgw.client.call('PUT', '/bucket');
      expect((await rgw.client.call('PUT', '/bucket', { query: 'lifecycle', body })).status).toBe(200);
    } finally {
      await rgw.close();
    }
  });
});

describe('replication', () => {
  test.each([
    ['plain', 'nowhere-there', 'Destination bucket must exist.'],
    ['plain', 'unversioned', 'Destination bucket must have versioning enabled.'],
    ['unversioned', 'target', "Versioning must be 'Enabled' on the bucket"],
  ])('from %s to %s: %s', async (source, target, message) => {
    const answer = await store.client.call('PUT', `/${source}`, { query: 'replication', body: replicationTo(target) });
    expect(answer).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(answer.text).toContain(message.replace("'", '&apos;').split("'")[0]?.split('&')[0]);
  });
});

const S3_TARGET = '<S3BucketDestination><Bucket>arn:aws:s3:::target</Bucket><Format>CSV</Format></S3BucketDestination>';

describe.each([
  [
    'inventory',
    'InventoryConfiguration',
    'ListInventoryConfigurationsResult',
    `<IsEnabled>true</IsEnabled><Destination>${S3_TARGET}</Destination><Schedule><Frequency>Daily</Frequency></Schedule><IncludedObjectVersions>All</IncludedObjectVersions>`,
  ],
  [
    'analytics',
    'AnalyticsConfiguration',
    'ListBucketAnalyticsConfigurationsResult',
    '<StorageClassAnalysis></StorageClassAnalysis>',
  ],
  ['metrics', 'MetricsConfiguration', 'ListMetricsConfigurationsResult', '<Filter><Prefix>a</Prefix></Filter>'],
  [
    'intelligent-tiering',
    'IntelligentTieringConfiguration',
    'ListBucketIntelligentTieringConfigurationsResult',
    '<Status>Enabled</Status><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering>',
  ],
])('many of a kind: %s', (kind, root, listRoot, text) => {
  const documentOf = (id: string): string => `<${root}><Id>${id}</Id>${text}</${root}>`;
  const call = (method: string, parameters = '', body = '') =>
    store.client.call(method, '/plain', { query: `${kind}${parameters}`, body });

  test('by id, in order of ids', async () => {
    expect((await call('GET')).text).toContain('<IsTruncated>false</IsTruncated>');
    expect(await call('GET', '&id=one')).toMatchObject({ status: 404, code: 'NoSuchConfiguration' });
    expect(await call('DELETE', '&id=one')).toMatchObject({ status: 404, code: 'NoSuchConfiguration' });
    for (const id of ['two', 'one', 'two']) expect((await call('PUT', `&id=${id}`, documentOf(id))).status).toBe(200);
    expect((await call('GET', '&id=two')).text).toContain(inside(documentOf('two')));
    const list = await call('GET');
    expect(list.text).toContain(`<${listRoot} `);
    expect([...list.text.matchAll(/<Id>(\w+)<\/Id>/g)].map(([, id]) => id)).toEqual(['one', 'two']);
    expect((await call('DELETE', '&id=one')).status).toBe(204);
    expect((await call('GET')).text).not.toContain('<Id>one</Id>');
    expect((await call('DELETE', '&id=two')).status).toBe(204);
    expect((await call('GET')).text).not.toContain('<Id>');
  });

  test.each([
    ['PUT', '', 'InvalidArgument'],
    ['PUT', '&id=', 'InvalidArgument'],
    ['PUT', '&id=two%20words', 'InvalidArgument'],
    ['PUT', '&id=other', 'InvalidArgument'],
    ['DELETE', '', 'InvalidArgument'],
    ['GET', '&continuation-token=%25', 'InvalidArgument'],
  ])('%s ?%s is refused with %s', async (method, parameters, code) => {
    expect(await call(method, parameters, method === 'PUT' ? documentOf('one') : '')).toMatchObject({
      status: 400,
      code,
    });
    expect((await call('GET')).text).not.toContain('<Id>');
  });
});

test('pages of configurations, and their limit', async () => {
  const { client } = store;
  const all = Array.from(
    { length: 1000 },
    (_, at) => `<MetricsConfiguration><Id>id-${String(at).padStart(4, '0')}</Id></MetricsConfiguration>`,
  );
  const stored = `<ListMetricsConfigurationsResult>${all.join('')}</ListMetricsConfigurationsResult>`;
  await store.catalog.putBucketConfig('unversioned', 'metrics', Buffer.from(stored));
  const put = (id: string) =>
    client.call('PUT', '/unversioned', {
      query: `metrics&id=${id}`,
      body: `<MetricsConfiguration><Id>${id}</Id></MetricsConfiguration>`,
    });
  expect(await put('one-more')).toMatchObject({ status: 400, code: 'TooManyConfigurations' });
  expect((await put('id-0999')).status).toBe(200);
  const seen: string[] = [];
  let token = '';
  for (let page = 0; page < 20; page += 1) {
    const answer = await client.call('GET', '/unversioned', { query: `metrics${token}` });
    seen.push(...[...answer.text.matchAll(/<Id>([^<]*)<\/Id>/g)].map(([, id]) => id ?? ''));
    const next = answer.element('NextContinuationToken');
    if (next === undefined) break;
    token = `&continuation-token=${next}`;
  }
  expect([seen.length, seen[0], seen[999]]).toEqual([1000, 'id-0000', 'id-0999']);
});

test('configurations put at the same time are all kept', async () => {
  const { client } = store;
  const ids = ['a', 'b', 'c', 'd'];
  const answers = await Promise.all(
    ids.map((id) =>
      client.call('PUT', '/target', {
        query: `analytics&id=${id}`,
        body: `<AnalyticsConfiguration><Id>${id}</Id><StorageClassAnalysis/></AnalyticsConfiguration>`,
      }),
    ),
  );
  const kept = await client.call('GET', '/target', { query: 'analytics' });
  const accepted = ids.filter((_, at) => answers[at]?.status === 200);
  expect(accepted.length).toBeGreaterThan(0);
  expect([...kept.text.matchAll(/<Id>(\w)<\/Id>/g)].map(([, id]) => id)).toEqual(accepted);
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(answer).toMatchObject({ status: 409, code: 'OperationAborted' });
});
