/** What becomes of stored bytes when the catalog does not say yes. */
import { setImmediate } from 'node:timers/promises';
import { CatalogError, type CatalogPort } from '@needlestack/service-contracts';
import { startTestStore, type TestStore } from './support/start-test-store.ts';

/** The catalog's calls with another `commitObject`. */
const withCommit = (catalog: CatalogPort, commitObject: CatalogPort['commitObject']): CatalogPort => ({
  ...catalog,
  commitObject,
});

let failure: Error | undefined;
let real: TestStore;
let store: TestStore;
beforeAll(async () => {
  real = await startTestStore();
  store = await startTestStore({
    catalog: withCommit(real.catalog, (request) =>
      failure === undefined ? real.catalog.commitObject(request) : Promise.reject(failure),
    ),
  });
  await store.client.call('PUT', '/bucket');
});
afterAll(async () => {
  await store.close();
  await real.close();
});

const countGarbage = async (): Promise<number> =>
  (await real.catalog.listGarbage({ maxEntries: 1000, olderThanMs: -1000 })).length;

test('a refusal frees the bytes', async () => {
  const before = await countGarbage();
  failure = new CatalogError('PreconditionFailed', 'another was faster');
  expect(await store.client.call('PUT', '/bucket/key', { body: 'x' })).toMatchObject({ status: 412 });
  while ((await countGarbage()) === before) await setImmediate();
  expect(await countGarbage()).toBe(before + 1);
});

test('a fault keeps them: the commit may have happened', async () => {
  const before = await countGarbage();
  failure = new Error('the connection broke');
  expect(await store.client.call('PUT', '/bucket/key', { body: 'x' })).toMatchObject({
    status: 500,
    code: 'InternalError',
  });
  failure = undefined;
  // Whatever that request handed over would stand before what this one hands over.
  await store.client.call('PUT', '/bucket/key', { body: 'x', headers: { 'content-md5': 'JfnnlDI7RTiF9RgfG2JNCw==' } });
  while ((await countGarbage()) === before) await setImmediate();
  expect(await countGarbage()).toBe(before + 1);
});
