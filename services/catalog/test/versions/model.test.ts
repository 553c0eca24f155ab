/** Random histories of versions, locks and deletes against a model: listings, lookups, usage and the garbage list must agree. */
import type { Chunk, ListedVersion } from '@needlestack/service-contracts';
import fc from 'fast-check';
import { describeOnBothStores, type TestCatalog } from '../open-stores.ts';
import { bucketRequest } from '../sample-requests.ts';
import { findWrongRows } from './check-rows.ts';
import { keyArbitrary, type Real, runStep, stepArbitrary } from './model-commands.ts';
import { VersionModel } from './version-model.ts';

interface Walk {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
}

async function walkVersions({ store, bucket }: Real, walk: Walk) {
  const versions: ListedVersion[] = [];
  const commonPrefixes: string[] = [];
  let markers = { keyMarker: '', versionIdMarker: '' };
  for (;;) {
    const page = await store.catalog.listObjectVersions({ bucket, ...walk, ...markers });
    expect(page.versions.length + page.commonPrefixes.length).toBeLessThanOrEqual(walk.maxKeys);
    versions.push(...page.versions);
    commonPrefixes.push(...page.commonPrefixes);
    if (!page.isTruncated) return { versions, commonPrefixes };
    expect(page.versions.length + page.commonPrefixes.length).toBe(walk.maxKeys);
    markers = { keyMarker: page.nextKeyMarker ?? '', versionIdMarker: page.nextVersionIdMarker ?? '' };
  }
}

async function compareListing(model: VersionModel, real: Real, walk: Walk): Promise<void> {
  const listed = await walkVersions(real, walk);
  const expected = model.list(walk.prefix, walk.delimiter);
  expect(listed.commonPrefixes).toEqual(expected.commonPrefixes);
  expect(
    listed.versions.map(({ key, versionId, isDeleteMarker, isLatest }) => ({
      key,
      id: versionId,
      isMarker: isDeleteMarker,
      isLatest,
    })),
  ).toEqual(expected.entries);
}

async function compareLookups(model: VersionModel, { store, bucket }: Real, key: string): Promise<Chunk[]> {
  const { catalog } = store;
  const named: Chunk[] = [];
  const newest = await catalog.lookupObject(bucket, key);
  expect(newest?.versionId).toBe(model.newest(key)?.id);
  for (const version of model.versionsOf(key)) {
    const found = await catalog.lookupObject(bucket, key, version.id);
    expect(found).toMatchObject({ isDeleteMarker: version.isMarker, etag: version.etag, sizeBytes: version.sizeBytes });
    expect(found?.tags ?? {}).toEqual(version.tags);
    expect(found?.lock ?? {}).toEqual(version.lock ?? {});
    if (found?.inlineData !== undefined)
      expect(Buffer.from(found.inlineData).toString()).toBe(`${version.etag} ${version.sizeBytes}`);
    else if (!version.isMarker) expect(found?.chunks).toHaveLength(1);
    named.push(...(found?.chunks ?? []));
  }
  return named;
}

async function compareAll(model: VersionModel, real: Real, walks: readonly Walk[]): Promise<void> {
  const { store, bucket } = real;
  for (const walk of walks) await compareListing(model, real, walk);
  const named: Chunk[] = [];
  for (const key of model.keys()) named.push(...(await compareLookups(model, real, key)));
  const list = { bucket, prefix: '', delimiter: '', startAfter: '', resumeAfterPrefix: false, maxKeys: 1000 };
  const page = await store.catalog.listObjects(list);
  expect(page.objects.map(({ key }) => key)).toEqual(model.keys().filter((key) => model.current(key) !== undefined));
  expect(await store.catalog.getBucketUsage(bucket)).toEqual(model.usage());
  // Needles of what went are garbage, once; those of what is there are not.
  const garbage = await store.catalog.listGarbage({ maxEntries: 1000, olderThanMs: -1 });
  const gone = garbage.flatMap(({ chunks }) => chunks.map(({ needleKey }) => needleKey));
  expect(new Set(gone).size).toBe(gone.length);
  for (const { needleKey } of named) expect(gone).not.toContain(needleKey);
}

const walkArbitrary = fc.record({
  prefix: fc.oneof(fc.constant(''), keyArbitrary),
  delimiter: fc.constantFrom('', '/', 'a', 'é'),
  maxKeys: fc.integer({ min: 1, max: 4 }),
});

let buckets = 0;

describeOnBothStores('versions against a model', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  test('random histories give what the model gives', async () => {
    const isEmbedded = store.kv.synchronous !== undefined;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('Off' as const, 'Enabled' as const, 'Suspended' as const, 'lock' as const),
        fc.array(stepArbitrary, { minLength: 1, maxLength: 50, size: 'max' }),
        fc.array(walkArbitrary, { minLength: 1, maxLength: 3 }),
        async (beginning, steps, walks) => {
          const hasLock = beginning === 'lock';
          buckets += 1;
          const bucket = `history-${buckets}`;
          await store.catalog.createBucket({ ...bucketRequest(bucket), objectLockEnabled: hasLock });
          const model = new VersionModel(hasLock, store.clock.nowMs);
          const real = { store, bucket };
          if (beginning === 'Enabled' || beginning === 'Suspended')
            await runStep({ kind: 'versioning', state: beginning }, model, real);
          for (const step of steps) await runStep(step, model, real);
          await compareAll(model, real, walks);
          expect(await findWrongRows(store.kv)).toEqual([]);
        },
      ),
      { numRuns: isEmbedded ? 40 : 5 },
    );
  });
});
