import { at, createNamespace, createTable, errorOf, LAKE } from './support/sample-requests.ts';
import { type RunningCatalog, startCatalog } from './support/start-catalog.ts';

let store: RunningCatalog;

beforeAll(async () => {
  store = await startCatalog();
});

afterAll(async () => {
  expect(store.failures).toEqual([]);
  await store.stop();
});

describe('config', () => {
  test.each([
    'lake',
    's3://lake',
    's3://lake/',
    'arn:aws:s3tables:us-east-1:123456789012:bucket/lake',
    'arn%3Aaws%3As3tables%3Aus-east-1%3A123456789012%3Abucket%2Flake',
  ])('knows the warehouse %s', async (warehouse) => {
    const { status, body } = await store.call('GET', `/iceberg/v1/config?warehouse=${encodeURIComponent(warehouse)}`);
    expect(status).toBe(200);
    expect(body.overrides).toEqual({ prefix: 'lake', 'namespace-separator': '%1F' });
    expect(body.defaults).toEqual({
      'client.region': 'us-east-1',
      's3.path-style-access': 'true',
      's3.endpoint': 'http://127.0.0.1:9000',
    });
    expect(body['idempotency-key-lifetime']).toBe('P1D');
  });

  test('names exactly what works, also at the other door', async () => {
    const { body } = await store.call('GET', '/_iceberg/v1/config?warehouse=lake');
    expect(body.endpoints).toEqual([
      'GET /v1/{prefix}/namespaces',
      'POST /v1/{prefix}/namespaces',
      'GET /v1/{prefix}/namespaces/{namespace}',
      'HEAD /v1/{prefix}/namespaces/{namespace}',
      'DELETE /v1/{prefix}/namespaces/{namespace}',
      'POST /v1/{prefix}/namespaces/{namespace}/properties',
      'GET /v1/{prefix}/namespaces/{namespace}/tables',
      'POST /v1/{prefix}/namespaces/{namespace}/tables',
      'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}',
      'HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}',
      'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}',
      'DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}',
      'POST /v1/{prefix}/namespaces/{namespace}/register',
      'POST /v1/{prefix}/tables/rename',
      'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics',
    ]);
  });

  test('refuses an unknown or missing warehouse', async () => {
    expect(errorOf(await store.call('GET', '/iceberg/v1/config?warehouse=nowhere'))).toEqual({
      status: 404,
      type: 'NoSuchWarehouseException',
      message: 'Warehouse does not exist: nowhere',
    });
    expect(errorOf(await store.call('GET', '/iceberg/v1/config')).status).toBe(400);
    expect(errorOf(await store.call('POST', '/iceberg/v1/config')).status).toBe(405);
  });
});

describe('who asks', () => {
  test('nobody gets 401, a stranger 403, also for what does not exist', async () => {
    const nobody = { 'x-test-principal': 'nobody' };
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces`, undefined, nobody))).toMatchObject({
      status: 401,
      type: 'NotAuthorizedException',
    });
    const stranger = { 'x-test-principal': 'stranger' };
    expect(errorOf(await store.call('GET', '/iceberg/v1/config?warehouse=nowhere', undefined, stranger)).status).toBe(
      403,
    );
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces`, undefined, stranger))).toMatchObject({
      status: 403,
      type: 'ForbiddenException',
    });
  });

  test('a reader reads and does not write', async () => {
    const reader = { 'x-test-principal': 'reader' };
    expect((await store.call('GET', `${LAKE}/namespaces`, undefined, reader)).status).toBe(200);
    expect(errorOf(await store.call('POST', `${LAKE}/namespaces`, { namespace: ['x'] }, reader)).status).toBe(403);
  });
});

