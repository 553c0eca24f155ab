/** What a page of versions costs, counted in rows that the store was asked for; and how pages go on. */

import { randomBytes } from 'node:crypto';
import type { KvRange, OrderedKv, RowDecoder } from '@needlestack/ordered-kv';
import { createCatalog } from '../../src/core/catalog.ts';
import { openLmdbCatalog, type TestCatalog } from '../open-stores.ts';
import { TestBucket } from './support.ts';

const VERSIONS = 3000;

/** The same store, which counts the rows of scans and walks. */
function countRows(kv: OrderedKv, onRows: (rows: number) => void): OrderedKv {
  const { synchronous } = kv;
  if (synchronous === undefined) throw new Error('an embedded store answers at once');
  return {
    writers: kv.writers,
    transact: (program, signal) => kv.transact(program, signal),
    read: (program) => kv.read(program),
    get: (key) => kv.get(key),
    pin: () => kv.pin(),
    whyNotWritable: () => kv.whyNotWritable(),
    close: () => kv.close(),
    synchronous: {
      get: (key) => synchronous.get(key),
      getDecoded: (key, decode) => synchronous.getDecoded(key, decode),
      read: (program) =>
        synchronous.read((tx) =>
          program({
            get: (key) => tx.get(key),
            getDecoded: (key, decode) => tx.getDecoded(key, decode),
            getMany: (keys) => tx.getMany(keys),
            scan: (range) => tx.scan(range),
            *scanDecoded<T>(range: KvRange, decode: RowDecoder<T>) {
              const page = yield* tx.scanDecoded(range, decode);
              onRows(page.rows.length);
              return page;
            },
            walk: (walk, walker) =>
              tx.walk(walk, (key, value) => {
                onRows(1);
                return walker(key, value);
              }),
          }),
        ),
    },
  };
}

let store: TestCatalog;
let bucket: TestBucket;
let newestFirst: string[];
beforeAll(async () => {
  store = openLmdbCatalog();
  bucket = await TestBucket.make(store, 'Enabled');
  const many = Array.from({ length: VERSIONS }, () => bucket.put('many'));
  newestFirst = (await Promise.all(many)).reverse();
  await Promise.all(Array.from({ length: 1000 }, (_, n) => bucket.put(`under/${n % 10}/${n}`)));
  await Promise.all(Array.from({ length: 300 }, (_, n) => bucket.delete(`gone/${n}`)));
});
afterAll(() => store.destroy());

test('a page costs what it shows: within one key of many versions, and over prefixes of many keys', async () => {
  let rows = 0;
  const counting = createCatalog({
    kv: countRows(store.kv, (count) => {
      rows += count;
    }),
    clock: Date.now,
    randomBytes,
  });
  const first = { bucket: bucket.name, prefix: '', delimiter: '', keyMarker: '', versionIdMarker: '', maxKeys: 100 };
  const costOf = async (request: object) => {
    rows = 0;
    const page = await counting.listObjectVersions({ ...first, ...request });
    return { page, rows };
  };
  for (const depth of [0, 1, 1500, VERSIONS - 200]) {
    const versionIdMarker = newestFirst[depth] ?? '';
    const { page, rows: cost } = await costOf({ keyMarker: 'many', versionIdMarker });
    expect(page.versions.map(({ versionId }) => versionId)).toEqual(newestFirst.slice(depth + 1, depth + 101));
    expect(page).toMatchObject({
      isTruncated: true,
      nextKeyMarker: 'many',
      nextVersionIdMarker: newestFirst[depth + 100],
    });
    expect(cost).toBeLessThan(500);
  }
  const grouped = await costOf({ delimiter: '/', prefix: 'under/' });
  expect(grouped.page.commonPrefixes).toHaveLength(10);
  expect(grouped.rows).toBeLessThan(100);
  const top = await costOf({ delimiter: '/', maxKeys: 3 });
  expect(top.page).toMatchObject({ commonPrefixes: ['gone/'], isTruncated: true, nextVersionIdMarker: newestFirst[1] });
  expect(top.page.versions).toHaveLength(2);
  const after = await costOf({ delimiter: '/', keyMarker: 'gone/', maxKeys: 1 });
  expect(after.page.versions.map(({ versionId }) => versionId)).toEqual(newestFirst.slice(0, 1));
  expect(after.rows).toBeLessThan(100);
  // Deleted keys cost a listing of current objects nothing.
  rows = 0;
  const current = {
    bucket: bucket.name,
    prefix: '',
    delimiter: '',
    startAfter: '',
    resumeAfterPrefix: false,
    maxKeys: 1,
  };
  expect((await counting.listObjects(current)).objects.map(({ key }) => key)).toEqual(['many']);
  expect(rows).toBeLessThan(5);
});

test('a page goes on after a version that was deleted meanwhile, also a null one', async () => {
  const other = await TestBucket.make(store, 'Off');
  await other.put('k');
  await store.catalog.putBucketVersioning(other.name, 'Enabled');
  const [second, third] = [await other.put('k'), await other.put('k')];
  const list = (versionIdMarker: string, maxKeys = 1) =>
    store.catalog.listObjectVersions({
      bucket: other.name,
      prefix: '',
      delimiter: '',
      keyMarker: versionIdMarker === '' ? '' : 'k',
      versionIdMarker,
      maxKeys,
    });
  const idsOf = async (page: ReturnType<typeof list>) => (await page).versions.map(({ versionId }) => versionId);
  expect(await idsOf(list('', 1000))).toEqual([third, second, 'null']);
  expect(await idsOf(list('null', 1000))).toEqual([]);
  const { nextVersionIdMarker = '' } = await list('');
  await other.delete('k', { versionId: third });
  // What was second is the newest now, and lies elsewhere.
  expect(await list(nextVersionIdMarker)).toMatchObject({ versions: [{ versionId: second, isLatest: true }] });
  await store.catalog.putBucketVersioning(other.name, 'Suspended');
  await other.put('k');
  const nullFirst = await list('');
  expect(nullFirst.versions.map(({ versionId }) => versionId)).toEqual(['null']);
  await other.delete('k', { versionId: 'null' });
  expect(await idsOf(list(nullFirst.nextVersionIdMarker ?? '', 1000))).toEqual([second]);
  expect(await idsOf(list('null', 1000))).toEqual([second]);
  await expect(list('nonsense')).rejects.toMatchObject({ code: 'InvalidVersionId' });
  expect(await list('', 0)).toEqual({ versions: [], commonPrefixes: [], isTruncated: false });
});

test('tags and restore states are shown where they are asked for', async () => {
  const other = await TestBucket.make(store, 'Enabled');
  await other.put('k', { tags: { a: '1' }, storageClass: 'GLACIER' });
  await other.update('k', { kind: 'restore', restore: { isOngoing: true } });
  const details = { tags: { a: '1' }, restore: { isOngoing: true } };
  const versions = { bucket: other.name, prefix: '', delimiter: '', keyMarker: '', versionIdMarker: '', maxKeys: 9 };
  const objects = { ...versions, startAfter: '', resumeAfterPrefix: false };
  for (const withDetails of [false, true]) {
    const found = [
      ...(await store.catalog.listObjectVersions({ ...versions, withDetails })).versions,
      ...(await store.catalog.listObjects({ ...objects, withDetails })).objects,
    ];
    expect(found).toHaveLength(2);
    for (const listed of found) {
      expect(listed).toMatchObject({ storageClass: 'GLACIER', ...(withDetails ? details : {}) });
      expect('tags' in listed).toBe(withDetails);
    }
  }
});
