import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { decodeTableMetadata, parseJson, writeTableMetadata } from '@needlestack/iceberg-format';
import { decodeCommitRecord } from '../../src/core/tables/table-rows.ts';
import {
  appendUpdates,
  at,
  createNamespace,
  createTable,
  errorOf,
  LAKE,
  requireMain,
  SCHEMA,
} from './support/sample-requests.ts';
import { type RunningCatalog, startCatalog } from './support/start-catalog.ts';

const ODD_ID = 9_007_199_254_740_993n;
const LARGEST_ID = 2n ** 63n - 1n;
const TABLES = `${LAKE}/namespaces/ns/tables`;

let store: RunningCatalog;

beforeAll(async () => {
  store = await startCatalog();
  await createNamespace(store, 'ns');
  await createNamespace(store, 'other');
});

afterAll(async () => {
  expect(store.failures).toEqual([]);
  await store.stop();
});

/** The object that a metadata location names. */
async function readFile(location: unknown): Promise<string> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(String(location)) ?? [];
  const bytes = await store.objects.getObject(bucket ?? '', key ?? '');
  if (bytes === undefined) throw new Error(`no object at ${location}`);
  return Buffer.from(bytes).toString();
}

async function putFile(key: string, bytes: Uint8Array | string): Promise<string> {
  await store.objects.putObject({ bucket: 'lake', key, bytes: Buffer.from(bytes) });
  return `s3://lake/${key}`;
}

