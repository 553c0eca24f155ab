/**
 * Whatever clients do at the same time, every needle that the catalog took is in exactly one place: an object, a part of a
 * pending upload, or the garbage list. A needle in none would never be deleted; one in two would be deleted under a reader.
 */
import type { Chunk } from '@needlestack/service-contracts';
import fc from 'fast-check';
import { readParts } from '../src/core/uploads/read-parts.ts';
import { openLmdbCatalog, type TestCatalog } from './open-stores.ts';
import { bucketRequest, deleteEvent, makeChunk, makeVersion, needlesOf, putEvent } from './sample-requests.ts';

const PART_BYTES = 5 * 1024 * 1024;
const ETAG = 'a'.repeat(32);

const key = fc.constantFrom('a', 'b');
const partNumber = fc.integer({ min: 1, max: 3 });
const action = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, isAbsent: fc.boolean() }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({ kind: fc.constant('part' as const), key, partNumber }),
  fc.record({
    kind: fc.constant('complete' as const),
    key,
    parts: fc.uniqueArray(partNumber, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('abort' as const), key }),
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

class History {
  readonly store: TestCatalog;
  readonly bucket: string;
  readonly taken: Chunk[] = [];
  readonly uploads = new Map<string, string>();

  constructor(store: TestCatalog, bucket: string) {
    this.store = store;
    this.bucket = bucket;
  }

  async #uploadOf(name: string): Promise<string> {
    const known = this.uploads.get(name);
    if (known !== undefined) return known;
    const template = { systemHeaders: {}, userMetadata: {}, ownerId: 'o' };
    const request = { bucket: this.bucket, key: name, template, initiatorId: 'i' };
    const { uploadId } = await this.store.catalog.createUpload(request);
    this.uploads.set(name, uploadId);
    return uploadId;
  }

  async begin(): Promise<void> {
    for (const name of ['a', 'b']) await this.#uploadOf(name);
  }

  /** Settles always; a refusal means that the needles were not taken. */
  async run(step: Action): Promise<void> {
    const { catalog } = this.store;
    const place = { bucket: this.bucket, key: step.key, uploadId: this.uploads.get(step.key) ?? '' };
    try {
      if (step.kind === 'put') {
        const chunks = [makeChunk(), makeChunk()];
        const condition = step.isAbsent ? { condition: { ifNoneMatch: '*' as const } } : {};
        await catalog.commitObject({
          bucket: this.bucket,
          key: step.key,
          version: makeVersion({ chunks }),
          event: putEvent,
          ...condition,
        });
        this.taken.push(...chunks);
      } else if (step.kind === 'delete')
        await catalog.deleteObject({ bucket: this.bucket, key: step.key, event: deleteEvent });
      else if (step.kind === 'part') {
        const chunks = [makeChunk(PART_BYTES)];
        await catalog.putPart({ ...place, partNumber: step.partNumber, sizeBytes: PART_BYTES, etag: ETAG, chunks });
        this.taken.push(...chunks);
      } else if (step.kind === 'complete') {
        const parts = [...step.parts].sort().map((n) => ({ partNumber: n, etag: ETAG }));
        await catalog.completeUpload({ ...place, parts, event: putEvent });
      } else await catalog.abortUpload(this.bucket, step.key, place.uploadId);
    } catch (error) {
      expect(error).toMatchObject({ name: 'CatalogError' });
    }
  }

  async held(): Promise<Chunk[]> {
    const { catalog, kv } = this.store;
    const held: Chunk[] = [];
    const bucketId = Number.parseInt((await catalog.getBucket(this.bucket))?.bucketId ?? '', 16);
    for (const [name, uploadId] of this.uploads) {
      held.push(...((await catalog.lookupObject(this.bucket, name))?.chunks ?? []));
      const parts = await kv.read((tx) => readParts(tx, bucketId, uploadId));
      held.push(...parts.flatMap((part) => part.chunks));
    }
    return held;
  }
}

test('random races of puts, deletes, parts, completions and aborts lose no needle and hold none twice', async () => {
  const store = openLmdbCatalog();
  let round = 0;
  const taken: Chunk[] = [];
  const held: Chunk[] = [];
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(action, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), async (rounds) => {
        round += 1;
        store.clock.nowMs += 1;
        const history = new History(store, `box-${round}`);
        await store.catalog.createBucket(bucketRequest(history.bucket));
        await history.begin();
        for (const steps of rounds) await Promise.all(steps.map((step) => history.run(step)));
        taken.push(...history.taken);
        held.push(...(await history.held()));
      }),
      { numRuns: 40, endOnFailure: true },
    );
    const garbage = await store.catalog.listGarbage({ maxEntries: 1000, olderThanMs: 0 });
    let rest = garbage;
    const collected: Chunk[] = [];
    while (rest.length > 0) {
      collected.push(...rest.flatMap((entry) => entry.chunks));
      await store.catalog.forgetGarbage(rest.map(({ garbageId }) => garbageId));
      rest = await store.catalog.listGarbage({ maxEntries: 1000, olderThanMs: 0 });
    }
    expect(collected.length).toBeGreaterThan(10);
    expect(held.length).toBeGreaterThan(10);
    expect(needlesOf([...held, ...collected])).toEqual(needlesOf(taken));
  } finally {
    await store.destroy();
  }
});
