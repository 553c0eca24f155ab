import { describeOnBothStores, type TestCatalog } from '../open-stores.ts';
import { deleteEvent, makeVersion, putEvent } from '../sample-requests.ts';
import { TestBucket } from './support.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const refused = (code: string) => expect.objectContaining({ code });

describeOnBothStores('object lock', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  test('needs versioning, and keeps it', async () => {
    const plain = await TestBucket.make(store, 'Off');
    const { catalog } = store;
    await expect(catalog.putBucketObjectLock(plain.name, undefined)).rejects.toEqual(refused('InvalidBucketState'));
    await catalog.putBucketVersioning(plain.name, 'Enabled');
    const until = { mode: 'COMPLIANCE' as const, retainUntilMs: store.clock.nowMs + DAY_MS };
    await expect(plain.put('k', { lock: until })).rejects.toEqual(refused('InvalidRequest'));
    await expect(plain.update('k', { kind: 'legal-hold', isOn: true })).rejects.toEqual(refused('NoSuchKey'));
    await plain.put('k');
    await expect(plain.update('k', { kind: 'legal-hold', isOn: true })).rejects.toEqual(refused('InvalidRequest'));
    for (const wrong of [{}, { days: 0 }, { years: 101 }, { days: 1, years: 1 }])
      await expect(catalog.putBucketObjectLock(plain.name, { mode: 'COMPLIANCE', ...wrong })).rejects.toEqual(
        refused('InvalidRequest'),
      );
    await catalog.putBucketObjectLock(plain.name, { mode: 'COMPLIANCE', days: 1 });
    expect(await catalog.getBucket(plain.name)).toMatchObject({
      objectLockEnabled: true,
      defaultRetention: { mode: 'COMPLIANCE', days: 1 },
    });
    await expect(catalog.putBucketVersioning(plain.name, 'Suspended')).rejects.toEqual(refused('InvalidBucketState'));
    await catalog.putBucketObjectLock(plain.name, undefined);
    expect(await catalog.getBucket(plain.name)).not.toHaveProperty('defaultRetention');
  });

  test('the default retention of the bucket is that of each version without its own', async () => {
    const bucket = await TestBucket.make(store, 'lock');
    const { catalog, clock } = store;
    clock.nowMs = Date.UTC(2024, 1, 29);
    await catalog.putBucketObjectLock(bucket.name, { mode: 'GOVERNANCE', years: 1 });
    await bucket.put('a');
    expect((await bucket.lookup('a'))?.lock).toEqual({ mode: 'GOVERNANCE', retainUntilMs: Date.UTC(2025, 2, 1) });
    await catalog.putBucketObjectLock(bucket.name, { mode: 'COMPLIANCE', days: 2 });
    const own = { mode: 'GOVERNANCE' as const, retainUntilMs: clock.nowMs + 5 };
    await bucket.put('own', { lock: own });
    expect((await bucket.lookup('own'))?.lock).toEqual(own);
    await bucket.put('held', { lock: { legalHold: true } });
    const twoDays = { mode: 'COMPLIANCE', retainUntilMs: clock.nowMs + 2 * DAY_MS };
    expect((await bucket.lookup('held'))?.lock).toEqual({ ...twoDays, legalHold: true });
    const place = { bucket: bucket.name, key: 'parts' };
    const template = { systemHeaders: {}, userMetadata: {}, ownerId: 'o' };
    const { uploadId } = await catalog.createUpload({ ...place, template, initiatorId: 'i' });
    const etag = 'a'.repeat(32);
    await catalog.putPart({ ...place, uploadId, partNumber: 1, etag, sizeBytes: 10, chunks: makeVersion().chunks });
    await catalog.completeUpload({ ...place, uploadId, parts: [{ partNumber: 1, etag }], event: putEvent });
    expect((await bucket.lookup('parts'))?.lock).toEqual(twoDays);
    const marker = await bucket.delete('parts');
    expect(marker.isDeleteMarker).toBe(true);
    await bucket.delete('parts', { versionId: marker.versionId ?? '' });
  });

  test('keeps a version from every delete until its time', async () => {
    const bucket = await TestBucket.make(store, 'lock');
    const { clock } = store;
    const retainUntilMs = clock.nowMs + DAY_MS;
    const ids = {
      governance: await bucket.put('k', { lock: { mode: 'GOVERNANCE', retainUntilMs } }),
      compliance: await bucket.put('k', { lock: { mode: 'COMPLIANCE', retainUntilMs } }),
      held: await bucket.put('k', { lock: { legalHold: true } }),
    };
    const lifecycle = { ...deleteEvent, eventName: 'LifecycleExpiration:Delete' };
    for (const versionId of Object.values(ids)) {
      await expect(bucket.delete('k', { versionId })).rejects.toEqual(refused('ObjectLocked'));
      await expect(bucket.delete('k', { versionId, event: lifecycle })).rejects.toEqual(refused('ObjectLocked'));
    }
    const objects = Object.values(ids).map((versionId) => ({ key: 'k', versionId }));
    const request = { bucket: bucket.name, objects, event: deleteEvent, bypassGovernance: true };
    expect((await store.catalog.deleteObjects(request)).map(({ ok }) => ok)).toEqual([true, false, false]);
    await bucket.update('k', { kind: 'legal-hold', isOn: false }, ids.held);
    await bucket.delete('k', { versionId: ids.held });
    clock.nowMs = retainUntilMs;
    await bucket.delete('k', { versionId: ids.compliance });
    expect(await bucket.versions()).toEqual([]);
  });

  test.each([
    // mode now, mode wanted, hours wanted (of 10 now), bypass, allowed
    ['GOVERNANCE', 'GOVERNANCE', 11, false, true],
    ['GOVERNANCE', 'GOVERNANCE', 10, false, true],
    ['GOVERNANCE', 'GOVERNANCE', 9, false, false],
    ['GOVERNANCE', 'GOVERNANCE', 9, true, true],
    ['GOVERNANCE', 'COMPLIANCE', 11, false, false],
    ['GOVERNANCE', 'COMPLIANCE', 11, true, true],
    ['GOVERNANCE', undefined, 0, false, false],
    ['GOVERNANCE', undefined, 0, true, true],
    ['COMPLIANCE', 'COMPLIANCE', 11, false, true],
    ['COMPLIANCE', 'COMPLIANCE', 9, true, false],
    ['COMPLIANCE', 'GOVERNANCE', 11, true, false],
    ['COMPLIANCE', undefined, 0, true, false],
  ] as const)('%s to %s, %i hours, bypass %s: %s', async (mode, wanted, hours, bypassGovernance, isAllowed) => {
    const bucket = await TestBucket.make(store, 'lock');
    const after = (count: number) => store.clock.nowMs + count * 60 * 60 * 1000;
    const former = { mode, retainUntilMs: after(10), legalHold: false };
    await bucket.put('k', { lock: former });
    const retention = wanted === undefined ? {} : { retention: { mode: wanted, retainUntilMs: after(hours) } };
    const updated = bucket.update('k', { kind: 'retention', bypassGovernance, ...retention });
    if (!isAllowed) await expect(updated).rejects.toEqual(refused('ObjectLocked'));
    else await updated;
    const expected = isAllowed ? { ...retention.retention, legalHold: false } : former;
    expect((await bucket.lookup('k'))?.lock).toEqual(expected);
  });
});