describe('namespaces', () => {
  test('are created, loaded, found, listed one level at a time, and dropped', async () => {
    const created = await store.call('POST', `${LAKE}/namespaces`, {
      namespace: ['sales'],
      properties: { owner: 'me' },
    });
    expect(created.status).toBe(200);
    expect(created.body.namespace).toEqual(['sales']);
    expect(at(created.body, 'properties', 'owner')).toBe('me');
    expect(String(at(created.body, 'properties', 'location'))).toMatch(/^s3:\/\/lake\/[0-9a-f-]{36}$/);
    await createNamespace(store, 'sales', 'eu');
    await createNamespace(store, 'sales', 'eu', 'de');
    await createNamespace(store, 'sales', 'us');
    const listed = await store.call('GET', `${LAKE}/namespaces?parent=sales`);
    expect(listed.body).toEqual({
      namespaces: [
        ['sales', 'eu'],
        ['sales', 'us'],
      ],
      'next-page-token': null,
    });
    const deeper = await store.call('GET', `${LAKE}/namespaces?parent=sales%1Feu`);
    expect(deeper.body.namespaces).toEqual([['sales', 'eu', 'de']]);
    const top = await store.call('GET', `${LAKE}/namespaces?parent=`);
    expect(top.body.namespaces).toContainEqual(['sales']);
    const loaded = await store.call('GET', `${LAKE}/namespaces/sales%1Feu%1Fde`);
    expect(loaded.body.namespace).toEqual(['sales', 'eu', 'de']);
    expect((await store.call('HEAD', `${LAKE}/namespaces/sales`)).status).toBe(204);
    expect((await store.call('HEAD', `${LAKE}/namespaces/none`)).status).toBe(404);

    expect(errorOf(await store.call('DELETE', `${LAKE}/namespaces/sales%1Feu`))).toEqual({
      status: 409,
      type: 'NamespaceNotEmptyException',
      message: 'Namespace sales.eu is not empty',
    });
    expect((await store.call('DELETE', `${LAKE}/namespaces/sales%1Feu%1Fde`)).status).toBe(204);
    expect((await store.call('DELETE', `${LAKE}/namespaces/sales%1Feu`)).status).toBe(204);
    expect((await store.call('HEAD', `${LAKE}/namespaces/sales%1Feu`)).status).toBe(404);
  });

  test('a namespace with a table is not dropped', async () => {
    await createNamespace(store, 'full');
    await createTable(store, 'full', 't');
    expect(errorOf(await store.call('DELETE', `${LAKE}/namespaces/full`)).type).toBe('NamespaceNotEmptyException');
  });

  test('errors', async () => {
    await createNamespace(store, 'once');
    expect(errorOf(await store.call('POST', `${LAKE}/namespaces`, { namespace: ['once'] }))).toEqual({
      status: 409,
      type: 'AlreadyExistsException',
      message: 'Namespace already exists: once',
    });
    expect(errorOf(await store.call('POST', `${LAKE}/namespaces`, { namespace: ['a', 'b'] }))).toEqual({
      status: 404,
      type: 'NoSuchNamespaceException',
      message: 'Namespace does not exist: a',
    });
    for (const path of ['a.b', 'a%1Fb']) {
      expect(errorOf(await store.call('GET', `${LAKE}/namespaces/${path}`))).toEqual({
        status: 404,
        type: 'NoSuchNamespaceException',
        message: 'Namespace does not exist: a.b',
      });
    }
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces?parent=a`)).type).toBe('NoSuchNamespaceException');
    expect(errorOf(await store.call('DELETE', `${LAKE}/namespaces/a`)).type).toBe('NoSuchNamespaceException');
    expect(errorOf(await store.call('GET', '/iceberg/v1/nowhere/namespaces')).type).toBe('NoSuchWarehouseException');
  });

  test.each([
    ['no namespace', {}],
    ['an empty one', { namespace: [] }],
    ['an empty level', { namespace: ['a', ''] }],
    ['a level that is a dot', { namespace: ['..'] }],
    ['a separator in a level', { namespace: ['a\u001fb'] }],
    ['half a character', '{"namespace":["\\ud800"]}'],
    ['a level too long', { namespace: ['ä'.repeat(200)] }],
    ['too many levels', { namespace: Array.from({ length: 9 }, () => 'a') }],
    ['a level that is no text', { namespace: [1] }],
    ['properties that are no texts', { namespace: ['p'], properties: { a: 1 } }],
    ['no JSON', '{"namespace":'],
    ['no object', '["a"]'],
    ['no body', ''],
  ])('%s is refused', async (_name, body) => {
    expect(errorOf(await store.call('POST', `${LAKE}/namespaces`, body))).toMatchObject({
      status: 400,
      type: 'BadRequestException',
    });
  });

  test.each(['a b', 'ä/ö', 'x.y', '%41', '%2F', '日本', '?#&', 'a+b', '__proto__', '\u{1f600}'])(
    '%j is a name like any other',
    async (name) => {
      await createNamespace(store, name);
      await createNamespace(store, name, 'inner');
      const path = `${LAKE}/namespaces/${encodeURIComponent(name)}`;
      expect((await store.call('GET', path)).body.namespace).toEqual([name]);
      const inner = await store.call('GET', `${LAKE}/namespaces?parent=${encodeURIComponent(name)}`);
      expect(inner.body.namespaces).toEqual([[name, 'inner']]);
      expect((await store.call('HEAD', `${path}%1Finner`)).status).toBe(204);
    },
  );

  test('properties are updated and removed; what was not there is named', async () => {
    await store.call('POST', `${LAKE}/namespaces`, {
      namespace: ['props'],
      properties: { a: '1', b: '2', location: 's3://lake/props' },
    });
    const path = `${LAKE}/namespaces/props/properties`;
    const changed = await store.call('POST', path, { removals: ['a', 'zzz', 'toString'], updates: { b: '3', c: '4' } });
    expect(changed.body).toEqual({ updated: ['b', 'c'], removed: ['a'], missing: ['zzz', 'toString'] });
    expect((await store.call('GET', `${LAKE}/namespaces/props`)).body.properties).toEqual({
      b: '3',
      c: '4',
      location: 's3://lake/props',
    });
    expect((await store.call('POST', path, {})).body).toEqual({ updated: [], removed: [], missing: [] });
    expect(errorOf(await store.call('POST', path, { removals: ['b'], updates: { b: 'x' } }))).toMatchObject({
      status: 422,
      type: 'UnprocessableEntityException',
    });
    expect(errorOf(await store.call('POST', `${LAKE}/namespaces/nope/properties`, {})).type).toBe(
      'NoSuchNamespaceException',
    );
    expect(errorOf(await store.call('POST', path, { updates: { big: 'x'.repeat(300_000) } })).status).toBe(400);
  });
});

describe('paging', () => {
  beforeAll(async () => {
    await createNamespace(store, 'pages');
    for (let index = 0; index < 25; index += 1) await createTable(store, 'pages', `t${String(index).padStart(2, '0')}`);
  });

  const names = (body: unknown): unknown[] => {
    const identifiers = at(body, 'identifiers');
    return Array.isArray(identifiers) ? identifiers.map((identifier: unknown) => at(identifier, 'name')) : [];
  };

  test('without parameters everything comes at once', async () => {
    const { body } = await store.call('GET', `${LAKE}/namespaces/pages/tables`);
    expect(names(body)).toHaveLength(25);
    expect(body['next-page-token']).toBeNull();
    expect(at(body, 'identifiers', 0)).toEqual({ namespace: ['pages'], name: 't00' });
  });

  test('pages hold no name twice and lose none while others come and go', async () => {
    const seen: unknown[] = [];
    let token = '';
    for (let page = 0; page < 16; page += 1) {
      const { body } = await store.call('GET', `${LAKE}/namespaces/pages/tables?pageSize=4&pageToken=${token}`);
      expect(names(body).length).toBeLessThanOrEqual(4);
      seen.push(...names(body));
      const next = body['next-page-token'];
      if (page === 1) {
        await store.call('DELETE', `${LAKE}/namespaces/pages/tables/t07`);
        await createTable(store, 'pages', 't07a');
        await createTable(store, 'pages', 't00a');
      }
      if (next === null) break;
      token = String(next);
    }
    const expected = Array.from({ length: 25 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    expect(seen).toEqual([...expected.slice(0, 8), 't07a', ...expected.slice(8)]);
  });

  test('a last page that is just full has no token', async () => {
    await createNamespace(store, 'two');
    for (const name of ['a', 'b']) await createTable(store, 'two', name);
    const { body } = await store.call('GET', `${LAKE}/namespaces/two/tables?pageSize=2`);
    expect(names(body)).toEqual(['a', 'b']);
    expect(body['next-page-token']).toBeNull();
  });

  test('a token is of use in its own listing only', async () => {
    const { body } = await store.call('GET', `${LAKE}/namespaces?pageSize=1`);
    const token = String(body['next-page-token']);
    expect((await store.call('GET', `${LAKE}/namespaces?pageToken=${token}`)).status).toBe(200);
    for (const path of [
      `${LAKE}/namespaces?parent=pages&pageToken=${token}`,
      `${LAKE}/namespaces/pages/tables?pageToken=${token}`,
    ]) {
      expect(errorOf(await store.call('GET', path)).status).toBe(400);
    }
    for (const wrong of ['x', `${token}x`, token.slice(0, 10)]) {
      expect(errorOf(await store.call('GET', `${LAKE}/namespaces?pageToken=${wrong}`)).status).toBe(400);
    }
    for (const size of ['0', '-1', 'many', '1.5']) {
      expect(errorOf(await store.call('GET', `${LAKE}/namespaces?pageSize=${size}`)).status).toBe(400);
    }
  });
});

describe('routes', () => {
  test('what is not there, and what is there under another method', async () => {
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces/once/views`)).status).toBe(404);
    expect(errorOf(await store.call('GET', '/iceberg/v1/')).status).toBe(404);
    expect(errorOf(await store.call('PUT', `${LAKE}/namespaces`)).status).toBe(405);
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces/%E0%A4`)).status).toBe(400);
    expect((await fetch(`${store.url}/other`)).status).toBe(404);
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces//tables`)).status).toBe(404);
  });

  test('the two doors are one', async () => {
    await store.call('POST', '/_iceberg/v1/lake/namespaces', { namespace: ['door'] });
    expect((await store.call('HEAD', `${LAKE}/namespaces/door`)).status).toBe(204);
  });

  test('a body beyond the limit is refused', async () => {
    const answer = await store.call('POST', `${LAKE}/namespaces`, 'x'.repeat(33 * 1024 * 1024));
    expect(errorOf(answer).status).toBe(413);
  });

  test('an ordinary bucket becomes a table bucket, by the operator or by its first namespace', async () => {
    store.buckets.make('plain');
    const path = '/iceberg/v1/buckets/plain';
    expect((await store.call('GET', path)).body.enabled).toBe(false);
    expect((await store.call('PUT', path)).body).toMatchObject({
      'table-bucket': 'plain',
      enabled: true,
      'warehouse-location': 's3://plain',
    });
    expect((await store.call('PUT', path)).body).toEqual((await store.call('GET', path)).body);
    expect(errorOf(await store.call('PUT', '/iceberg/v1/buckets/none')).type).toBe('NoSuchWarehouseException');
    expect((await store.call('GET', '/iceberg/v1/buckets/lake')).body.enabled).toBe(true);
  });

  test('namespaces of a deleted bucket do not come back with its name', async () => {
    store.buckets.make('again');
    await store.call('POST', '/iceberg/v1/again/namespaces', { namespace: ['n'] });
    store.buckets.make('again');
    expect((await store.call('GET', '/iceberg/v1/again/namespaces')).body.namespaces).toEqual([]);
  });
});
