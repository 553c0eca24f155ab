/** One page of each listing, from any marker, against the same made of all rows by the rules. */
import fc from 'fast-check';
import { describeOnBothStores, type TestCatalog } from './open-stores.ts';
import { TestBucket } from './versions/support.ts';

const PIECES = ['a', 'b', '/', '//', 'ab', 'é', '\u0000', '\u0001', '~', 'ÿ', '\uffff'];
const KEYS = 120;
const ALL = { prefix: '', delimiter: '', keyMarker: '', maxKeys: 1000 };

/** What is listed, in order: `id` tells rows of one key apart. */
interface Row {
  readonly key: string;
  readonly id: string;
}

interface Asked {
  readonly prefix: string;
  readonly delimiter: string;
  readonly key: string;
  readonly id: string;
  readonly max: number;
}

interface ExpectedPage {
  readonly rows: Row[];
  readonly commonPrefixes: string[];
  readonly isTruncated: boolean;
  /** The last entry of the page. */
  readonly last: Row;
}

const NOTHING: Row = { key: '', id: '' };
const isBefore = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

const commonPrefixOf = (key: string, { prefix, delimiter }: Asked): string | undefined => {
  const at = delimiter === '' || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
};

/** `all` in their order. Without an id, everything of the marker's key is behind the page before. */
function pageOf(all: readonly Row[], asked: Asked): ExpectedPage {
  const passed = commonPrefixOf(asked.key, asked) === asked.key ? asked.key : undefined;
  const markerAt = all.findIndex((row) => row.key === asked.key && row.id === asked.id);
  const wanted = all.filter(({ key }, at) => {
    if (!key.startsWith(asked.prefix) || isBefore(key, asked.key)) return false;
    if (passed !== undefined && key.startsWith(passed)) return false;
    return key !== asked.key || asked.key === '' || (markerAt >= 0 && at > markerAt);
  });
  const page: ExpectedPage = { rows: [], commonPrefixes: [], isTruncated: false, last: NOTHING };
  let { last } = page;
  for (const row of wanted) {
    const commonPrefix = commonPrefixOf(row.key, asked);
    if (commonPrefix !== undefined && page.commonPrefixes.includes(commonPrefix)) continue;
    if (page.rows.length + page.commonPrefixes.length === asked.max) return { ...page, last, isTruncated: true };
    if (commonPrefix === undefined) page.rows.push(row);
    else page.commonPrefixes.push(commonPrefix);
    last = commonPrefix === undefined ? row : { key: commonPrefix, id: '' };
  }
  return { ...page, last };
}

/** Some keys once, some often, some deleted, some twice with an upload; the same in every run. */
async function fill(bucket: TestBucket): Promise<void> {
  const { catalog, clock } = bucket.store;
  for (let i = 0; i < KEYS; i += 1) {
    clock.nowMs += 1;
    const pieces = [i, i * 7 + 3, i * 3 + 1, i * 5 + 2].slice(0, 1 + (i % 4));
    const key = pieces.map((piece) => PIECES[(piece + Math.floor(i / 11)) % PIECES.length]).join('');
    if (i === KEYS / 3) await catalog.putBucketVersioning(bucket.name, 'Enabled');
    if (i % 5 === 4) await bucket.delete(key);
    else await bucket.put(key);
    if (i % 3 === 0) await bucket.put(key);
    for (let uploads = i % 3; uploads > 0; uploads -= 1) {
      clock.nowMs += 1;
      const template = { ownerId: 'o', systemHeaders: {}, userMetadata: {} };
      await catalog.createUpload({ bucket: bucket.name, key, initiatorId: 'o', template });
    }
  }
}

