import { createHash } from 'node:crypto';
import { startTestStore, type TestStore } from './support/start-test-store.ts';
import type { Answer } from './support/test-client.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

const call = (...args: Parameters<TestStore['client']['call']>): Promise<Answer> => store.client.call(...args);

const setVersioning = (bucket: string, status: string): Promise<Answer> =>
  call('PUT', `/${bucket}`, {
    query: 'versioning',
    body: `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></VersioningConfiguration>`,
  });

const makeVersioned = async (bucket: string): Promise<void> => {
  await call('PUT', `/${bucket}`);
  expect((await setVersioning(bucket, 'Enabled')).status).toBe(200);
};

const put = async (path: string, body: string): Promise<string> => {
  const answer = await call('PUT', path, { body });
  expect(answer.status).toBe(200);
  return `${answer.headers['x-amz-version-id'] ?? 'null'}`;
};

/** Key, version id and kind of all entries in the order of the document, `*` where it is the latest. */
const entriesOf = (answer: Answer): string[] =>
  [...answer.text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/g)].map(([, kind, inside = '']) => {
    const of = (name: string): string => new RegExp(`<${name}>([^<]*)<`).exec(inside)?.[1] ?? '';
    return `${kind === 'Version' ? 'v' : 'd'} ${of('Key')} ${of('VersionId')}${of('IsLatest') === 'true' ? ' *' : ''}`;
  });

