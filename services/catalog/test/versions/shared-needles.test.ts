/**
 * Needles that several versions name. Whatever comes and goes, a needle is garbage exactly when nothing names it any more, and is told of
 * once: sooner would be a hole in an object, later a leak.
 */
import type { Chunk, SharedChunks } from '@needlestack/service-contracts';
import { CatalogError } from '@needlestack/service-contracts';
import fc from 'fast-check';
import { TABLE, tableRange } from '../../src/core/keys.ts';
import { describeOnBothStores, type TestCatalog } from '../open-stores.ts';
import { makeChunk, makeVersion, needlesOf, putEvent } from '../sample-requests.ts';
import { findWrongRows } from './check-rows.ts';
import { TestBucket, takeGarbage } from './support.ts';

const refused = (code: string) => expect.objectContaining({ code });
const PART_BYTES = 5 * 1024 * 1024;
const ETAG = 'a'.repeat(32);

type Key = 'a' | 'b' | 'c';
const key: fc.Arbitrary<Key> = fc.constantFrom('a', 'b', 'c');
const stepArbitrary = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('copy' as const), key, from: key }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('copy-part' as const),
      key,
      from: key,
      number: fc.integer({ min: 1, max: 2 }),
    }),
  },
  fc.record({ kind: fc.constant('complete' as const), key, numbers: fc.constantFrom([1], [2], [1, 2]) }),
  fc.record({ kind: fc.constant('abort' as const), key }),
  fc.record({ kind: fc.constant('rename' as const), key, from: key }),
  fc.record({ kind: fc.constant('delete' as const), key }),
  fc.record({ kind: fc.constant('delete-version' as const), key, nth: fc.nat(2) }),
  fc.record({
    kind: fc.constant('versioning' as const),
    state: fc.constantFrom('Enabled' as const, 'Suspended' as const),
  }),
);
type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

/** Does random things; what names which needle is asked of the catalog itself. */
class History {
  readonly bucket: TestBucket;
  readonly taken = new Map<string, Chunk>();
  readonly #uploads = new Map<Key, string>();

  constructor(bucket: TestBucket) {
    this.bucket = bucket;
  }

  async run(step: Step): Promise<void> {
    try {
      await this.#try(step);
    } catch (error) {
      if (!(error instanceof CatalogError)) throw error;
    }
  }

