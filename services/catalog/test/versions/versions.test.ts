import { describeOnBothStores, type TestCatalog } from '../open-stores.ts';
import { deleteEvent, makeVersion, putEvent } from '../sample-requests.ts';
import { TestBucket } from './support.ts';

const refused = (code: string) => expect.objectContaining({ code });
const etagA = 'a'.repeat(32);
const etagB = 'b'.repeat(32);

describeOnBothStores('versions', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  test('ids are told apart: unknown ones name nothing, others are no ids', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const ids = [await bucket.put('k'), await bucket.put('k'), await bucket.put('k')];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect((await bucket.lookup('k', id))?.versionId).toBe(id);
    const guessed = `${ids[0]?.slice(0, 16)}${'0'.repeat(16)}`;
    for (const id of [guessed, '0'.repeat(32), 'null']) expect(await bucket.lookup('k', id)).toBeUndefined();
    for (const id of ['', 'x', 'undefined', 'F'.repeat(32), 'f'.repeat(32), `${ids[0]} `]) {
      await expect(bucket.lookup('k', id)).rejects.toEqual(refused('InvalidVersionId'));
      await expect(bucket.delete('k', { versionId: id })).rejects.toEqual(refused('InvalidVersionId'));
    }
    expect(await bucket.lookup('other', ids[0])).toBeUndefined();
  });

  test('versions of one moment, and of a clock that goes back, keep the order of their commits', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const ids: string[] = [];
    for (const step of [0, 0, -60_000, 0, 120_000]) {
      store.clock.nowMs += step;
      ids.unshift(await bucket.put('k'));
      ids.unshift((await bucket.delete('k')).versionId ?? '');
    }
    expect(await bucket.ids('k')).toEqual(ids);
  });

  test('an object from before versioning is the null version, and stays while versions come', async () => {
    const bucket = await TestBucket.make(store, 'Off');
    expect(await bucket.put('k', { etag: etagA, chunks: [], inlineData: Buffer.from('old') })).toBe('null');
    await store.catalog.putBucketVersioning(bucket.name, 'Enabled');
    const second = await bucket.put('k', { etag: etagB });
    expect(await bucket.lookup('k', 'null')).toMatchObject({ etag: etagA, inlineData: Buffer.from('old') });
    await store.catalog.putBucketVersioning(bucket.name, 'Suspended');
    expect(await bucket.put('k', { sizeBytes: 3 })).toBe('null');
    expect(await bucket.ids('k')).toEqual(['null', second]);
    expect(await bucket.delete('k')).toEqual({ existed: true, versionId: 'null', isDeleteMarker: true });
    expect(await bucket.ids('k')).toEqual(['null', second]);
    expect(await bucket.lookup('k')).toMatchObject({ isDeleteMarker: true, versionId: 'null' });
    expect(await bucket.delete('k', { versionId: 'null' })).toMatchObject({ isDeleteMarker: true });
    expect((await bucket.lookup('k'))?.versionId).toBe(second);
    expect(await bucket.delete('k', { versionId: second })).toEqual({ existed: true, versionId: second });
    expect(await bucket.versions()).toEqual([]);
    await store.catalog.deleteBucket(bucket.name);
  });

  test('a bucket is not empty while a version or a delete marker is in it', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const { versionId = '' } = await bucket.delete('never there');
    await expect(store.catalog.deleteBucket(bucket.name)).rejects.toEqual(refused('BucketNotEmpty'));
    await bucket.delete('never there', { versionId });
    await store.catalog.deleteBucket(bucket.name);
  });

  test('of writers that race for a name one wins; a version that was deleted meanwhile is a conflict', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const commit = (condition: { ifNoneMatch?: '*'; ifMatch?: string; heldBefore?: boolean }, etag = etagA) =>
      store.catalog.commitObject({
        bucket: bucket.name,
        key: 'k',
        version: makeVersion({ etag }),
        condition,
        event: putEvent,
      });
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => commit({ ifNoneMatch: '*' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(outcome.reason.code);
    expect(await bucket.ids('k')).toHaveLength(1);
    await commit({ ifMatch: etagA }, etagB);
    await expect(commit({ ifMatch: etagA, heldBefore: true })).rejects.toEqual(refused('PreconditionFailed'));
    await bucket.delete('k');
    await expect(commit({ ifMatch: etagB })).rejects.toEqual(refused('NoSuchKey'));
    await expect(commit({ ifMatch: etagB, heldBefore: true })).rejects.toEqual(refused('ConditionalRequestConflict'));
    await commit({ ifNoneMatch: '*' });
  });

  test('conditions of deletes hold for the version that would go', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const failed = refused('PreconditionFailed');
    expect(await bucket.delete('k', { condition: { ifMatch: '*' } })).toEqual({ existed: false });
    expect(await bucket.versions()).toEqual([]);
    const old = await bucket.put('k', { etag: etagA, sizeBytes: 5 });
    const oldMs = store.clock.nowMs;
    store.clock.nowMs += 10_000;
    const now = await bucket.put('k', { etag: etagB, sizeBytes: 6 });
    await expect(bucket.delete('k', { condition: { ifMatch: etagA } })).rejects.toEqual(failed);
    await expect(bucket.delete('k', { condition: { ifMatchSizeBytes: 5 } })).rejects.toEqual(failed);
    await expect(bucket.delete('k', { condition: { ifMatchLastModifiedMs: oldMs } })).rejects.toEqual(failed);
    await expect(bucket.delete('k', { versionId: old, condition: { ifMatch: etagB } })).rejects.toEqual(failed);
    // What a worker saw: the version, its time, and its place among the others.
    const unchanged = { versionId: now, lastModifiedMs: store.clock.nowMs };
    await expect(bucket.delete('k', { condition: { ifUnchanged: { ...unchanged, versionId: old } } })).rejects.toEqual(
      failed,
    );
    await expect(
      bucket.delete('k', { condition: { ifUnchanged: { ...unchanged, lastModifiedMs: oldMs } } }),
    ).rejects.toEqual(failed);
    await expect(bucket.delete('k', { versionId: now, condition: { ifNoncurrent: true } })).rejects.toEqual(failed);
    const marker = await bucket.delete('k', { condition: { ifUnchanged: unchanged } });
    await expect(bucket.delete('k', { condition: { ifMatch: etagB } })).rejects.toEqual(failed);
    const only = { versionId: marker.versionId ?? '', condition: { ifOnlyVersion: true } };
    await expect(bucket.delete('k', only)).rejects.toEqual(failed);
    for (const versionId of [old, now]) await bucket.delete('k', { versionId, condition: { ifNoncurrent: true } });
    expect(await bucket.delete('k', only)).toMatchObject({ existed: true, isDeleteMarker: true });
    expect(await bucket.versions()).toEqual([]);
  });

  test('what happened is in the change log under its own name', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const { nextSeq: fromSeq } = await readAll(0n);
    await store.catalog.putBucketConfig(bucket.name, 'notification', Buffer.from('rules'));
    const id = await bucket.put('k');
    const event = (eventName: string) => ({ ...putEvent, eventName });
    const change = { kind: 'tags' as const, tags: { a: '1' } };
    const place = { bucket: bucket.name, key: 'k' };
    await store.catalog.updateVersion({ ...place, change, event: event('ObjectTagging:Put') });
    await store.catalog.updateVersion({ ...place, change: { kind: 'acl' }, event: event('ObjectAcl:Put') });
    const marker = await bucket.delete('k');
    const expired = await bucket.delete('k', { event: event('LifecycleExpiration:Delete') });
    await bucket.delete('k', { versionId: id, event: event('LifecycleExpiration:Delete') });
    await bucket.delete('k', { versionId: id });
    const { rows } = await readAll(fromSeq);
    const told = rows.flatMap(({ change: row }) =>
      row.kind === 'object' ? [[row.event.eventName, row.versionId]] : [],
    );
    expect(told).toEqual([
      ['ObjectCreated:Put', id],
      ['ObjectTagging:Put', id],
      ['ObjectAcl:Put', id],
      ['ObjectRemoved:DeleteMarkerCreated', marker.versionId],
      ['LifecycleExpiration:DeleteMarkerCreated', expired.versionId],
      ['LifecycleExpiration:Delete', id],
      ['ObjectRemoved:NoOP', 'null'],
    ]);
  });

  const readAll = (fromSeq: bigint) => store.catalog.readOutbox({ fromSeq, maxRows: 1000, waitMs: 0 });

  test('one request deletes versions, makes markers and refuses single objects', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const [old, now] = [await bucket.put('k', { etag: etagA }), await bucket.put('k', { etag: etagB })];
    const outcomes = await store.catalog.deleteObjects({
      bucket: bucket.name,
      objects: [
        { key: 'k', versionId: now },
        { key: 'k', versionId: 'nonsense' },
        { key: 'k', condition: { ifMatch: etagB } },
        { key: 'k', condition: { ifMatch: etagA } },
        { key: 'k', versionId: old },
        { key: 'none' },
      ],
      event: deleteEvent,
    });
    expect(outcomes).toEqual([
      { ok: true, existed: true, versionId: now },
      { ok: false, code: 'InvalidVersionId', message: expect.any(String) },
      { ok: false, code: 'PreconditionFailed', message: expect.any(String) },
      { ok: true, existed: true, versionId: expect.any(String), isDeleteMarker: true },
      { ok: true, existed: true, versionId: old },
      { ok: true, existed: false, versionId: expect.any(String), isDeleteMarker: true },
    ]);
    expect((await bucket.versions()).map(({ key, isDeleteMarker }) => [key, isDeleteMarker])).toEqual([
      ['k', true],
      ['none', true],
    ]);
  });
});
