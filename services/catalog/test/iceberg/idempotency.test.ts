import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@needlestack/iceberg-format';
import { sweepAnswers } from '../../src/core/tables/idempotency.ts';
import { IDEMPOTENCY_LIFETIME_MS } from '../../src/core/tables/limits.ts';
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

const NS = `${LAKE}/namespaces/ns`;

let store: RunningCatalog;

beforeEach(async () => {
  store = await startCatalog();
  await createNamespace(store, 'ns');
  await createNamespace(store, 'spare');
  await createTable(store, 'ns', 't');
});

afterEach(async () => {
  expect(store.failures).toEqual([]);
  await store.stop();
});

const rename = { source: { namespace: ['ns'], name: 't' }, destination: { namespace: ['ns'], name: 'renamed' } };

/** Every route that takes a key, with a request that would fail or change something the second time. */
const requests: readonly [string, string, string, JsonObject | undefined, number][] = [
  ['createNamespace', 'POST', `${LAKE}/namespaces`, { namespace: ['new'] }, 200],
  ['dropNamespace', 'DELETE', `${LAKE}/namespaces/spare`, undefined, 204],
  ['updateProperties', 'POST', `${NS}/properties`, { removals: ['location'] }, 200],
  ['createTable', 'POST', `${NS}/tables`, { name: 'new', schema: SCHEMA }, 200],
  ['createTable staged', 'POST', `${NS}/tables`, { name: 'new', schema: SCHEMA, 'stage-create': true }, 200],
  ['updateTable', 'POST', `${NS}/tables/t`, { requirements: [requireMain(null)], updates: appendUpdates(7n, 1) }, 200],
  ['dropTable', 'DELETE', `${NS}/tables/t`, undefined, 204],
  ['renameTable', 'POST', `${LAKE}/tables/rename`, rename, 204],
  ['a refused createTable', 'POST', `${NS}/tables`, { name: 't', schema: SCHEMA }, 409],
  ['a refused updateTable', 'POST', `${NS}/tables/t`, { requirements: [requireMain(1n)], updates: [] }, 409],
  ['a table that is not there', 'DELETE', `${NS}/tables/none`, undefined, 404],
];

describe.each(requests)('%s', (_name, method, path, body, status) => {
  test('twice, by another process, and all at once: one effect, one answer', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const twin = await store.serveTwin();
    const answers = await Promise.all(
      [store.call, store.call, twin, twin].map((call) => call(method, path, body, headers)),
    );
    const first = answers[0];
    expect(answers.map((answer) => answer.status)).toEqual([status, status, status, status]);
    for (const answer of answers) expect(answer.body).toEqual(first?.body);
    const restarted = await store.serveTwin();
    expect((await restarted(method, path, body, headers)).body).toEqual(first?.body);
  });
});

test('register has its effect once', async () => {
  const { body } = await store.call('GET', `${NS}/tables/t`);
  await store.call('DELETE', `${NS}/tables/t`);
  const headers = { 'idempotency-key': randomUUID() };
  const request = { name: 'back', 'metadata-location': String(body['metadata-location']) };
  const first = await store.call('POST', `${NS}/register`, request, headers);
  const again = await store.call('POST', `${NS}/register`, request, headers);
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.body).toEqual(first.body);
});

test('a key stands for one request: another body, route or principal is refused', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  await store.call('POST', `${LAKE}/namespaces`, { namespace: ['one'] }, headers);
  const refused = [
    await store.call('POST', `${LAKE}/namespaces`, { namespace: ['two'] }, headers),
    await store.call('POST', `${NS}/properties`, { namespace: ['one'] }, headers),
    await store.call('DELETE', `${NS}/tables/t`, undefined, headers),
  ];
  for (const answer of refused)
    expect(errorOf(answer)).toMatchObject({ status: 422, type: 'UnprocessableEntityException' });
  expect((await store.call('HEAD', `${NS}/tables/t`)).status).toBe(204);
  expect(
    errorOf(await store.call('POST', `${LAKE}/namespaces`, { namespace: ['one'] }, { 'idempotency-key': 'short' }))
      .status,
  ).toBe(400);
});

test('a refusal is repeated even when the request would now succeed; one that may end otherwise is not', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const create = (more: Record<string, string>) =>
    store.call('POST', `${NS}/tables`, { name: 't', schema: SCHEMA }, more);
  expect((await create({ ...headers, 'x-test-principal': 'reader' })).status).toBe(403);
  expect((await create(headers)).status).toBe(409);
  await store.call('DELETE', `${NS}/tables/t`);
  expect(errorOf(await create(headers))).toMatchObject({ status: 409, message: 'Table already exists: ns.t' });
  expect((await create({ 'idempotency-key': randomUUID() })).status).toBe(200);
});

test('an answer has its time, after which the key is free and the rows go', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const drop = () => store.call('DELETE', `${NS}/tables/t`, undefined, headers);
  expect((await drop()).status).toBe(204);
  store.clock.nowMs += IDEMPOTENCY_LIFETIME_MS - 1;
  expect((await drop()).status).toBe(204);
  store.clock.nowMs += 1;
  expect((await drop()).status).toBe(404);
  store.clock.nowMs += 1;
  expect(await sweepAnswers(store.catalog)).toBe(1);
  expect((await drop()).status).toBe(404);
  store.clock.nowMs += IDEMPOTENCY_LIFETIME_MS + 1;
  expect(await sweepAnswers(store.catalog)).toBe(1);
  const left = await store.kv.read(function* (tx) {
    return yield* tx.scan({ start: Buffer.from('TI'), end: Buffer.from('TJ'), limit: 10 });
  });
  expect(left.rows).toEqual([]);
});

test('the replay of a commit shows the state of then', async () => {
  const headers = { 'idempotency-key': randomUUID() };
  const commit = { requirements: [], updates: appendUpdates(9_007_199_254_740_993n, 1) };
  await store.call('POST', `${NS}/tables/t`, commit, headers);
  await store.call('POST', `${NS}/tables/t`, {
    requirements: [],
    updates: [{ action: 'set-properties', updates: { later: 'x' } }],
  });
  const replayed = await store.call('POST', `${NS}/tables/t`, commit, headers);
  expect(at(replayed.body, 'metadata', 'current-snapshot-id')).toBe(9_007_199_254_740_993n);
  expect(at(replayed.body, 'metadata', 'properties', 'later')).toBeUndefined();
});
