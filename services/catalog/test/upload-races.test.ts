/**
 * Completing an upload races with itself asked again, with an abort, with a part put again, with deletes and with a copy of the result. However
 * it ends: one object of exactly the parts that were named, or none; the same answer for all who completed it; no needle lost or leaked.
 */
import { CatalogError, type CompletedUpload } from '@needlestack/service-contracts';
import { describeOnBothStores, type TestCatalog } from './open-stores.ts';
import { deleteEvent, makeChunk, makeVersion, needlesOf, putEvent } from './sample-requests.ts';
import { findWrongRows } from './versions/check-rows.ts';
import { TestBucket, takeGarbage } from './versions/support.ts';

/** At the same time, each under keys of its own. */
const GROUP_RACES = 20;
const PART_BYTES = 5 * 1024 * 1024;
const etagA = 'a'.repeat(32);
const etagB = 'b'.repeat(32);
const template = { systemHeaders: {}, userMetadata: {}, ownerId: 'o' };

/** Refusals that a loser may hear. */
const LOSERS = ['NoSuchUpload', 'InvalidPart', 'NoSuchKey', 'ConditionalRequestConflict', 'PreconditionFailed'];

async function orRefused<T>(run: Promise<T>): Promise<T | undefined> {
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error;
    expect(LOSERS).toContain(error.code);
    return undefined;
  }
}

class Race {
  readonly bucket: TestBucket;
  readonly key: string;
  readonly chunks = [makeChunk(PART_BYTES), makeChunk(PART_BYTES)];
  readonly again = makeChunk(PART_BYTES);
  #uploadId = '';

  constructor(bucket: TestBucket, key: string) {
    this.bucket = bucket;
    this.key = key;
  }

  get #place() {
    return { bucket: this.bucket.name, key: this.key, uploadId: this.#uploadId };
  }

  async begin(): Promise<void> {
    const { catalog } = this.bucket.store;
    const request = { bucket: this.bucket.name, key: this.key, template, initiatorId: 'i' };
    this.#uploadId = (await catalog.createUpload(request)).uploadId;
    for (const [i, chunk] of this.chunks.entries())
      await catalog.putPart({ ...this.#place, partNumber: i + 1, etag: etagA, sizeBytes: PART_BYTES, chunks: [chunk] });
  }

  complete() {
    const parts = [1, 2].map((partNumber) => ({ partNumber, etag: etagA }));
    return orRefused(this.bucket.store.catalog.completeUpload({ ...this.#place, parts, event: putEvent }));
  }

  abort() {
    const { bucket, key, uploadId } = this.#place;
    return orRefused(this.bucket.store.catalog.abortUpload(bucket, key, uploadId));
  }

  /** True when the part was taken. */
  async putAgain(): Promise<boolean> {
    const part = { ...this.#place, partNumber: 2, etag: etagB, sizeBytes: PART_BYTES, chunks: [this.again] };
    return (await orRefused(this.bucket.store.catalog.putPart(part))) !== undefined;
  }

  async copy(): Promise<void> {
    const source = await this.bucket.lookup(this.key);
    if (source === undefined || source.isDeleteMarker) return;
    const { versionId, chunks } = source;
    const shared = { bucket: this.bucket.name, key: this.key, versionId, chunks };
    const version = makeVersion({ chunks });
    const request = { bucket: this.bucket.name, key: `${this.key} copy`, version, shared, event: putEvent };
    await orRefused(this.bucket.store.catalog.commitObject(request));
  }
}

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const left = [...items];
  const result: T[] = [];
  for (let state = seed + 1; left.length > 0; state = (state * 48271) % 2147483647)
    result.push(...left.splice(state % left.length, 1));
  return result;
}

describeOnBothStores('uploads that race', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  /** Gives the needles that the race brought in, and the answers of those who completed. */
  async function runRace(race: Race, seed: number) {
    await race.begin();
    const answers: (CompletedUpload | undefined)[] = [];
    let isPartTaken = false;
    const complete = async () => answers.push(await race.complete());
    const deeds = [
      complete,
      complete,
      complete,
      () => race.abort(),
      async () => {
        isPartTaken = await race.putAgain();
      },
      () => race.bucket.delete(race.key),
      () => race.copy(),
    ];
    await Promise.all(shuffled(deeds, seed).map((deed) => deed()));
    await race.abort();
    const given = answers.filter((answer) => answer !== undefined);
    for (const answer of given) expect(answer).toEqual(given[0]);
    return { taken: [...race.chunks, ...(isPartTaken ? [race.again] : [])], isCompleted: given.length > 0 };
  }

  /** Needles of the versions under a race's keys, which are all its parts or none. */
  async function findNamed(race: Race): Promise<Set<string>> {
    const named = new Set<string>();
    for (const { key, versionId } of await race.bucket.versions(race.key)) {
      const version = await race.bucket.lookup(key, versionId);
      if (version?.isDeleteMarker !== false) continue;
      expect(needlesOf(version.chunks)).toEqual(needlesOf(race.chunks));
      for (const name of needlesOf(version.chunks)) named.add(name);
    }
    return named;
  }

  async function runGroup(bucket: TestBucket, group: number, keepsVersions: boolean): Promise<void> {
    const races = Array.from({ length: GROUP_RACES }, (_, n) => new Race(bucket, `key ${group} ${n}.`));
    const outcomes = await Promise.all(races.map((race, n) => runRace(race, group * GROUP_RACES + n)));
    const lost: string[] = [];
    for (const [n, race] of races.entries()) {
      const outcome = outcomes[n];
      const named = await findNamed(race);
      if (keepsVersions) expect(named.size).toBe(outcome?.isCompleted === true ? 2 : 0);
      lost.push(...needlesOf(outcome?.taken ?? []).filter((name) => !named.has(name)));
    }
    expect(await takeGarbage(store)).toEqual(lost.sort());
    expect(await findWrongRows(store.kv)).toEqual([]);
    const objects = (await bucket.versions()).map(({ key, versionId }) => ({ key, versionId }));
    await store.catalog.deleteObjects({ bucket: bucket.name, objects, event: deleteEvent });
    await takeGarbage(store);
  }

  test.each(['Off', 'Enabled', 'Suspended'] as const)('versioning %s', async (versioning) => {
    const bucket = await TestBucket.make(store, versioning);
    const groups = store.kv.synchronous === undefined ? 1 : 17;
    for (let group = 0; group < groups; group += 1) await runGroup(bucket, group, versioning === 'Enabled');
  });
});
