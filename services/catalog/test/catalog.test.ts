import type { Chunk, NewObjectVersion } from '@needlestack/service-contracts';
import type { Catalog } from '../src/core/catalog.ts';
import { describeOnBothStores, type TestCatalog } from './open-stores.ts';
import { bucketRequest, deleteEvent, makeChunk, makeVersion, needlesOf, putEvent } from './sample-requests.ts';

const MIB = 1024 * 1024;

describeOnBothStores('the catalog', (open) => {
  let store: TestCatalog;
  let catalog: Catalog;

  beforeEach(async () => {
    store = await open();
    catalog = store.catalog;
    await catalog.createBucket(bucketRequest('box'));
  });
  afterEach(() => store.destroy());

  const put = (key: string, fields: Partial<NewObjectVersion> = {}, bucket = 'box') =>
    catalog.commitObject({ bucket, key, version: makeVersion(fields), event: putEvent });

  async function garbageNeedles(): Promise<string[]> {
    const entries = await catalog.listGarbage({ maxEntries: 1000, olderThanMs: 0 });
    return needlesOf(entries.flatMap((entry) => entry.chunks));
  }

  describe('buckets', () => {
    test('are made, found, listed in order by owner and prefix, and deleted', async () => {
      await catalog.createBucket(bucketRequest('alpha', 'other'));
      const beta = await catalog.createBucket({ ...bucketRequest('beta'), objectLockEnabled: true });
      expect(beta).toMatchObject({
        name: 'beta',
        versioning: 'Enabled',
        objectLockEnabled: true,
        hasEventRules: false,
      });
      expect(await catalog.getBucket('beta')).toEqual(beta);
      expect(await catalog.getBucket('gamma')).toBeUndefined();
      const list = async (request: object) => {
        const page = await catalog.listBuckets({ prefix: '', startAfter: '', maxBuckets: 10, ...request });
        return [page.buckets.map(({ name }) => name), page.isTruncated];
      };
      expect(await list({})).toEqual([['alpha', 'beta', 'box'], false]);
      expect(await list({ ownerId: 'owner' })).toEqual([['beta', 'box'], false]);
      expect(await list({ prefix: 'b', maxBuckets: 1 })).toEqual([['beta'], true]);
      expect(await list({ startAfter: 'beta' })).toEqual([['box'], false]);
      await catalog.deleteBucket('beta');
      expect(await catalog.getBucket('beta')).toBeUndefined();
      await expect(catalog.deleteBucket('beta')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    });

    test('a name is taken once, and a bucket made anew under it is another', async () => {
      await expect(catalog.createBucket(bucketRequest('box'))).rejects.toMatchObject({
        code: 'BucketAlreadyOwnedByYou',
      });
      await expect(catalog.createBucket(bucketRequest('box', 'other'))).rejects.toMatchObject({
        code: 'BucketAlreadyExists',
      });
      const before = await catalog.getBucket('box');
      await catalog.putBucketConfig('box', 'tagging', Buffer.from('tags'));
      await catalog.deleteBucket('box');
      const after = await catalog.createBucket(bucketRequest('box'));
      expect(after.bucketId).not.toBe(before?.bucketId);
      expect(await catalog.getBucketConfig('box', 'tagging')).toBeUndefined();
    });

    test('are not deleted while an object is in them; pending uploads end with them', async () => {
      await put('key');
      const { uploadId } = await catalog.createUpload({ ...upload, key: 'k' });
      await expect(catalog.deleteBucket('box')).rejects.toMatchObject({ code: 'BucketNotEmpty' });
      expect(await catalog.getUpload('box', 'k', uploadId)).toBeDefined();
      await catalog.deleteObject({ bucket: 'box', key: 'key', event: deleteEvent });
      await catalog.deleteBucket('box');
      await expect(put('key')).rejects.toMatchObject({ code: 'NoSuchBucket' });
      await expect(catalog.lookupObject('box', 'key')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    });

    test('keep configurations by kind; event rules show in the bucket', async () => {
      await catalog.putBucketConfig('box', 'policy', Buffer.from('{}'));
      await catalog.putBucketConfig('box', 'notification', Buffer.from('rules'));
      expect(await catalog.getBucket('box')).toMatchObject({ hasEventRules: true });
      expect((await catalog.getBucketConfig('box', 'policy'))?.toString()).toBe('{}');
      await catalog.putBucketConfig('box', 'policy', undefined);
      await catalog.putBucketConfig('box', 'notification', undefined);
      expect(await catalog.getBucketConfig('box', 'policy')).toBeUndefined();
      expect(await catalog.getBucket('box')).toMatchObject({ hasEventRules: false });
      await expect(catalog.getBucketConfig('none', 'acl')).rejects.toMatchObject({ code: 'NoSuchBucket' });
    });
  });

  describe('objects', () => {
    test('everything that a version carries comes back', async () => {
      const version: NewObjectVersion = {
        sizeBytes: 2 ** 47,
        etag: '0123456789abcdef0123456789abcdef-10000',
        systemHeaders: { 'content-type': 'text/plain', 'cache-control': 'no-store' },
        userMetadata: { name: 'Grüße 😀', __proto__x: 'y', empty: '' },
        chunks: [makeChunk(2 ** 32 - 1), { ...makeChunk(), needleKey: 2n ** 64n - 1n }],
        checksum: { algorithm: 'SHA256', type: 'COMPOSITE', value: 'abc=-2' },
        parts: [
          { partNumber: 1, sizeBytes: 2 ** 33, checksum: 'x' },
          { partNumber: 10_000, sizeBytes: 5 },
        ],
        storageClass: 'GLACIER',
        tags: { a: '1' },
        acl: Buffer.from('grants'),
        encryption: { scheme: 'SSE-KMS', keyId: 'key', envelope: Buffer.from([1, 2, 3]) },
        remoteTier: { tier: 'cold', remoteKey: 'r/k' },
        ownerId: 'owner',
      };
      const committed = await catalog.commitObject({ bucket: 'box', key: 'k', version, event: putEvent });
      expect(committed).toEqual({ versionId: 'null', lastModifiedMs: store.clock.nowMs });
      const found = await catalog.lookupObject('box', 'k');
      expect(found).toEqual({ ...version, ...committed, isDeleteMarker: false });
      expect(await catalog.lookupObject('box', 'k', 'null')).toEqual(found);
      expect(await catalog.lookupObject('box', 'k', '1'.padStart(32, '0'))).toBeUndefined();
      expect(await catalog.lookupObject('box', 'K')).toBeUndefined();
    });

    test('small objects may lie in the catalog; replacing and deleting takes their bytes away', async () => {
      const inlineData = Buffer.from('tiny');
      await put('k', { inlineData, chunks: [], sizeBytes: 4 });
      expect((await catalog.lookupObject('box', 'k'))?.inlineData).toEqual(inlineData);
      await put('k', { sizeBytes: 10 });
      expect(await catalog.lookupObject('box', 'k')).not.toHaveProperty('inlineData');
      await put('k', { inlineData, chunks: [], sizeBytes: 4 });
      await catalog.deleteObject({ bucket: 'box', key: 'k', event: deleteEvent });
      expect(await catalog.lookupObject('box', 'k')).toBeUndefined();
    });

    test('an ETag of another shape is kept as text', async () => {
      for (const etag of [
        'opaque',
        'D41D8CD98F00B204E9800998ECF8427E',
        `${'a'.repeat(32)}-0`,
        `${'a'.repeat(32)}-99999`,
      ]) {
        await put('k', { etag });
        expect((await catalog.lookupObject('box', 'k'))?.etag).toBe(etag);
        const page = await catalog.listObjects({ ...list, prefix: 'k' });
        expect(page.objects[0]?.etag).toBe(etag);
      }
    });

    test('keys of every shape, to 1,024 bytes; longer and empty ones are refused', async () => {
      const keys = [
        'a\x00b',
        '\n',
        '//',
        '../x',
        '%2e%2e',
        '😀',
        'é'.repeat(512),
        'x'.repeat(1024),
        '\x00'.repeat(900),
      ];
      for (const key of keys) await put(key);
      for (const key of keys) expect(await catalog.lookupObject('box', key)).toBeDefined();
      for (const key of ['', 'x'.repeat(1025), 'é'.repeat(513)])
        await expect(put(key)).rejects.toMatchObject({ code: 'InvalidRequest' });
    });

    test('needles of replaced and deleted objects become garbage, in the same moment', async () => {
      const [first, second, third] = [makeChunk(), makeChunk(), makeChunk()];
      await put('k', { chunks: [first] });
      await put('k', { chunks: [second, third] });
      expect(await garbageNeedles()).toEqual(needlesOf([first]));
      await catalog.deleteObject({ bucket: 'box', key: 'k', event: deleteEvent });
      expect(await garbageNeedles()).toEqual(needlesOf([first, second, third]));
    });

    test('conditions of a write are checked inside the commit', async () => {
      const commit = (key: string, condition: object) =>
        catalog.commitObject({ bucket: 'box', key, version: makeVersion(), condition, event: putEvent });
      await expect(commit('new', { ifMatch: 'x' })).rejects.toMatchObject({ code: 'NoSuchKey' });
      await commit('new', { ifNoneMatch: '*' });
      await expect(commit('new', { ifNoneMatch: '*' })).rejects.toMatchObject({
        code: 'PreconditionFailed',
        details: { Condition: 'If-None-Match' },
      });
      await expect(commit('new', { ifMatch: 'other' })).rejects.toMatchObject({ code: 'PreconditionFailed' });
      await commit('new', { ifMatch: 'd41d8cd98f00b204e9800998ecf8427e' });
      await commit('new', { ifMatch: '*' });
    });

    test('of many writers that require absence exactly one wins, and the others leave no garbage', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, () =>
          catalog.commitObject({
            bucket: 'box',
            key: 'once',
            version: makeVersion(),
            condition: { ifNoneMatch: '*' },
            event: putEvent,
          }),
        ),
      );
      expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'PreconditionFailed' });
      expect(await garbageNeedles()).toEqual([]);
    });

    test('deleting: what is not there is no error; conditions on ETag, size and time', async () => {
      const remove = (condition?: object) =>
        catalog.deleteObject({
          bucket: 'box',
          key: 'k',
          event: deleteEvent,
          ...(condition === undefined ? {} : { condition }),
        });
      expect(await remove()).toEqual({ existed: false });
      expect(await remove({ ifMatch: 'x' })).toEqual({ existed: false });
      await put('k', { sizeBytes: 10 });
      for (const condition of [{ ifMatch: 'x' }, { ifMatchSizeBytes: 11 }, { ifMatchLastModifiedMs: 5000 }])
        await expect(remove(condition)).rejects.toMatchObject({ code: 'PreconditionFailed' });
      const lastModified = Math.trunc(store.clock.nowMs / 1000) * 1000;
      expect(await remove({ ifMatch: '*', ifMatchSizeBytes: 10, ifMatchLastModifiedMs: lastModified })).toEqual({
        existed: true,
      });
    });

    test('many at once: one outcome each, in order, a failed condition keeps its object only', async () => {
      for (const key of ['a', 'b', 'c']) await put(key);
      const outcomes = await catalog.deleteObjects({
        bucket: 'box',
        objects: [
          { key: 'a' },
          { key: 'b', condition: { ifMatch: 'other' } },
          { key: 'none' },
          { key: 'a' },
          { key: 'c' },
        ],
        event: deleteEvent,
      });
      expect(outcomes).toEqual([
        { ok: true, existed: true },
        { ok: false, code: 'PreconditionFailed', message: expect.stringContaining('ETag') },
        { ok: true, existed: false },
        { ok: true, existed: false },
        { ok: true, existed: true },
      ]);
      expect((await catalog.listObjects(list)).objects.map(({ key }) => key)).toEqual(['b']);
      const tooMany = Array.from({ length: 1001 }, (_, i) => ({ key: String(i) }));
      await expect(
        catalog.deleteObjects({ bucket: 'box', objects: tooMany, event: deleteEvent }),
      ).rejects.toMatchObject({ code: 'InvalidRequest' });
    });
  });

  const list = {
    bucket: 'box',
    prefix: '',
    delimiter: '',
    startAfter: '',
    resumeAfterPrefix: false,
    maxKeys: 1000,
  };

  describe('listing', () => {
    test('is in byte order, not in UTF-16 order', async () => {
      const keys = ['foo+1/x', 'foo/x', '\u{1f600}', '\uffee', 'a', 'Z', 'é'];
      for (const key of keys) await put(key);
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect((await catalog.listObjects(list)).objects.map(({ key }) => key)).toEqual(sorted);
    });

    test('shows what S3 lists of an object', async () => {
      await put('k', {
        sizeBytes: 77,
        storageClass: 'COLD',
        checksum: { algorithm: 'CRC32C', type: 'FULL_OBJECT', value: 'AAAAAA==' },
      });
      expect((await catalog.listObjects(list)).objects).toEqual([
        {
          key: 'k',
          sizeBytes: 77,
          etag: 'd41d8cd98f00b204e9800998ecf8427e',
          lastModifiedMs: store.clock.nowMs,
          storageClass: 'COLD',
          ownerId: 'owner',
          checksumAlgorithm: 'CRC32C',
          checksumType: 'FULL_OBJECT',
        },
      ]);
    });

    test('a page that ends at a common prefix goes on after everything under it', async () => {
      for (const key of ['a', 'b/1', 'b/2', 'b/3', 'c', 'd/', 'd/1']) await put(key);
      const first = await catalog.listObjects({ ...list, delimiter: '/', maxKeys: 2 });
      expect(first.objects.map(({ key }) => key)).toEqual(['a']);
      expect(first).toMatchObject({
        commonPrefixes: ['b/'],
        isTruncated: true,
        nextStartAfter: 'b/',
        nextIsPrefix: true,
      });
      const second = await catalog.listObjects({
        ...list,
        delimiter: '/',
        startAfter: 'b/',
        resumeAfterPrefix: true,
      });
      expect(second.objects.map(({ key }) => key)).toEqual(['c']);
      expect(second).toMatchObject({ commonPrefixes: ['d/'], isTruncated: false });
      // A key equal to a prefix that ends in the delimiter is an object of that prefix.
      const under = await catalog.listObjects({ ...list, prefix: 'd/', delimiter: '/' });
      expect(under.objects.map(({ key }) => key)).toEqual(['d/', 'd/1']);
      expect((await catalog.listObjects({ ...list, maxKeys: 0 })).isTruncated).toBe(false);
    });
  });

  const upload = {
    bucket: 'box',
    key: 'big',
    template: {
      systemHeaders: { 'content-type': 'video/mp4' },
      userMetadata: { from: 'upload' },
      ownerId: 'owner',
      storageClass: 'STANDARD',
    },
    initiatorId: 'someone',
  };
  const etagOf = (n: number) => n.toString(16).padStart(32, '0');
  const place = (uploadId: string) => ({ bucket: 'box', key: 'big', uploadId });
  const putPart = (uploadId: string, partNumber: number, chunks: readonly Chunk[], fields: object = {}) =>
    catalog.putPart({
      ...place(uploadId),
      partNumber,
      sizeBytes: chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0),
      etag: etagOf(partNumber),
      chunks,
      ...fields,
    });
  const complete = (uploadId: string, numbers: readonly number[], fields: object = {}) =>
    catalog.completeUpload({
      ...place(uploadId),
      parts: numbers.map((partNumber) => ({ partNumber, etag: etagOf(partNumber) })),
      event: { ...putEvent, eventName: 'ObjectCreated:CompleteMultipartUpload' },
      ...fields,
    });

  describe('uploads', () => {
    test('become an object of the named parts in order; other parts become garbage; asked again the answer is the same', async () => {
      const { uploadId } = await catalog.createUpload(upload);
      const chunks = [makeChunk(5 * MIB), makeChunk(5 * MIB), makeChunk(1), makeChunk(3), makeChunk(5 * MIB)] as const;
      const replaced = makeChunk(5 * MIB);
      await putPart(uploadId, 1, [replaced]);
      await putPart(uploadId, 1, [chunks[0]]);
      await putPart(uploadId, 5, [chunks[1], chunks[2]]);
      await putPart(uploadId, 7, [chunks[4]]);
      await putPart(uploadId, 10_000, [chunks[3]]);
      expect(await catalog.lookupObject('box', 'big')).toBeUndefined();
      const answer = await complete(uploadId, [1, 5, 10_000], { expectedSizeBytes: 10 * MIB + 4 });
      expect(answer).toMatchObject({ sizeBytes: 10 * MIB + 4, etag: expect.stringMatching(/^[0-9a-f]{32}-3$/) });
      const found = await catalog.lookupObject('box', 'big');
      expect(found).toMatchObject({
        etag: answer.etag,
        systemHeaders: upload.template.systemHeaders,
        userMetadata: upload.template.userMetadata,
        chunks: chunks.slice(0, 4),
        parts: [
          { partNumber: 1, sizeBytes: 5 * MIB },
          { partNumber: 5, sizeBytes: 5 * MIB + 1 },
          { partNumber: 10_000, sizeBytes: 3 },
        ],
      });
      expect(await garbageNeedles()).toEqual(needlesOf([replaced, chunks[4]]));
      store.clock.nowMs += 1000;
      expect(await complete(uploadId, [1, 5, 10_000])).toEqual(answer);
      const others = [
        [[1, 5], {}, 'InvalidPart'],
        [[1, 5, 7, 10_000], {}, 'InvalidPart'],
        [[1, 5, 9_999], {}, 'InvalidPart'],
        [[5, 1, 10_000], {}, 'InvalidPartOrder'],
        [[1, 5, 10_000], { parts: [1, 5, 10_000].map((n) => ({ partNumber: n, etag: etagOf(1) })) }, 'InvalidPart'],
        [[1, 5, 10_000], { expectedSizeBytes: 1 }, 'InvalidRequest'],
      ] as const;
      for (const [numbers, fields, code] of others)
        await expect(complete(uploadId, numbers, fields)).rejects.toMatchObject({ code });
      expect(await catalog.lookupObject('box', 'big')).toEqual(found);
      await expect(catalog.listParts({ ...place(uploadId), partNumberMarker: 0, maxParts: 1 })).rejects.toMatchObject({
        code: 'NoSuchUpload',
      });
      store.clock.nowMs += 24 * 3600 * 1000;
      await catalog.forgetCompletedUploads(undefined);
      await expect(complete(uploadId, [1, 5, 10_000])).rejects.toMatchObject({ code: 'NoSuchUpload' });
    });

    test('are refused with the reason: order, absence, ETag, size, sum', async () => {
      const { uploadId } = await catalog.createUpload(upload);
      await putPart(uploadId, 1, [makeChunk(5 * MIB - 1)]);
      await putPart(uploadId, 2, [makeChunk(5 * MIB)]);
      await expect(complete(uploadId, [2, 1])).rejects.toMatchObject({ code: 'InvalidPartOrder' });
      await expect(complete(uploadId, [1, 1])).rejects.toMatchObject({ code: 'InvalidPartOrder' });
      await expect(complete(uploadId, [3])).rejects.toMatchObject({
        code: 'InvalidPart',
        details: { PartNumber: '3' },
      });
      const wrong = { parts: [{ partNumber: 2, etag: 'x' }] };
      await expect(complete(uploadId, [], wrong)).rejects.toMatchObject({
        code: 'InvalidPart',
        details: { ETag: 'x' },
      });
      await expect(complete(uploadId, [1, 2])).rejects.toMatchObject({
        code: 'EntityTooSmall',
        details: { MinSizeAllowed: '5242880' },
      });
      await expect(complete(uploadId, [2], { expectedSizeBytes: 1 })).rejects.toMatchObject({ code: 'InvalidRequest' });
      await expect(complete(uploadId, [])).rejects.toMatchObject({ code: 'InvalidRequest' });
      await expect(complete('f'.repeat(32), [1])).rejects.toMatchObject({ code: 'NoSuchUpload' });
      await expect(complete('rubbish', [1])).rejects.toMatchObject({ code: 'NoSuchUpload' });
      await expect(putPart(uploadId, 10_001, [])).rejects.toMatchObject({ code: 'InvalidRequest' });
      expect(await complete(uploadId, [2])).toMatchObject({ sizeBytes: 5 * MIB });
    });

    test('checksums of the parts give that of the whole', async () => {
      const { uploadId } = await catalog.createUpload({
        ...upload,
        checksumAlgorithm: 'CRC32',
        checksumType: 'FULL_OBJECT',
      });
      // CRC-32 of 5 MiB of zeros, and of the text "abc".
      await putPart(uploadId, 1, [makeChunk(5 * MIB)], { checksum: { algorithm: 'CRC32', value: 'pQRGww==' } });
      await putPart(uploadId, 2, [makeChunk(3)], { checksum: { algorithm: 'CRC32', value: 'NSRBwg==' } });
      const wrong = { expectedChecksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'AAAAAA==' } };
      await expect(complete(uploadId, [1, 2], wrong)).rejects.toMatchObject({ code: 'InvalidRequest' });
      const answer = await complete(uploadId, [1, 2]);
      expect(answer.checksum).toMatchObject({ algorithm: 'CRC32', type: 'FULL_OBJECT' });
      expect((await catalog.lookupObject('box', 'big'))?.checksum).toEqual(answer.checksum);
      expect(answer.parts[1]).toEqual({ partNumber: 2, sizeBytes: 3, checksum: 'NSRBwg==' });
    });

    test('aborting takes the parts away; afterwards parts and completion are refused', async () => {
      const { uploadId } = await catalog.createUpload(upload);
      const chunk = makeChunk();
      await putPart(uploadId, 1, [chunk]);
      expect(await catalog.getUpload('box', 'big', uploadId)).toMatchObject({ initiatorId: 'someone' });
      await catalog.abortUpload('box', 'big', uploadId);
      expect(await garbageNeedles()).toEqual(needlesOf([chunk]));
      for (const late of [
        putPart(uploadId, 1, []),
        complete(uploadId, [1]),
        catalog.abortUpload('box', 'big', uploadId),
      ])
        await expect(late).rejects.toMatchObject({ code: 'NoSuchUpload' });
      expect(await catalog.getUpload('box', 'big', uploadId)).toBeUndefined();
    });

    test('two completions at once give one answer; one against an abort gives one or the other, wholly', async () => {
      for (let round = 0; round < 4; round += 1) {
        const { uploadId } = await catalog.createUpload(upload);
        await putPart(uploadId, 1, [makeChunk()]);
        const [one, two] = await Promise.all([complete(uploadId, [1]), complete(uploadId, [1])]);
        expect(two).toEqual(one);
        const other = await catalog.createUpload(upload);
        await putPart(other.uploadId, 1, [makeChunk()]);
        const [completed, aborted] = await Promise.allSettled([
          complete(other.uploadId, [1]),
          catalog.abortUpload('box', 'big', other.uploadId),
        ]);
        expect([completed.status, aborted.status].sort()).toEqual(['fulfilled', 'rejected']);
      }
    });

    test('parts are listed by number, a page at a time', async () => {
      const { uploadId } = await catalog.createUpload(upload);
      for (const n of [3, 1, 20]) await putPart(uploadId, n, [makeChunk()]);
      const first = await catalog.listParts({ ...place(uploadId), partNumberMarker: 0, maxParts: 2 });
      expect(first.parts.map(({ partNumber }) => partNumber)).toEqual([1, 3]);
      expect(first.parts[0]).not.toHaveProperty('chunks');
      expect(first).toMatchObject({ isTruncated: true, nextPartNumberMarker: 3, upload: { uploadId, key: 'big' } });
      const second = await catalog.listParts({ ...place(uploadId), partNumberMarker: 3, maxParts: 2 });
      expect(second.parts.map(({ partNumber }) => partNumber)).toEqual([20]);
      expect(second.isTruncated).toBe(false);
    });

    test('pending ones are listed by key, then by age, with prefixes; objects are not masked by them', async () => {
      const ids: string[] = [];
      for (const key of ['b', 'a/1', 'a/2', 'b', 'c\x00d']) {
        store.clock.nowMs += 1;
        ids.push((await catalog.createUpload({ ...upload, key })).uploadId);
      }
      const request = {
        bucket: 'box',
        prefix: '',
        delimiter: '',
        keyMarker: '',
        uploadIdMarker: '',
        maxUploads: 100,
      };
      const names = (page: { uploads: readonly { key: string; uploadId: string }[] }) =>
        page.uploads.map(({ key, uploadId }) => `${key} ${ids.indexOf(uploadId)}`);
      expect(names(await catalog.listUploads(request))).toEqual(['a/1 1', 'a/2 2', 'b 0', 'b 3', 'c\x00d 4']);
      const seen: string[] = [];
      let marker = { keyMarker: '', uploadIdMarker: '' };
      for (;;) {
        const page = await catalog.listUploads({ ...request, ...marker, delimiter: '/', maxUploads: 1 });
        seen.push(...names(page), ...page.commonPrefixes);
        if (!page.isTruncated) break;
        marker = { keyMarker: page.nextKeyMarker ?? '', uploadIdMarker: page.nextUploadIdMarker ?? '' };
      }
      expect(seen).toEqual(['a/', 'b 0', 'b 3', 'c\x00d 4']);
      expect(names(await catalog.listUploads({ ...request, keyMarker: 'b' }))).toEqual(['c\x00d 4']);
      expect(names(await catalog.listUploads({ ...request, prefix: 'a/', maxUploads: 1 }))).toEqual(['a/1 1']);
      expect((await catalog.listObjects(list)).objects).toEqual([]);
    });
  });

  describe('the outbox', () => {
    const readFrom = (fromSeq: bigint) => catalog.readOutbox({ fromSeq, maxRows: 100, waitMs: 0 });

    test('has a row for each change of a bucket with rules, in order, and none for others', async () => {
      await put('before');
      await catalog.putBucketConfig('box', 'notification', Buffer.from('rules'));
      await put('k', { sizeBytes: 5, userMetadata: { a: 'b' } });
      await catalog.deleteObject({ bucket: 'box', key: 'k', event: deleteEvent });
      await catalog.deleteObject({ bucket: 'box', key: 'k', event: deleteEvent });
      await catalog.putBucketConfig('box', 'notification', undefined);
      await put('after');
      const { rows, nextSeq } = await readFrom(0n);
      expect(
        rows.map(({ change }) => (change.kind === 'object' ? `${change.event.eventName} ${change.key}` : change.kind)),
      ).toEqual(['rules', 'ObjectCreated:Put k', 'ObjectRemoved:Delete k', 'ObjectRemoved:NoOP k', 'rules']);
      expect(rows[0]?.change).toEqual({ kind: 'rules', configuration: Buffer.from('rules') });
      expect(rows[1]).toEqual({
        seq: rows[1]?.seq,
        atMs: store.clock.nowMs,
        bucket: 'box',
        change: {
          kind: 'object',
          event: putEvent,
          key: 'k',
          versionId: 'null',
          sizeBytes: 5,
          etag: 'd41d8cd98f00b204e9800998ecf8427e',
          contentType: 'text/plain',
          userMetadata: { a: 'b' },
          bucketOwnerId: 'owner',
        },
      });
      expect(nextSeq).toBe((rows.at(-1)?.seq ?? 0n) + 1n);
      expect(await readFrom(nextSeq)).toEqual({ rows: [], nextSeq });
    });

    test('a reader that waits is woken by the next row, or gives up when the time is over or by abort', async () => {
      await catalog.putBucketConfig('box', 'notification', Buffer.from('rules'));
      const { nextSeq } = await readFrom(0n);
      const waiting = catalog.readOutbox({ fromSeq: nextSeq, maxRows: 10, waitMs: 20_000 });
      await put('k');
      expect((await waiting).rows).toHaveLength(1);
      const abort = new AbortController();
      const aborted = catalog.readOutbox({
        fromSeq: nextSeq + 1n,
        maxRows: 10,
        waitMs: 20_000,
        signal: abort.signal,
      });
      abort.abort();
      expect((await aborted).rows).toEqual([]);
    });

    test('rows go when every consumer has passed them, and a cursor never moves back', async () => {
      await catalog.putBucketConfig('box', 'notification', Buffer.from('rules'));
      for (let i = 0; i < 5; i += 1) await put(`k${i}`);
      const { rows } = await readFrom(0n);
      const third = rows[3]?.seq ?? 0n;
      await catalog.advanceOutboxCursor('slow', rows[1]?.seq ?? 0n);
      await catalog.advanceOutboxCursor('fast', third);
      expect((await readFrom(0n)).rows).toHaveLength(5);
      await catalog.advanceOutboxCursor('slow', third);
      await catalog.advanceOutboxCursor('slow', 1n);
      expect(await catalog.getOutboxCursor('slow')).toBe(third);
      expect(await catalog.getOutboxCursor('nobody')).toBeUndefined();
      expect((await readFrom(0n)).rows.map(({ seq }) => seq)).toEqual(rows.slice(3).map(({ seq }) => seq));
    });
  });

  test('an event name as listeners see it, with s3:, is refused by everything that makes events', async () => {
    const event = { ...putEvent, eventName: 's3:ObjectCreated:Put' };
    const { uploadId } = await catalog.createUpload(upload);
    await putPart(uploadId, 1, [makeChunk()]);
    const calls = [
      catalog.commitObject({ bucket: 'box', key: 'k', version: makeVersion(), event }),
      catalog.deleteObject({ bucket: 'box', key: 'k', event }),
      catalog.deleteObjects({ bucket: 'box', objects: [{ key: 'k' }], event }),
      complete(uploadId, [1], { event }),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'CatalogError', code: 'InvalidRequest' } });
    }
    expect(await catalog.lookupObject('box', 'k')).toBeUndefined();
  });

  describe('garbage and identities', () => {
    test('garbage is handed out by age and forgotten by id', async () => {
      const [first, second] = [makeChunk(), makeChunk()];
      await catalog.addGarbage([first]);
      await catalog.addGarbage([]);
      store.clock.nowMs += 1000;
      await catalog.addGarbage([second]);
      expect(await catalog.listGarbage({ maxEntries: 10, olderThanMs: 1001 })).toEqual([]);
      const old = await catalog.listGarbage({ maxEntries: 10, olderThanMs: 1000 });
      expect(old).toEqual([{ garbageId: expect.any(String), sinceMs: store.clock.nowMs - 1000, chunks: [first] }]);
      await catalog.forgetGarbage([old[0]?.garbageId ?? '', 'rubbish']);
      expect(await garbageNeedles()).toEqual(needlesOf([second]));
    });

    test('identities are kept, listed and removed', async () => {
      const identity = (accessKeyId: string) => ({
        accessKeyId,
        secretAccessKey: 'secret',
        accountId: 'account',
        displayName: 'Name',
        actions: ['Admin', 'Read:box'],
      });
      for (const id of ['B', 'A', 'C']) await catalog.putIdentity(identity(id));
      expect(await catalog.getIdentity('A')).toEqual(identity('A'));
      await catalog.deleteIdentity('B');
      expect(await catalog.getIdentity('B')).toBeUndefined();
      expect(await catalog.getIdentity('')).toBeUndefined();
      expect(await catalog.listIdentities({ startAfter: '', max: 10 })).toEqual([identity('A'), identity('C')]);
      expect(await catalog.listIdentities({ startAfter: 'A', max: 10 })).toEqual([identity('C')]);
    });

    test.each([
      ['no key id', { accessKeyId: '' }],
      ['a key id that nobody could look up', { accessKeyId: 'A'.repeat(256) }],
      ['no secret', { secretAccessKey: '' }],
      ['an action that nobody knows', { actions: ['Read:box', 'Raed'] }],
    ])('an identity with %s is refused and not kept', async (_what, fields) => {
      const identity = {
        accessKeyId: 'AK',
        secretAccessKey: 'secret',
        accountId: 'account',
        displayName: 'Name',
        actions: ['Read:box'],
        ...fields,
      };
      await expect(catalog.putIdentity(identity)).rejects.toMatchObject({
        name: 'CatalogError',
        code: 'InvalidRequest',
      });
      expect(await catalog.listIdentities({ startAfter: '', max: 10 })).toEqual([]);
    });
  });
});
