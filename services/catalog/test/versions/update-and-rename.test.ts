import { describeOnBothStores, type TestCatalog } from '../open-stores.ts';
import { makeChunk, needlesOf, putEvent } from '../sample-requests.ts';
import { TestBucket, takeGarbage } from './support.ts';

const refused = (code: string) => expect.objectContaining({ code });

describeOnBothStores('changes in place', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  test('change what was named and nothing else, on any version', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const inline = { chunks: [], inlineData: Buffer.from('bytes') };
    const ids = [await bucket.put('k', inline), await bucket.put('k')];
    for (const versionId of ids) {
      const before = await bucket.lookup('k', versionId);
      await bucket.update('k', { kind: 'tags', tags: { a: '1' } }, versionId);
      await bucket.update('k', { kind: 'acl', acl: Buffer.from('grants') }, versionId);
      await bucket.update('k', { kind: 'restore', restore: { isOngoing: false, expiresAtMs: 5 } }, versionId);
      const changes = { tags: { a: '1' }, acl: Buffer.from('grants'), restore: { isOngoing: false, expiresAtMs: 5 } };
      expect(await bucket.lookup('k', versionId)).toEqual({ ...before, ...changes });
      await bucket.update('k', { kind: 'tags', tags: {} }, versionId);
      await bucket.update('k', { kind: 'acl' }, versionId);
      await bucket.update('k', { kind: 'restore' }, versionId);
      expect(await bucket.lookup('k', versionId)).toEqual(before);
    }
    expect(await bucket.ids('k')).toEqual(ids.toReversed());
  });

  test('name what they do not find', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const tags = { kind: 'tags' as const, tags: { a: '1' } };
    await expect(bucket.update('k', tags)).rejects.toEqual(refused('NoSuchKey'));
    await expect(bucket.update('k', tags, '0'.repeat(32))).rejects.toEqual(refused('NoSuchVersion'));
    await expect(bucket.update('k', tags, 'nonsense')).rejects.toEqual(refused('InvalidVersionId'));
    const { versionId } = await bucket.delete('k');
    await expect(bucket.update('k', tags)).rejects.toEqual(refused('NoSuchKey'));
    await expect(bucket.update('k', tags, versionId)).rejects.toEqual(refused('MethodNotAllowed'));
    await bucket.put('k');
    const request = { bucket: bucket.name, key: 'k', change: tags, event: putEvent };
    await expect(store.catalog.updateVersion({ ...request, ifMatch: 'other' })).rejects.toEqual(
      refused('PreconditionFailed'),
    );
  });

  test('a lock keeps the envelope of a version', async () => {
    const bucket = await TestBucket.make(store, 'lock');
    const encryption = { scheme: 'SSE-S3' as const, envelope: Buffer.from('first') };
    const change = { kind: 'encryption' as const, formerEnvelope: encryption.envelope, encryption };
    for (const lock of [
      { legalHold: true },
      { mode: 'GOVERNANCE' as const, retainUntilMs: Number.MAX_SAFE_INTEGER / 64 },
    ]) {
      await bucket.put('k', { encryption, lock });
      await expect(bucket.update('k', change)).rejects.toEqual(refused('ObjectLocked'));
    }
    await bucket.put('k', { encryption, lock: { mode: 'COMPLIANCE', retainUntilMs: 1 } });
    await bucket.update('k', change);
  });

  test('a new envelope takes the place of the one that was seen, a restore that of its state', async () => {
    const bucket = await TestBucket.make(store, 'Off');
    const envelopeOf = (text: string) => ({ scheme: 'SSE-KMS' as const, keyId: text, envelope: Buffer.from(text) });
    await bucket.put('k', { encryption: envelopeOf('first') });
    const rewrap = (from: string, to: string) =>
      bucket.update('k', { kind: 'encryption', formerEnvelope: Buffer.from(from), encryption: envelopeOf(to) });
    const both = await Promise.allSettled([rewrap('first', 'second'), rewrap('first', 'third')]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(rewrap('first', 'fourth')).rejects.toEqual(refused('ConditionalRequestConflict'));
    const start = { kind: 'restore' as const, restore: { isOngoing: true }, wasOngoing: false };
    await bucket.update('k', start);
    await expect(bucket.update('k', start)).rejects.toEqual(refused('ConditionalRequestConflict'));
    expect((await bucket.lookup('k'))?.restore).toEqual({ isOngoing: true });
  });
});

describeOnBothStores('renames', (open) => {
  let store: TestCatalog;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.destroy());

  const rename = (bucket: TestBucket, sourceKey: string, key: string, fields: object = {}) =>
    store.catalog.renameObject({ bucket: bucket.name, sourceKey, key, event: putEvent, ...fields });

  test('move an object with all it has, over another one', async () => {
    const bucket = await TestBucket.make(store, 'Off');
    await takeGarbage(store);
    const overwritten = [makeChunk()];
    await bucket.put('to', { chunks: overwritten });
    await bucket.put('from', { tags: { a: '1' } });
    await bucket.put('small', { chunks: [], inlineData: Buffer.from('bytes') });
    const before = await bucket.lookup('from');
    const small = await bucket.lookup('small');
    store.clock.nowMs += 5000;
    await rename(bucket, 'from', 'to');
    await rename(bucket, 'small', 'from');
    expect(await bucket.lookup('to')).toEqual(before);
    expect(await bucket.lookup('from')).toEqual(small);
    expect(await bucket.lookup('small')).toBeUndefined();
    expect(await takeGarbage(store)).toEqual(needlesOf(overwritten));
    expect(await store.catalog.getBucketUsage(bucket.name)).toEqual({ objects: 2, bytes: 20 });
    await expect(rename(bucket, 'none', 'x')).rejects.toEqual(refused('NoSuchKey'));
    await expect(rename(bucket, 'to', 'to')).rejects.toEqual(refused('InvalidRequest'));
  });

  test('leave the old versions under a delete marker where there are versions', async () => {
    const bucket = await TestBucket.make(store, 'Enabled');
    const id = await bucket.put('from');
    const { versionId } = await rename(bucket, 'from', 'to');
    expect(await bucket.lookup('from')).toMatchObject({ isDeleteMarker: true });
    expect((await bucket.lookup('to', versionId))?.chunks).toEqual((await bucket.lookup('from', id))?.chunks);
  });

  test('hold to the conditions on both ends', async () => {
    const bucket = await TestBucket.make(store, 'Off');
    const failed = refused('PreconditionFailed');
    const etag = 'a'.repeat(32);
    await bucket.put('from', { etag });
    await bucket.put('to');
    const { nowMs } = store.clock;
    const day = 86_400_000;
    for (const condition of [
      { ifNoneMatch: '*' },
      { ifMatch: etag },
      { ifUnmodifiedSinceMs: nowMs - day },
      { ifModifiedSinceMs: nowMs },
    ])
      await expect(rename(bucket, 'from', 'to', { condition })).rejects.toEqual(failed);
    for (const sourceCondition of [
      { ifMatch: 'b'.repeat(32) },
      { ifNoneMatch: etag },
      { ifUnmodifiedSinceMs: nowMs - day },
      { ifModifiedSinceMs: nowMs },
    ])
      await expect(rename(bucket, 'from', 'to', { sourceCondition })).rejects.toEqual(failed);
    await rename(bucket, 'from', 'to', {
      sourceCondition: { ifMatch: etag, ifUnmodifiedSinceMs: nowMs - day },
      condition: { ifMatch: '*', ifModifiedSinceMs: nowMs - day },
    });
  });
});