describe('configuration', () => {
  test('is empty, then enabled, then suspended', async () => {
    await call('PUT', '/states');
    const never = await call('GET', '/states', { query: 'versioning' });
    expect([never.status, never.element('Status')]).toEqual([200, undefined]);
    for (const status of ['Enabled', 'Suspended', 'Enabled']) {
      expect((await setVersioning('states', status)).status).toBe(200);
      expect((await call('GET', '/states', { query: 'versioning' })).element('Status')).toBe(status);
    }
  });

  test.each([
    ['an unknown state', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>', 400, 'MalformedXML'],
    ['no state', '<VersioningConfiguration/>', 400, 'IllegalVersioningConfigurationException'],
    ['another document', '<Tagging/>', 400, 'MalformedXML'],
    ['nothing', '', 400, 'MissingRequestBodyError'],
    [
      'MFA delete',
      '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>',
      501,
      'NotImplemented',
    ],
  ])('%s is refused and changes nothing', async (_what, body, status, code) => {
    await call('PUT', '/unchanged');
    const answer = await call('PUT', '/unchanged', { query: 'versioning', body });
    expect([answer.status, answer.code]).toEqual([status, code]);
    expect((await call('GET', '/unchanged', { query: 'versioning' })).element('Status')).toBeUndefined();
  });

  test('of a bucket that is not there', async () => {
    expect(await setVersioning('missing-bucket', 'Enabled')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });
});

describe('versions', () => {
  beforeAll(() => makeVersioned('kept'));

  test('each write makes one, each can be read, the newest is current', async () => {
    const first = await put('/kept/key', 'one');
    const second = await put('/kept/key', 'two');
    expect(new Set([first, second, 'null']).size).toBe(3);
    const current = await call('GET', '/kept/key');
    expect([current.text, current.headers['x-amz-version-id']]).toEqual(['two', second]);
    const older = await call('GET', '/kept/key', { query: `versionId=${first}` });
    expect([older.text, older.headers['x-amz-version-id']]).toEqual(['one', first]);
    const head = await call('HEAD', '/kept/key', { query: `versionId=${first}` });
    expect([head.status, head.headers['content-length']]).toEqual([200, '3']);
  });

  test('a delete makes a marker; deleting the marker brings the object back', async () => {
    const version = await put('/kept/hidden', 'body');
    const deleted = await call('DELETE', '/kept/hidden');
    const marker = `${deleted.headers['x-amz-version-id']}`;
    expect([deleted.status, deleted.headers['x-amz-delete-marker']]).toEqual([204, 'true']);
    const gone = await call('GET', '/kept/hidden');
    expect([gone.status, gone.code, gone.headers['x-amz-delete-marker'], gone.headers['x-amz-version-id']]).toEqual([
      404,
      'NoSuchKey',
      'true',
      marker,
    ]);
    for (const method of ['GET', 'HEAD']) {
      const byId = await call(method, '/kept/hidden', { query: `versionId=${marker}` });
      expect([byId.status, byId.headers['x-amz-delete-marker'], byId.headers.allow]).toEqual([405, 'true', 'DELETE']);
      expect(byId.headers['last-modified']).toMatch(/ GMT$/);
      if (method === 'GET') {
        expect([byId.code, byId.element('Method'), byId.element('ResourceType')]).toEqual([
          'MethodNotAllowed',
          'GET',
          'DeleteMarker',
        ]);
      }
    }
    const undeleted = await call('DELETE', '/kept/hidden', { query: `versionId=${marker}` });
    expect([undeleted.status, undeleted.headers['x-amz-delete-marker'], undeleted.headers['x-amz-version-id']]).toEqual(
      [204, 'true', marker],
    );
    expect((await call('GET', '/kept/hidden')).headers['x-amz-version-id']).toBe(version);
    // What is not there (any more) is named all the same.
    for (let round = 0; round < 2; round += 1) {
      const removed = await call('DELETE', '/kept/hidden', { query: `versionId=${version}` });
      expect([removed.status, removed.headers['x-amz-delete-marker'], removed.headers['x-amz-version-id']]).toEqual([
        204,
        undefined,
        version,
      ]);
    }
    expect((await call('GET', '/kept/hidden')).headers['x-amz-delete-marker']).toBeUndefined();
  });

  test('a bucket with versions is not empty', async () => {
    await makeVersioned('not-empty');
    await put('/not-empty/key', 'x');
    await call('DELETE', '/not-empty/key');
    expect(await call('DELETE', '/not-empty')).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
  });

  test.each([
    ['GET', 'versionId=', 400, 'InvalidArgument'],
    ['GET', 'versionId=%00nonsense', 400, 'InvalidArgument'],
    ['GET', 'versionId=null', 404, 'NoSuchVersion'],
    ['DELETE', 'versionId=%00nonsense', 400, 'InvalidArgument'],
  ])('%s with %s is %d %s', async (method, query, status, code) => {
    await put('/kept/ids', 'x');
    const answer = await call(method, '/kept/ids', { query });
    expect([answer.status, answer.code]).toEqual([status, code]);
    if (code === 'NoSuchVersion') {
      expect([answer.element('Key'), answer.element('VersionId')]).toEqual(['ids', 'null']);
    }
  });

  test('what was written before versioning is the null version, and a suspended bucket replaces it alone', async () => {
    await call('PUT', '/nulls');
    await call('PUT', '/nulls/key', { body: 'before' });
    expect((await call('GET', '/nulls/key')).headers['x-amz-version-id']).toBeUndefined();
    await setVersioning('nulls', 'Enabled');
    const kept = await put('/nulls/key', 'kept');
    expect((await call('GET', '/nulls/key', { query: 'versionId=null' })).text).toBe('before');
    await setVersioning('nulls', 'Suspended');
    await put('/nulls/key', 'suspended');
    for (const method of ['GET', 'HEAD']) {
      const read = await call(method, '/nulls/key');
      expect([read.text, read.headers['x-amz-version-id']]).toEqual([method === 'GET' ? 'suspended' : '', 'null']);
    }
    expect((await call('GET', '/nulls/key', { query: 'versionId=null' })).text).toBe('suspended');
    expect((await call('GET', '/nulls/key', { query: `versionId=${kept}` })).text).toBe('kept');
    const deleted = await call('DELETE', '/nulls/key');
    expect([deleted.headers['x-amz-delete-marker'], deleted.headers['x-amz-version-id']]).toEqual(['true', 'null']);
    expect(entriesOf(await call('GET', '/nulls', { query: 'versions' }))).toEqual(['d key null *', `v key ${kept}`]);
  });

  test('conditions look at the current version only', async () => {
    const first = await call('PUT', '/kept/guarded', { body: 'one' });
    await put('/kept/guarded', 'two');
    const stale = await call('PUT', '/kept/guarded', { body: 'x', headers: { 'if-match': `${first.headers.etag}` } });
    expect([stale.status, stale.code, stale.element('Condition')]).toEqual([412, 'PreconditionFailed', 'If-Match']);
    await call('DELETE', '/kept/guarded');
    expect(await call('PUT', '/kept/guarded', { body: 'x', headers: { 'if-match': '*' } })).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    });
    expect((await call('PUT', '/kept/guarded', { body: 'x', headers: { 'if-none-match': '*' } })).status).toBe(200);
  });

  test('a copy can name an older version, and tells which one it took', async () => {
    const first = await put('/kept/source', 'first');
    await put('/kept/source', 'second');
    const copied = await call('PUT', '/kept/copy', {
      headers: { 'x-amz-copy-source': `/kept/source?versionId=${first}` },
    });
    expect([copied.status, copied.headers['x-amz-copy-source-version-id']]).toEqual([200, first]);
    expect(copied.headers['x-amz-version-id']).toBeDefined();
    expect((await call('GET', '/kept/copy')).text).toBe('first');
    // Bringing back an older version is a copy of an object onto itself.
    const restored = await call('PUT', '/kept/source', {
      headers: { 'x-amz-copy-source': `/kept/source?versionId=${first}` },
    });
    expect(restored.status).toBe(200);
    expect((await call('GET', '/kept/source')).text).toBe('first');
    const marker = `${(await call('DELETE', '/kept/source')).headers['x-amz-version-id']}`;
    const ofMarker = await call('PUT', '/kept/copy', {
      headers: { 'x-amz-copy-source': `kept/source?versionId=${marker}` },
    });
    expect([ofMarker.status, ofMarker.code]).toEqual([400, 'InvalidRequest']);
    expect(await call('PUT', '/kept/copy', { headers: { 'x-amz-copy-source': 'kept/source' } })).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    });
  });
});