describeOnBothStores('pages of listings', (open) => {
  let store: TestCatalog;
  let bucket: string;
  let keys: string[];
  beforeAll(async () => {
    store = await open();
    const made = await TestBucket.make(store, 'Off');
    bucket = made.name;
    await fill(made);
    keys = [...new Set((await made.versions()).map(({ key }) => key))];
  });
  afterAll(() => store.destroy());

  const ask = async (all: readonly Row[], check: (asked: Asked) => Promise<void>): Promise<void> => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 2 }).map((pieces) => pieces.join(''));
    const row = fc.oneof(
      fc.constant(NOTHING),
      { arbitrary: fc.constantFrom(...all), weight: 3 },
      text.map((key) => ({ key, id: '' })),
    );
    const max = fc.constantFrom(1, 2, 3, 31, 32, 33, 1000);
    const arbitrary = fc
      .record({ prefix: text, delimiter: fc.constantFrom('', ...PIECES), row, max })
      .map(({ row: { key, id }, ...asked }): Asked => ({ ...asked, key, id }));
    await fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: store.kv.writers === 'single' ? 500 : 60 });
  };

  test('of objects', async () => {
    const request = { bucket, prefix: '', delimiter: '', startAfter: '', resumeAfterPrefix: false, maxKeys: 1000 };
    const all = (await store.catalog.listObjects(request)).objects.map(({ key }) => ({ key, id: '' }));
    await ask(all, async (asked) => {
      const { prefix, delimiter, key: startAfter, max: maxKeys } = asked;
      const resumeAfterPrefix = commonPrefixOf(startAfter, asked) === startAfter;
      const query = { bucket, prefix, delimiter, startAfter, resumeAfterPrefix, maxKeys };
      const page = await store.catalog.listObjects(query);
      const { rows, last, ...expected } = pageOf(all, asked);
      expect({ ...page, objects: page.objects.map(({ key }) => key) }).toEqual({
        ...expected,
        objects: rows.map(({ key }) => key),
        ...(expected.isTruncated
          ? { nextStartAfter: last.key, nextIsPrefix: commonPrefixOf(last.key, asked) === last.key }
          : {}),
      });
    });
  });

  test('of versions', async () => {
    const found = await store.catalog.listObjectVersions({ ...ALL, bucket, versionIdMarker: '' });
    const all = found.versions.map(({ key, versionId }) => ({ key, id: versionId }));
    expect(new Set(all.map(({ key }) => key))).toEqual(new Set(keys));
    expect(all.length).toBeGreaterThan(keys.length);
    await ask(all, async (asked) => {
      const { prefix, delimiter, key: keyMarker, id: versionIdMarker, max: maxKeys } = asked;
      const query = { bucket, prefix, delimiter, keyMarker, versionIdMarker, maxKeys };
      const page = await store.catalog.listObjectVersions(query);
      const { rows, commonPrefixes, isTruncated, last } = pageOf(all, asked);
      expect(page.versions.map(({ key, versionId }) => ({ key, id: versionId }))).toEqual(rows);
      expect(page).toMatchObject({ commonPrefixes, isTruncated, ...(isTruncated ? { nextKeyMarker: last.key } : {}) });
    });
  });

  test('of uploads', async () => {
    const found = await store.catalog.listUploads({ ...ALL, bucket, uploadIdMarker: '', maxUploads: 1000 });
    const all = found.uploads.map(({ key, uploadId }) => ({ key, id: uploadId }));
    expect(all).toHaveLength(KEYS);
    await ask(all, async (asked) => {
      const { prefix, delimiter, key: keyMarker, id: uploadIdMarker, max: maxUploads } = asked;
      const page = await store.catalog.listUploads({
        bucket,
        prefix,
        delimiter,
        keyMarker,
        uploadIdMarker,
        maxUploads,
      });
      const { rows, commonPrefixes, isTruncated, last } = pageOf(all, asked);
      expect(page.uploads.map(({ key, uploadId }) => ({ key, id: uploadId }))).toEqual(rows);
      const next = { nextKeyMarker: last.key, nextUploadIdMarker: last.id };
      expect(page).toMatchObject({ commonPrefixes, isTruncated, ...(isTruncated ? next : {}) });
    });
  });
});