describe('create and load', () => {
  test('a table lies under a location of its own, its metadata in an object', async () => {
    const created = await createTable(store, 'ns', 'first', {
      properties: { 'format-version': '2', a: 'b' },
      location: null,
      'partition-spec': null,
      'write-order': null,
    });
    const location = String(at(created.body, 'metadata', 'location'));
    expect(location).toMatch(/^s3:\/\/lake\/[0-9a-f-]{36}$/);
    const metadataLocation = String(created.body['metadata-location']);
    expect(metadataLocation.startsWith(`${location}/metadata/00000-`)).toBe(true);
    expect(metadataLocation).toMatch(/\/00000-[0-9a-f-]{36}\.metadata\.json$/);
    expect(parseJson(await readFile(metadataLocation))).toEqual(created.body.metadata);
    expect(created.body.config).toEqual({
      'client.region': 'us-east-1',
      's3.path-style-access': 'true',
      's3.endpoint': 'http://127.0.0.1:9000',
    });
    expect(created.body['storage-credentials']).toEqual([]);
    expect(at(created.body, 'metadata', 'current-snapshot-id')).toBe(-1);
    expect(at(created.body, 'metadata', 'properties')).toEqual({ a: 'b' });

    const loaded = await store.call('GET', `${TABLES}/first`);
    expect(loaded.body).toEqual(created.body);
    expect((await store.call('HEAD', `${TABLES}/first`)).status).toBe(204);
    expect((await store.call('HEAD', `${TABLES}/none`)).status).toBe(404);
  });

  test('an ETag spares what the client has', async () => {
    await createTable(store, 'ns', 'tagged');
    const etag = (await store.call('GET', `${TABLES}/tagged`)).headers.get('etag') ?? '';
    const again = await store.call('GET', `${TABLES}/tagged`, undefined, { 'if-none-match': etag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(
      (await store.call('GET', `${TABLES}/tagged?snapshots=refs`, undefined, { 'if-none-match': etag })).status,
    ).toBe(200);
    await store.call('POST', `${TABLES}/tagged`, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { a: 'b' } }],
    });
    expect((await store.call('GET', `${TABLES}/tagged`, undefined, { 'if-none-match': etag })).status).toBe(200);
  });

  test('errors', async () => {
    await createTable(store, 'ns', 'taken');
    expect(errorOf(await store.call('POST', TABLES, { name: 'taken', schema: SCHEMA }))).toEqual({
      status: 409,
      type: 'AlreadyExistsException',
      message: 'Table already exists: ns.taken',
    });
    expect(errorOf(await store.call('POST', `${LAKE}/namespaces/none/tables`, { name: 't', schema: SCHEMA }))).toEqual({
      status: 404,
      type: 'NoSuchNamespaceException',
      message: 'Namespace does not exist: none',
    });
    expect(errorOf(await store.call('GET', `${TABLES}/none`))).toEqual({
      status: 404,
      type: 'NoSuchTableException',
      message: 'Table does not exist: ns.none',
    });
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces/none/tables`)).type).toBe('NoSuchNamespaceException');
    expect(errorOf(await store.call('GET', `${LAKE}/namespaces/none/tables/t`)).type).toBe('NoSuchTableException');
    expect(errorOf(await store.call('GET', `${TABLES}/taken?snapshots=some`)).status).toBe(400);
  });

  test.each([
    ['no schema', { name: 'bad' }],
    ['no name', { schema: SCHEMA }],
    ['an empty name', { name: '', schema: SCHEMA }],
    ['a location in another bucket', { name: 'bad', schema: SCHEMA, location: 's3://elsewhere/t' }],
    ['a location without key', { name: 'bad', schema: SCHEMA, location: 's3://lake/' }],
    ['a location with a way out', { name: 'bad', schema: SCHEMA, location: 's3://lake/a/../b' }],
    ['a location that is no S3 URI', { name: 'bad', schema: SCHEMA, location: 'file:///tmp/t' }],
    ['an unknown format version', { name: 'bad', schema: SCHEMA, properties: { 'format-version': '9' } }],
    [
      'a spec that does not fit',
      { name: 'bad', schema: SCHEMA, 'partition-spec': { fields: [{ 'source-id': 2, name: 'p', transform: 'day' }] } },
    ],
    [
      'metadata in another bucket',
      { name: 'bad', schema: SCHEMA, properties: { 'write.metadata.path': 's3://elsewhere/m' } },
    ],
  ])('%s is refused and leaves nothing', async (_name, body) => {
    const before = store.objects.keys.size;
    expect(errorOf(await store.call('POST', TABLES, body))).toMatchObject({ status: 400, type: 'BadRequestException' });
    expect((await store.call('HEAD', `${TABLES}/bad`)).status).toBe(404);
    expect(store.objects.keys.size).toBe(before);
  });

  test('no two tables share a place', async () => {
    await createTable(store, 'ns', 'placed', { location: 's3://lake/place/t1/' });
    const before = store.objects.keys.size;
    for (const location of ['s3://lake/place/t1', 's3://lake/place/t1/inner', 's3://lake/place']) {
      expect(errorOf(await store.call('POST', TABLES, { name: 'intruder', schema: SCHEMA, location })).status).toBe(
        409,
      );
    }
    expect(store.objects.keys.size).toBe(before);
    await createTable(store, 'ns', 'neighbour', { location: 's3://lake/place/t10' });
    expect((await store.call('DELETE', `${TABLES}/placed`)).status).toBe(204);
    await createTable(store, 'ns', 'successor', { location: 's3://lake/place/t1' });
  });

  test('metadata goes where the table says', async () => {
    const created = await createTable(store, 'ns', 'moved', {
      properties: { 'write.metadata.path': 's3://lake/meta/moved/' },
    });
    expect(String(created.body['metadata-location'])).toMatch(/^s3:\/\/lake\/meta\/moved\/00000-/);
  });

  test('metrics of any kind are taken', async () => {
    for (const kind of ['scan-report', 'commit-report', 'poem']) {
      expect((await store.call('POST', `${TABLES}/first/metrics`, { 'report-type': kind })).status).toBe(204);
    }
  });
});

describe('stage-create', () => {
  test('writes nothing; the commit with assert-create makes the table, once', async () => {
    const before = store.objects.keys.size;
    const staged = await store.call('POST', TABLES, { name: 'staged', schema: SCHEMA, 'stage-create': true });
    expect(staged.status).toBe(200);
    expect(staged.body['metadata-location']).toBeUndefined();
    expect(store.objects.keys.size).toBe(before);
    expect((await store.call('HEAD', `${TABLES}/staged`)).status).toBe(404);

    const uuid = String(at(staged.body, 'metadata', 'table-uuid'));
    const location = String(at(staged.body, 'metadata', 'location'));
    const commit = {
      identifier: { namespace: ['ns'], name: 'staged' },
      requirements: [{ type: 'assert-create' }],
      updates: [
        { action: 'assign-uuid', uuid },
        { action: 'upgrade-format-version', 'format-version': 2 },
        { action: 'add-schema', schema: SCHEMA },
        { action: 'set-current-schema', 'schema-id': -1 },
        { action: 'add-spec', spec: { 'spec-id': 0, fields: [] } },
        { action: 'set-default-spec', 'spec-id': -1 },
        { action: 'add-sort-order', 'sort-order': { 'order-id': 0, fields: [] } },
        { action: 'set-default-sort-order', 'sort-order-id': -1 },
        { action: 'set-location', location },
        ...appendUpdates(ODD_ID, 1),
      ],
    };
    const twins = await Promise.all([
      store.call('POST', `${TABLES}/staged`, commit),
      store.call('POST', `${TABLES}/staged`, { ...commit, updates: commit.updates.slice(0, 9) }),
    ]);
    expect(twins.map((twin) => twin.status).sort()).toEqual([200, 409]);
    const loser = twins.find((twin) => twin.status === 409);
    expect(loser && errorOf(loser)).toEqual({
      status: 409,
      type: 'CommitFailedException',
      message: 'Requirement failed: table already exists',
    });
    const loaded = await store.call('GET', `${TABLES}/staged`);
    expect(at(loaded.body, 'metadata', 'table-uuid')).toBe(uuid);
    expect(at(loaded.body, 'metadata', 'location')).toBe(location);
    expect(
      errorOf(await store.call('POST', TABLES, { name: 'staged', schema: SCHEMA, 'stage-create': true })).status,
    ).toBe(409);
  });

  test.each(['', 'x', `${'a'.repeat(3_000)}`, 'b0000000-0000-4000-8000-00000000000\0'])(
    'a table is not made under the UUID %j',
    async (uuid) => {
      const updates = [
        { action: 'assign-uuid', uuid },
        { action: 'add-schema', schema: SCHEMA },
        { action: 'set-current-schema', 'schema-id': -1 },
        { action: 'add-spec', spec: { fields: [] } },
        { action: 'set-default-spec', 'spec-id': -1 },
        { action: 'add-sort-order', 'sort-order': { fields: [] } },
        { action: 'set-default-sort-order', 'sort-order-id': -1 },
      ];
      const before = store.objects.keys.size;
      const answer = await store.call('POST', `${TABLES}/odd-uuid`, {
        requirements: [{ type: 'assert-create' }],
        updates,
      });
      expect(errorOf(answer)).toMatchObject({ status: 400, type: 'BadRequestException' });
      expect(store.objects.keys.size).toBe(before);
    },
  );

  test('assert-create beside another requirement is refused; so is a namespace that is not there', async () => {
    const updates = [{ action: 'add-schema', schema: SCHEMA }];
    const requirements = [{ type: 'assert-create' }, requireMain(null)];
    expect(errorOf(await store.call('POST', `${TABLES}/fresh`, { requirements, updates })).status).toBe(400);
    const alone = { requirements: [{ type: 'assert-create' }], updates };
    expect(errorOf(await store.call('POST', `${LAKE}/namespaces/none/tables/t`, alone)).type).toBe(
      'NoSuchNamespaceException',
    );
  });
});

describe('commit', () => {
  test('ids beyond 2^53 survive request, answer, file and reload', async () => {
    await createTable(store, 'ns', 'ids');
    const first = await store.call('POST', `${TABLES}/ids`, {
      requirements: [requireMain(null)],
      updates: appendUpdates(ODD_ID, 1),
    });
    expect(first.status).toBe(200);
    const second = await store.call('POST', `${TABLES}/ids`, {
      requirements: [requireMain(ODD_ID)],
      updates: appendUpdates(LARGEST_ID, 2, ODD_ID),
    });
    expect(at(second.body, 'metadata', 'current-snapshot-id')).toBe(LARGEST_ID);
    expect(second.text).toContain('"current-snapshot-id":9223372036854775807');
    expect(second.text).toContain('"parent-snapshot-id":9007199254740993');
    expect(await readFile(second.body['metadata-location'])).toContain('"parent-snapshot-id":9007199254740993');
    expect(String(second.body['metadata-location'])).toMatch(/\/00002-/);
    expect(at(second.body, 'metadata', 'metadata-log', 0, 'metadata-file')).not.toBe(second.body['metadata-location']);
    // A twin has an empty cache: this reads the file.
    const twin = await store.openTwin().metadata.read(String(second.body['metadata-location']));
    expect(twin['current-snapshot-id']).toBe(LARGEST_ID);
    const refs = await store.call('GET', `${TABLES}/ids?snapshots=refs`);
    expect(at(refs.body, 'metadata', 'snapshots', 'length')).toBe(1);
  });

  test('refusals change nothing', async () => {
    const created = await createTable(store, 'ns', 'steady');
    const commit = async (body: Parameters<typeof store.call>[2]) =>
      errorOf(await store.call('POST', `${TABLES}/steady`, body));
    const updates = [{ action: 'set-properties', updates: { a: 'b' } }];
    expect(await commit({ requirements: [requireMain(5n)], updates })).toEqual({
      status: 409,
      type: 'CommitFailedException',
      message: 'Requirement failed: branch or tag main is missing, expected 5',
    });
    expect(await commit({ requirements: [{ type: 'assert-table-uuid', uuid: 'x' }], updates })).toMatchObject({
      status: 409,
      type: 'CommitFailedException',
    });
    expect(await commit({ requirements: [{ type: 'assert-moon-phase' }], updates })).toMatchObject({
      status: 400,
      type: 'BadRequestException',
    });
    expect(await commit({ requirements: [], updates: [{ action: 'fly' }] })).toMatchObject({ status: 400 });
    expect(await commit({ identifier: { namespace: ['ns'], name: 'else' }, requirements: [], updates })).toMatchObject({
      status: 400,
    });
    expect(
      await commit({ requirements: [], updates: [{ action: 'set-location', location: 's3://elsewhere/x' }] }),
    ).toMatchObject({ status: 400 });
    expect(
      await commit({
        requirements: [],
        updates: Array.from({ length: 10_001 }, () => ({ action: 'remove-statistics', 'snapshot-id': 1 })),
      }),
    ).toMatchObject({ status: 400 });
    expect((await store.call('GET', `${TABLES}/steady`)).body).toEqual(created.body);
    expect(errorOf(await store.call('POST', `${TABLES}/none`, { requirements: [], updates })).type).toBe(
      'NoSuchTableException',
    );
  });

  test('a snapshot built on a passed state is for the client to build again', async () => {
    await createTable(store, 'ns', 'late');
    await store.call('POST', `${TABLES}/late`, { requirements: [], updates: appendUpdates(1n, 5) });
    const stale = await store.call('POST', `${TABLES}/late`, { requirements: [], updates: appendUpdates(2n, 5, 1n) });
    expect(errorOf(stale)).toMatchObject({ status: 409, type: 'CommitFailedException' });
  });

  test('a commit without effect writes no file', async () => {
    const created = await createTable(store, 'ns', 'idle', { properties: { a: 'b' } });
    const before = store.objects.keys.size;
    const answer = await store.call('POST', `${TABLES}/idle`, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { a: 'b' } }],
    });
    expect(answer.status).toBe(200);
    expect(answer.body['metadata-location']).toBe(created.body['metadata-location']);
    expect(store.objects.keys.size).toBe(before);
  });

  test('a commit that is sent again after it landed succeeds; other manifests under its id do not', async () => {
    await createTable(store, 'ns', 'resent');
    const commit = { requirements: [requireMain(null)], updates: appendUpdates(77n, 1) };
    const first = await store.call('POST', `${TABLES}/resent`, commit);
    const later = await store.call('POST', `${TABLES}/resent`, {
      requirements: [requireMain(77n)],
      updates: appendUpdates(78n, 2, 77n),
    });
    const again = await store.call('POST', `${TABLES}/resent`, commit);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(later.body);
    const other = JSON.parse(
      JSON.stringify(commit, (_name, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)).replace(
        'snap-77',
        'snap-x',
      ),
    );
    expect(errorOf(await store.call('POST', `${TABLES}/resent`, other)).status).toBe(409);
  });

  test('a manifest list of this store must be there', async () => {
    await createTable(store, 'ns', 'listed');
    const updates = JSON.stringify({ requirements: [], updates: [] }).replace(
      '[]}',
      '[{"action":"add-snapshot","snapshot":{"snapshot-id":1,"sequence-number":1,"timestamp-ms":1760000000001,"manifest-list":"s3://lake/x/snap-1.avro","summary":{"operation":"append"},"schema-id":0}}]}',
    );
    expect(errorOf(await store.call('POST', `${TABLES}/listed`, updates))).toMatchObject({
      status: 400,
      message: 'Manifest list does not exist: s3://lake/x/snap-1.avro',
    });
    await putFile('x/snap-1.avro', 'avro');
    expect((await store.call('POST', `${TABLES}/listed`, updates)).status).toBe(200);
  });

  test("files that leave the metadata log are deleted only on the table's wish", async () => {
    const created = await createTable(store, 'ns', 'trimmed', {
      properties: { 'write.metadata.previous-versions-max': '1', 'write.metadata.delete-after-commit.enabled': 'true' },
    });
    const change = async (value: string): Promise<unknown> =>
      (
        await store.call('POST', `${TABLES}/trimmed`, {
          requirements: [],
          updates: [{ action: 'set-properties', updates: { value } }],
        })
      ).body['metadata-location'];
    const second = await change('1');
    await change('2');
    await expect(readFile(created.body['metadata-location'])).rejects.toThrow('no object');
    await expect(readFile(second)).resolves.toContain('table-uuid');
  });
});

describe('drop, rename, register', () => {
  test('a dropped table is gone, its files are not; a new one of the name lies elsewhere', async () => {
    const created = await createTable(store, 'ns', 'dropped');
    expect((await store.call('DELETE', `${TABLES}/dropped?purgeRequested=False`)).status).toBe(204);
    expect((await store.call('HEAD', `${TABLES}/dropped`)).status).toBe(404);
    expect(errorOf(await store.call('DELETE', `${TABLES}/dropped`)).type).toBe('NoSuchTableException');
    await expect(readFile(created.body['metadata-location'])).resolves.toContain('table-uuid');
    const again = await createTable(store, 'ns', 'dropped');
    expect(at(again.body, 'metadata', 'location')).not.toBe(at(created.body, 'metadata', 'location'));
    expect((await store.call('DELETE', `${TABLES}/dropped?purgeRequested=True`)).status).toBe(204);
    expect(errorOf(await store.call('DELETE', `${TABLES}/first?purgeRequested=maybe`)).status).toBe(400);
  });

  test('a renamed table keeps its location and its history', async () => {
    const created = await createTable(store, 'ns', 'old');
    const rename = (source: string, namespace: string, name: string) =>
      store.call('POST', `${LAKE}/tables/rename`, {
        source: { namespace: ['ns'], name: source },
        destination: { namespace: [namespace], name },
      });
    expect((await rename('old', 'other', 'new')).status).toBe(204);
    expect((await store.call('HEAD', `${TABLES}/old`)).status).toBe(404);
    const loaded = await store.call('GET', `${LAKE}/namespaces/other/tables/new`);
    expect(loaded.body['metadata-location']).toBe(created.body['metadata-location']);
    const successor = await createTable(store, 'ns', 'old');
    expect(at(successor.body, 'metadata', 'location')).not.toBe(at(created.body, 'metadata', 'location'));
    expect(errorOf(await rename('none', 'ns', 'x')).type).toBe('NoSuchTableException');
    expect(errorOf(await rename('old', 'none', 'x'))).toMatchObject({ status: 404, type: 'NoSuchNamespaceException' });
    expect(errorOf(await rename('old', 'other', 'new'))).toMatchObject({
      status: 409,
      message: 'Table already exists: other.new',
    });
    expect(
      errorOf(await store.call('POST', `${LAKE}/tables/rename`, { source: { namespace: ['ns'], name: 'old' } })).status,
    ).toBe(400);
  });

  test('a metadata file becomes a table again, once', async () => {
    const created = await createTable(store, 'ns', 'lost');
    const register = (body: Parameters<typeof store.call>[2]) =>
      store.call('POST', `${LAKE}/namespaces/ns/register`, body);
    const location = created.body['metadata-location'];
    expect(errorOf(await register({ name: 'copy', 'metadata-location': location }))).toMatchObject({
      status: 409,
      type: 'AlreadyExistsException',
    });
    await store.call('DELETE', `${TABLES}/lost`);
    const found = await register({ name: 'found', 'metadata-location': location });
    expect(found.body).toEqual(created.body);
    expect((await store.call('GET', `${TABLES}/found`)).body).toEqual(created.body);
    const changed = await store.call('POST', `${TABLES}/found`, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { a: 'b' } }],
    });
    expect(changed.status).toBe(200);
    expect(errorOf(await register({ name: 'found', 'metadata-location': location })).status).toBe(409);
    const back = await register({ name: 'found', 'metadata-location': location, overwrite: true });
    expect(back.body).toEqual(created.body);
  });

  test('register refuses what is no table of this warehouse', async () => {
    const created = await createTable(store, 'ns', 'source');
    const metadata = decodeTableMetadata(parseJson(await readFile(created.body['metadata-location'])));
    const register = (location: string, namespace = 'ns') =>
      store.call('POST', `${LAKE}/namespaces/${namespace}/register`, { name: 'reg', 'metadata-location': location });
    expect(errorOf(await register('s3://lake/none.metadata.json'))).toMatchObject({
      status: 404,
      type: 'NotFoundException',
    });
    expect(errorOf(await register('s3://elsewhere/t.metadata.json')).status).toBe(400);
    expect(errorOf(await register(await putFile('broken.metadata.json', '{"format-version":2}')))).toMatchObject({
      status: 400,
    });
    expect(errorOf(await register(await putFile('noise.metadata.json', Buffer.from([0x1f, 0x8b, 1, 2])))).status).toBe(
      400,
    );
    const foreign = await putFile(
      'foreign.metadata.json',
      writeTableMetadata({ ...metadata, 'table-uuid': randomUUID(), location: 's3://elsewhere/t' }),
    );
    expect(errorOf(await register(foreign)).status).toBe(400);
    const fine = writeTableMetadata({ ...metadata, 'table-uuid': randomUUID(), location: 's3://lake/registered/t' });
    expect(errorOf(await register(await putFile('v7.gz.metadata.json', gzipSync(fine)), 'none')).type).toBe(
      'NoSuchNamespaceException',
    );
    expect((await register(await putFile('v7.gz.metadata.json', gzipSync(fine)))).status).toBe(200);
    const next = await store.call('POST', `${TABLES}/reg`, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { a: 'b' } }],
    });
    expect(String(next.body['metadata-location'])).toMatch(/^s3:\/\/lake\/registered\/t\/metadata\/00008-/);
  });

  test('each landed change leaves its record', async () => {
    await createTable(store, 'ns', 'logged');
    await store.call('POST', `${TABLES}/logged`, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { a: 'b' } }],
    });
    await store.call('DELETE', `${TABLES}/logged`);
    const page = await store.kv.read(function* (tx) {
      return yield* tx.scan({ start: Buffer.from('TC'), end: Buffer.from('TD'), limit: 1000 });
    });
    const byTable = Map.groupBy(page.rows, ([key]) => key.toString('utf8', 2, 38));
    const histories = [...byTable.values()].map((rows) => rows.map(([, value]) => decodeCommitRecord(value).operation));
    expect(histories).toContainEqual(['create', 'commit', 'drop']);
  });
});