describe('ListObjectVersions', () => {
  const ids: Record<string, string[]> = { a: [], 'b/1': [], 'b/2': [], c: [] };
  beforeAll(async () => {
    await makeVersioned('listed');
    for (const key of Object.keys(ids)) {
      for (const body of ['1', '2', '3']) ids[key]?.unshift(await put(`/listed/${key}`, body));
    }
    ids.c?.unshift(`${(await call('DELETE', '/listed/c')).headers['x-amz-version-id']}`);
  });

  const expected = (): string[] =>
    Object.entries(ids).flatMap(([key, versions]) =>
      versions.map((id, index) => `${key === 'c' && index === 0 ? 'd' : 'v'} ${key} ${id}${index === 0 ? ' *' : ''}`),
    );

  test('by key, each from new to old, markers among them', async () => {
    const answer = await call('GET', '/listed', { query: 'versions' });
    expect(entriesOf(answer)).toEqual(expected());
    expect([answer.element('Name'), answer.element('IsTruncated'), answer.element('MaxKeys')]).toEqual([
      'listed',
      'false',
      '1000',
    ]);
    expect(answer.text).toMatch(
      /<Version><Key>a<\/Key>.*?<ETag>&quot;[0-9a-f]{32}&quot;<\/ETag>.*?<Size>1<\/Size><Owner>/,
    );
  });

  test.each([1, 2, 5])('in pages of %d', async (maxKeys) => {
    const seen: string[] = [];
    let query = `versions&max-keys=${maxKeys}`;
    for (;;) {
      const page = await call('GET', '/listed', { query });
      seen.push(...entriesOf(page));
      if (page.element('IsTruncated') !== 'true') break;
      query = `versions&max-keys=${maxKeys}&key-marker=${encodeURIComponent(page.element('NextKeyMarker') ?? '')}&version-id-marker=${page.element('NextVersionIdMarker') ?? ''}`;
    }
    expect(seen).toEqual(expected());
  });

  test('with prefix, delimiter and markers', async () => {
    const grouped = await call('GET', '/listed', { query: 'versions&delimiter=%2F' });
    expect(grouped.text).toContain('<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>');
    expect(entriesOf(grouped)).toEqual(expected().filter((entry) => !entry.includes(' b/')));
    const prefixed = await call('GET', '/listed', { query: 'versions&prefix=b%2F1' });
    expect(entriesOf(prefixed)).toEqual(expected().filter((entry) => entry.includes(' b/1')));
    const after = await call('GET', '/listed', { query: 'versions&key-marker=b%2F2' });
    expect(entriesOf(after)).toEqual(expected().filter((entry) => entry.includes(' c ')));
  });

  test('names are encoded on request', async () => {
    await makeVersioned('encoded');
    await put('/encoded/a%20b%2Bc', 'x');
    const answer = await call('GET', '/encoded', { query: 'versions&encoding-type=url' });
    expect([answer.element('EncodingType'), answer.element('Key')]).toEqual(['url', 'a%20b%2Bc']);
  });

  test('a bucket without versioning lists its objects as null versions', async () => {
    await call('PUT', '/simple');
    await call('PUT', '/simple/key', { body: 'x' });
    expect(entriesOf(await call('GET', '/simple', { query: 'versions' }))).toEqual(['v key null *']);
  });

  test.each([
    ['version-id-marker=x', 'version-id-marker'],
    ['max-keys=-1', 'max-keys'],
    ['encoding-type=base64', 'encoding-type'],
  ])('%s is refused', async (query, argument) => {
    const answer = await call('GET', '/listed', { query: `versions&${query}` });
    expect([answer.status, answer.code, answer.element('ArgumentName')]).toEqual([400, 'InvalidArgument', argument]);
  });
});