  async #try(step: Step): Promise<void> {
    const { bucket } = this;
    const { catalog } = bucket.store;
    switch (step.kind) {
      case 'put':
        await bucket.put(step.key, { chunks: this.#makeChunks(2) });
        return;
      case 'copy': {
        const shared = await this.#share(step.from);
        if (shared === undefined) return;
        const version = makeVersion({ chunks: shared.chunks });
        await catalog.commitObject({ bucket: bucket.name, key: step.key, version, shared, event: putEvent });
        return;
      }
      case 'copy-part': {
        const shared = await this.#share(step.from);
        if (shared === undefined) return;
        // Whole chunks are shared; what a range cuts is written anew.
        const chunks = [...this.#makeChunks(1), ...shared.chunks];
        const part = { partNumber: step.number, etag: ETAG, sizeBytes: PART_BYTES, chunks, shared };
        await catalog.putPart({ ...(await this.#uploadOf(step.key)), ...part });
        return;
      }
      case 'complete': {
        const place = await this.#uploadOf(step.key);
        const parts = step.numbers.map((partNumber) => ({ partNumber, etag: ETAG }));
        await catalog.completeUpload({ ...place, parts, event: putEvent });
        this.#uploads.delete(step.key);
        return;
      }
      case 'abort': {
        const { key: name, uploadId } = await this.#uploadOf(step.key);
        await catalog.abortUpload(bucket.name, name, uploadId);
        this.#uploads.delete(step.key);
        return;
      }
      case 'rename':
        await catalog.renameObject({ bucket: bucket.name, sourceKey: step.from, key: step.key, event: putEvent });
        return;
      case 'delete':
        await bucket.delete(step.key);
        return;
      case 'delete-version': {
        const versionId = (await bucket.ids(step.key))[step.nth];
        if (versionId !== undefined) await bucket.delete(step.key, { versionId });
        return;
      }
      case 'versioning':
        await catalog.putBucketVersioning(bucket.name, step.state);
    }
  }

  #makeChunks(count: number): Chunk[] {
    const chunks = Array.from({ length: count }, () => makeChunk());
    for (const chunk of chunks) this.taken.set(String(chunk.needleKey), chunk);
    return chunks;
  }

  async #share(from: string): Promise<SharedChunks | undefined> {
    const source = await this.bucket.lookup(from);
    if (source === undefined || source.chunks.length === 0) return undefined;
    return { bucket: this.bucket.name, key: from, versionId: source.versionId, chunks: source.chunks };
  }

  async #uploadOf(name: Key) {
    const { catalog } = this.bucket.store;
    let uploadId = this.#uploads.get(name);
    if (uploadId === undefined) {
      const template = { systemHeaders: {}, userMetadata: {}, ownerId: 'o' };
      uploadId = (await catalog.createUpload({ bucket: this.bucket.name, key: name, template, initiatorId: 'i' }))
        .uploadId;
      this.#uploads.set(name, uploadId);
    }
    return { bucket: this.bucket.name, key: name, uploadId };
  }

  /** Aborts what is pending, so that all needles are named by versions only. */
  async settle(): Promise<void> {
    for (const name of [...this.#uploads.keys()]) await this.run({ kind: 'abort', key: name });
  }

  async named(): Promise<Set<string>> {
    const named = new Set<string>();
    for (const { key: name, versionId } of await this.bucket.versions())
      for (const { needleKey } of (await this.bucket.lookup(name, versionId))?.chunks ?? [])
        named.add(String(needleKey));
    return named;
  }

  async empty(): Promise<void> {
    for (const { key: name, versionId } of await this.bucket.versions()) await this.bucket.delete(name, { versionId });
  }
}

const rowsOfSharedNeedles = ({ kv }: TestCatalog) =>
  kv.read(function* (tx) {
    return (yield* tx.scan({ ...tableRange(TABLE.sharedNeedle), limit: 100 })).rows.length;
  });

describeOnBothStores('shared needles', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  test('random histories neither lose nor leak a needle', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('Off' as const, 'Enabled' as const, 'Suspended' as const),
        fc.array(stepArbitrary, { minLength: 5, maxLength: 40, size: 'max' }),
        async (versioning, steps) => {
          const history = new History(await TestBucket.make(store, versioning));
          await takeGarbage(store);
          for (const step of steps) await history.run(step);
          expect(await findWrongRows(store.kv)).toEqual([]);
          await history.settle();
          const named = await history.named();
          const garbage = await takeGarbage(store);
          expect(garbage).toEqual([...history.taken.keys()].filter((name) => !named.has(name)).sort());
          await history.empty();
          expect(await takeGarbage(store)).toEqual([...named].sort());
          expect(await rowsOfSharedNeedles(store)).toBe(0);
        },
      ),
      { numRuns: store.kv.synchronous === undefined ? 5 : 40 },
    );
  });

  test('an object that is never copied has no row of its own for that', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    await bucket.put('k');
    expect(await rowsOfSharedNeedles(store)).toBe(0);
  });

  test('a copy across buckets survives its source', async () => {
    const [from, to] = [await TestBucket.make(store, 'Off'), await TestBucket.make(store, 'Off')];
    await takeGarbage(store);
    const chunks = [makeChunk(), makeChunk()];
    await from.put('k', { chunks });
    const shared = { bucket: from.name, key: 'k', versionId: 'null', chunks };
    const copy = (fields: object = {}) =>
      store.catalog.commitObject({
        bucket: to.name,
        key: 'copy',
        version: makeVersion({ chunks }),
        event: putEvent,
        shared: { ...shared, ...fields },
      });
    await copy();
    await from.delete('k');
    expect(await takeGarbage(store)).toEqual([]);
    expect((await to.lookup('copy'))?.chunks).toEqual(chunks);
    // The source is gone: it has nothing to share.
    await expect(copy()).rejects.toEqual(refused('ConditionalRequestConflict'));
    await from.put('k', { chunks: [makeChunk()] });
    await expect(copy()).rejects.toEqual(refused('ConditionalRequestConflict'));
    await expect(copy({ bucket: 'nowhere' })).rejects.toEqual(refused('NoSuchBucket'));
    await to.delete('copy');
    expect(await takeGarbage(store)).toEqual(needlesOf(chunks));
  });

  test('an object that is copied onto itself keeps its needles', async () => {
    const bucket = await TestBucket.make(store, 'Off');
    await takeGarbage(store);
    const chunks = [makeChunk()];
    await bucket.put('k', { chunks });
    const shared = { bucket: bucket.name, key: 'k', versionId: 'null', chunks };
    const version = makeVersion({ chunks, userMetadata: { color: 'blue' } });
    for (let round = 0; round < 3; round += 1)
      await store.catalog.commitObject({ bucket: bucket.name, key: 'k', version, shared, event: putEvent });
    expect(await takeGarbage(store)).toEqual([]);
    expect(await rowsOfSharedNeedles(store)).toBe(0);
    await bucket.delete('k');
    expect(await takeGarbage(store)).toEqual(needlesOf(chunks));
  });
});
