import type { KvErrorCode } from '@needlestack/ordered-kv';
import { type FaultyKv, makeFaulty } from './support/faulty-kv.ts';
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

const TABLES = `${LAKE}/namespaces/ns/tables`;

let faulty: FaultyKv;
let store: RunningCatalog;

beforeEach(async () => {
  store = await startCatalog({
    kv: (kv) => {
      faulty = makeFaulty(kv);
      return faulty.kv;
    },
  });
  await createNamespace(store, 'ns');
  await createTable(store, 'ns', 't');
});

afterEach(async () => {
  await store.stop();
});

const commit = { requirements: [requireMain(null)], updates: appendUpdates(5n, 1) };

async function currentSnapshot(): Promise<unknown> {
  return at((await store.call('GET', `${TABLES}/t`)).body, 'metadata', 'current-snapshot-id');
}

test.each<KvErrorCode>(['unavailable', 'conflict', 'closed'])(
  'nothing was begun (%s): 503, and the same commit may come again',
  async (code) => {
    const before = [...store.objects.keys];
    faulty.faults.push({ when: 'before', code });
    const answer = await store.call('POST', `${TABLES}/t`, commit);
    expect(errorOf(answer)).toMatchObject({ status: 503, type: 'ServiceUnavailableException' });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await currentSnapshot()).toBe(-1);
    expect([...store.objects.keys]).toEqual(before);
    expect((await store.call('POST', `${TABLES}/t`, commit)).status).toBe(200);
  },
);

test.each<KvErrorCode>(['outcome-unknown', 'storage-failed'])(
  'the outcome was not seen (%s) and it had landed: 500, files stay, the repetition succeeds',
  async (code) => {
    faulty.faults.push({ when: 'after', code });
    const answer = await store.call('POST', `${TABLES}/t`, commit);
    expect(errorOf(answer)).toEqual({
      status: 500,
      type: 'CommitStateUnknownException',
      message: 'The outcome is unknown',
    });
    expect(await currentSnapshot()).toBe(5);
    const again = await store.call('POST', `${TABLES}/t`, commit);
    expect([again.status, at(again.body, 'metadata', 'snapshots', 'length')]).toEqual([200, 1]);
  },
);

test('the outcome was not seen and it had not landed: 500, the table as it was, the file an orphan', async () => {
  const before = store.objects.keys.size;
  faulty.faults.push({ when: 'before', code: 'outcome-unknown' });
  expect(errorOf(await store.call('POST', `${TABLES}/t`, commit)).type).toBe('CommitStateUnknownException');
  expect(await currentSnapshot()).toBe(-1);
  expect(store.objects.keys.size).toBe(before + 1);
  expect((await store.call('POST', `${TABLES}/t`, commit)).status).toBe(200);
});

test('with a key the answer is there if and only if the commit is', async () => {
  const key = { 'idempotency-key': '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' };
  faulty.faults.push({ when: 'before', code: 'outcome-unknown' });
  expect((await store.call('POST', `${TABLES}/t`, commit, key)).status).toBe(500);
  faulty.faults.push({ when: 'after', code: 'outcome-unknown' });
  expect((await store.call('POST', `${TABLES}/t`, commit, key)).status).toBe(500);
  await store.call('POST', `${TABLES}/t`, { requirements: [], updates: appendUpdates(6n, 2, 5n) });
  const replayed = await store.call('POST', `${TABLES}/t`, commit, key);
  expect(replayed.status).toBe(200);
  expect(at(replayed.body, 'metadata', 'current-snapshot-id')).toBe(5);
  expect(await currentSnapshot()).toBe(6);
});

test('a drop that landed without an answer is answered again with a key, and 404 without', async () => {
  const key = { 'idempotency-key': '017f22e2-79b0-7cc3-98c4-dc0c0c073990' };
  faulty.faults.push({ when: 'after', code: 'outcome-unknown' });
  expect((await store.call('DELETE', `${TABLES}/t`, undefined, key)).status).toBe(500);
  expect((await store.call('DELETE', `${TABLES}/t`, undefined, key)).status).toBe(204);
  expect((await store.call('DELETE', `${TABLES}/t`)).status).toBe(404);
});

test('a metadata file that cannot be written is a 500 without effect that gives nothing away', async () => {
  store.objects.beforePut = async () => {
    throw new Error('disk /secret/path is full');
  };
  expect(errorOf(await store.call('POST', `${TABLES}/t`, commit))).toEqual({
    status: 500,
    type: 'InternalServerError',
    message: 'Internal Server Error',
  });
  expect(errorOf(await store.call('POST', TABLES, { name: 'u', schema: SCHEMA })).status).toBe(500);
  store.objects.beforePut = async () => {};
  expect(store.failures).toHaveLength(2);
  expect(await currentSnapshot()).toBe(-1);
  expect((await store.call('HEAD', `${TABLES}/u`)).status).toBe(404);
});

test('a file that cannot be deleted after the commit turns no success into an error', async () => {
  await store.call('POST', `${TABLES}/t`, {
    requirements: [],
    updates: [
      {
        action: 'set-properties',
        updates: { 'write.metadata.previous-versions-max': '1', 'write.metadata.delete-after-commit.enabled': 'true' },
      },
    ],
  });
  store.objects.deleteObject = async () => {
    throw new Error('not now');
  };
  const answer = await store.call('POST', `${TABLES}/t`, {
    requirements: [],
    updates: [{ action: 'set-properties', updates: { a: 'b' } }],
  });
  expect(answer.status).toBe(200);
  expect(store.failures).toHaveLength(1);
});

test('a pointer to a file that is gone: 404 of its own kind, and the table is still listed', async () => {
  const created = await createTable(store, 'ns', 'hollow');
  const key = String(created.body['metadata-location']).replace('s3://lake/', '');
  await store.objects.deleteObject('lake', key);
  const twin = await store.serveTwin();
  expect(errorOf(await twin('GET', `${TABLES}/hollow`))).toMatchObject({ status: 404, type: 'NotFoundException' });
  await store.objects.putObject({ bucket: 'lake', key, bytes: Buffer.from('{}') });
  expect(errorOf(await twin('GET', `${TABLES}/hollow`)).status).toBe(500);
  expect((await twin('HEAD', `${TABLES}/hollow`)).status).toBe(204);
});