describe('DeleteObjects', () => {
  const remove = (bucket: string, inside: string): Promise<Answer> =>
    call('POST', `/${bucket}`, {
      query: 'delete',
      body: `<Delete>${inside}</Delete>`,
      ...withMd5(`<Delete>${inside}</Delete>`),
    });

  test('makes markers, or takes the named version', async () => {
    await makeVersioned('many');
    const first = await put('/many/a', '1');
    await put('/many/a', '2');
    const second = await put('/many/b', '1');
    const answer = await remove(
      'many',
      `<Object><Key>a</Key><VersionId>${first}</VersionId></Object><Object><Key>b</Key></Object><Object><Key>never</Key></Object>`,
    );
    expect(answer.status).toBe(200);
    const deleted = [...answer.text.matchAll(/<Deleted>(.*?)<\/Deleted>/g)].map(([, inside = '']) => inside);
    expect(deleted[0]).toBe(`<Key>a</Key><VersionId>${first}</VersionId>`);
    expect(deleted[1]).toMatch(
      /^<Key>b<\/Key><DeleteMarker>true<\/DeleteMarker><DeleteMarkerVersionId>[^<]+<\/DeleteMarkerVersionId>$/,
    );
    expect(deleted[2]).toMatch(/^<Key>never<\/Key>/);
    expect((await call('GET', '/many/b', { query: `versionId=${second}` })).text).toBe('1');
    const marker = /<DeleteMarkerVersionId>([^<]+)</.exec(deleted[1] ?? '')?.[1] ?? '';
    const undone = await remove('many', `<Object><Key>b</Key><VersionId>${marker}</VersionId></Object>`);
    expect(undone.text).toContain(
      `<Deleted><Key>b</Key><VersionId>${marker}</VersionId><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${marker}</DeleteMarkerVersionId></Deleted>`,
    );
    expect((await call('GET', '/many/b')).text).toBe('1');
  });

  test('each key has its own failure; quiet shows these alone', async () => {
    await makeVersioned('mixed');
    await put('/mixed/a', '1');
    await put('/mixed/b', '1');
    const answer = await remove(
      'mixed',
      '<Quiet>true</Quiet><Object><Key>a</Key><ETag>"0123"</ETag></Object><Object><Key>b</Key></Object>',
    );
    expect(answer.text).not.toContain('<Deleted>');
    expect(answer.text).toContain('<Error><Key>a</Key><Code>PreconditionFailed</Code>');
    expect((await call('GET', '/mixed/a')).status).toBe(200);
    expect((await call('GET', '/mixed/b')).status).toBe(404);
  });
});

const withMd5 = (body: string) => ({
  headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
});
