/** The running service, over its ports. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { Catalog as CatalogWire } from '@needlestack/rpc/wire/needlestack-catalog';
import { type CatalogPort, type Chunk, createGrpcCatalog, type GrpcCatalog } from '@needlestack/service-contracts';
import { holdDirectory } from '@needlestack/service-kit';
import express from 'express';
import { type CatalogService, startCatalogService } from '../src/wiring.ts';
import { bucketRequest, deleteEvent, makeChunk, makeVersion, needlesOf, putEvent } from './sample-requests.ts';
import { TEST_SEALER } from './test-sealer.ts';

let directory: string;
let service: CatalogService;
let remote: GrpcCatalog;
let catalog: CatalogPort;
let deleted: Chunk[];
let unreachableVolume: number | undefined;

async function start(): Promise<void> {
  const router = express.Router();
  router.get('/mounted', (_request, response) => {
    response.send('router');
  });
  service = await startCatalogService({
    store: { kind: 'embedded', directory },
    garbage: {
      delayMs: 0,
      intervalMs: 3_600_000,
      deleteChunks: async (chunks) => {
        if (chunks.some(({ volumeId }) => volumeId === unreachableVolume)) throw new Error('unreachable');
        deleted.push(...chunks);
      },
    },
    mountRouters: () => [router],
    sealer: TEST_SEALER,
  });
  remote = createGrpcCatalog({ address: `127.0.0.1:${service.grpcPort}` });
  catalog = remote;
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'needlestack-catalog-'));
  deleted = [];
  unreachableVolume = undefined;
  await start();
  await catalog.createBucket(bucketRequest('box'));
});
afterEach(async () => {
  remote.close();
  await service.close();
  rmSync(directory, { recursive: true });
});

describe('over gRPC', () => {
  test('every call of the contract gives what it gives in process', async () => {
    const local = service.port;
    const version = makeVersion({
      sizeBytes: 2 ** 40,
      etag: '0123456789abcdef0123456789abcdef-3',
      userMetadata: { ü: 'ö' },
      chunks: [{ ...makeChunk(), needleKey: 2n ** 64n - 1n }],
      checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'abc=' },
      parts: [{ partNumber: 1, sizeBytes: 2 ** 33, checksum: 'x' }],
      storageClass: 'COLD',
      tags: { a: 'b' },
      acl: Buffer.from('grants'),
      encryption: { scheme: 'SSE-S3', envelope: Buffer.from([9]) },
      remoteTier: { tier: 't', remoteKey: 'k', remoteVersionId: 'v' },
    });
    await catalog.putBucketConfig('box', 'notification', Buffer.from('rules'));
    expect(await catalog.getBucket('box')).toEqual(await local.getBucket('box'));
    expect(await catalog.getBucket('none')).toBeUndefined();
    const all = { prefix: '', startAfter: '', maxBuckets: 5 };
    expect(await catalog.listBuckets(all)).toEqual(await local.listBuckets(all));
    expect(await catalog.getBucketConfig('box', 'notification')).toEqual(Buffer.from('rules'));
    expect(await catalog.getBucketConfig('box', 'cors')).toBeUndefined();

    const committed = await catalog.commitObject({
      bucket: 'box',
      key: 'a/ü',
      version,
      condition: { ifNoneMatch: '*' },
      event: putEvent,
    });
    expect(await catalog.lookupObject('box', 'a/ü')).toEqual({ ...version, ...committed, isDeleteMarker: false });
    expect(await catalog.lookupObject('box', 'a/ü')).toEqual(await local.lookupObject('box', 'a/ü'));
    const inline = makeVersion({ chunks: [], inlineData: Buffer.from('tiny') });
    await catalog.commitObject({ bucket: 'box', key: 'tiny', version: inline, event: putEvent });
    expect((await catalog.lookupObject('box', 'tiny', 'null'))?.inlineData).toEqual(Buffer.from('tiny'));
    expect(await catalog.lookupObject('box', 'none')).toBeUndefined();
    const list = {
      bucket: 'box',
      prefix: '',
      delimiter: '/',
      startAfter: '',
      resumeAfterPrefix: false,
      maxKeys: 1,
    };
    expect(await catalog.listObjects(list)).toEqual(await local.listObjects(list));
    const flat = { ...list, delimiter: '', maxKeys: 10 };
    expect(await catalog.listObjects(flat)).toEqual(await local.listObjects(flat));

    const outbox = { fromSeq: 0n, maxRows: 10, waitMs: 0 };
    expect(await catalog.readOutbox(outbox)).toEqual(await local.readOutbox(outbox));
    await catalog.advanceOutboxCursor('reader', 2n);
    expect(await catalog.getOutboxCursor('reader')).toBe(2n);
    expect(await catalog.getOutboxCursor('nobody')).toBeUndefined();

    expect(
      await catalog.deleteObject({
        bucket: 'box',
        key: 'tiny',
        event: deleteEvent,
        condition: { ifMatch: '*', ifMatchSizeBytes: 10 },
      }),
    ).toEqual({ existed: true });
    expect(
      await catalog.deleteObjects({
        bucket: 'box',
        objects: [
          { key: 'a/ü', condition: { ifMatch: 'other' } },
          { key: 'a/ü', versionId: 'null' },
        ],
        event: deleteEvent,
      }),
    ).toEqual([
      { ok: false, code: 'PreconditionFailed', message: expect.any(String) },
      { ok: true, existed: true, versionId: 'null' },
    ]);
    const garbage = { maxEntries: 10, olderThanMs: 0 };
    const entries = await catalog.listGarbage(garbage);
    expect(entries).toEqual(await local.listGarbage(garbage));
    await catalog.forgetGarbage(entries.map(({ garbageId }) => garbageId));
    await catalog.addGarbage([makeChunk()]);
    expect(await catalog.listGarbage(garbage)).toHaveLength(1);
  });

  test('uploads and identities too', async () => {
    const upload = await catalog.createUpload({
      bucket: 'box',
      key: 'big',
      template: { systemHeaders: {}, userMetadata: {}, ownerId: 'o', acl: Buffer.from('grants') },
      checksumAlgorithm: 'CRC32C',
      checksumType: 'FULL_OBJECT',
      initiatorId: 'i',
    });
    const place = { bucket: 'box', key: 'big', uploadId: upload.uploadId };
    expect(await catalog.getUpload('box', 'big', upload.uploadId)).toEqual(upload);
    expect(await catalog.getUpload('box', 'big', 'none')).toBeUndefined();
    const etag = 'a'.repeat(32);
    const checksum = { algorithm: 'CRC32C' as const, value: 'AAAAAA==' };
    const part = await catalog.putPart({
      ...place,
      partNumber: 1,
      sizeBytes: 10,
      etag,
      chunks: [makeChunk()],
      checksum,
    });
    const pageOfParts = await catalog.listParts({ ...place, partNumberMarker: 0, maxParts: 10 });
    expect(pageOfParts).toEqual({ upload, parts: [part], isTruncated: false });
    const request = {
      bucket: 'box',
      prefix: '',
      delimiter: '',
      keyMarker: '',
      uploadIdMarker: '',
      maxUploads: 10,
    };
    expect(await catalog.listUploads(request)).toEqual({ uploads: [upload], commonPrefixes: [], isTruncated: false });
    const completed = await catalog.completeUpload({
      ...place,
      parts: [{ partNumber: 1, etag, checksum: checksum.value }],
      expectedSizeBytes: 10,
      condition: { ifNoneMatch: '*' },
      event: putEvent,
    });
    expect(completed).toMatchObject({ sizeBytes: 10, checksum: { algorithm: 'CRC32C', type: 'FULL_OBJECT' } });
    await expect(catalog.abortUpload('box', 'big', upload.uploadId)).rejects.toMatchObject({ code: 'NoSuchUpload' });
    const identity = {
      accessKeyId: 'AK',
      secretAccessKey: 's',
      accountId: 'a',
      displayName: 'd',
      actions: ['Admin'],
    };
    await catalog.putIdentity(identity);
    expect(await catalog.getIdentity('AK')).toEqual(identity);
    expect(await catalog.listIdentities({ startAfter: '', max: 5 })).toEqual([identity]);
    await catalog.deleteIdentity('AK');
    expect(await catalog.getIdentity('AK')).toBeUndefined();
    await catalog.deleteObject({ bucket: 'box', key: 'big', event: deleteEvent });
    await catalog.deleteBucket('box');
  });

  test('refusals keep their code and facts, over sessions and unary calls', async () => {
    await expect(catalog.deleteBucket('none')).rejects.toMatchObject({
      name: 'CatalogError',
      code: 'NoSuchBucket',
      details: { BucketName: 'none' },
    });
    const commit = () =>
      catalog.commitObject({
        bucket: 'box',
        key: 'k',
        version: makeVersion(),
        condition: { ifNoneMatch: '*' },
        event: putEvent,
      });
    await commit();
    await expect(commit()).rejects.toMatchObject({
      code: 'PreconditionFailed',
      details: { Condition: 'If-None-Match' },
    });
  });

  test('the unary twins of the hot calls answer, and values outside the closed sets are refused', async () => {
    const client = createGrpcClient<CatalogWire>({
      address: `127.0.0.1:${service.grpcPort}`,
      protos: loadProtos(['catalog.proto']),
      service: 'needlestack_catalog.Catalog',
    });
    const version = { attributes: { owner_id: 'o' }, size_bytes: 3, etag: 'e' };
    const event = { event_name: 'ObjectCreated:Put' };
    await client.call.CommitObject({ bucket: 'box', key: 'k', version, event });
    const { version: found } = await client.call.LookupObject({ bucket: 'box', key: 'k' });
    expect(found?.version?.size_bytes).toBe('3');
    expect((await client.call.ListObjects({ bucket: 'box', max_keys: 10 })).objects).toHaveLength(1);
    expect(await client.call.GetBucketUsage({ name: 'box' })).toMatchObject({ objects: '1', bytes: '3' });
    expect(await client.call.GetBucket({ name: 'box' })).toMatchObject({ name: 'box', versioning: 'Off' });
    expect(await client.call.DeleteObject({ bucket: 'box', key: 'k', event })).toMatchObject({ existed: true });
    await expect(client.call.CommitObject({ bucket: 'box', key: 'k', event })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(client.call.GetBucketConfig({ bucket: 'box', kind: 'nonsense' })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    client.close();
  });

  test('a reader that waits for the outbox is woken, and does not hold up the stop', async () => {
    await catalog.putBucketConfig('box', 'notification', Buffer.from('r'));
    const { nextSeq } = await catalog.readOutbox({ fromSeq: 0n, maxRows: 10, waitMs: 0 });
    const waiting = catalog.readOutbox({ fromSeq: nextSeq, maxRows: 10, waitMs: 30_000 });
    await catalog.commitObject({ bucket: 'box', key: 'k', version: makeVersion(), event: putEvent });
    expect((await waiting).rows).toHaveLength(1);
    const last = catalog.readOutbox({ fromSeq: nextSeq + 1n, maxRows: 10, waitMs: 30_000 });
    // The call is known to be under way once another, made later, was answered.
    await catalog.getOutboxCursor('x');
    await service.close();
    expect((await last).rows).toEqual([]);
  });
});

describe('over HTTP', () => {
  const get = (path: string) => fetch(`http://127.0.0.1:${service.httpPort}${path}`);

  test('health, readiness, metrics, mounted routers, and nothing else', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({ ready: true, reasons: [] });
    expect(await (await get('/metrics')).text()).toContain('needlestack_catalog_garbage_needles_total');
    expect(await (await get('/mounted')).text()).toBe('router');
    expect((await get('/nothing')).status).toBe(404);
  });
});

describe('the garbage collector', () => {
  test('deletes needles of replaced and deleted objects and then forgets them; what cannot be deleted stays', async () => {
    const chunks = [makeChunk(), makeChunk(), { ...makeChunk(), volumeId: 99 }] as const;
    for (const chunk of chunks)
      await catalog.commitObject({
        bucket: 'box',
        key: 'k',
        version: makeVersion({ chunks: [chunk] }),
        event: putEvent,
      });
    await catalog.deleteObject({ bucket: 'box', key: 'k', event: deleteEvent });
    unreachableVolume = 99;
    await service.collectGarbage();
    expect(needlesOf(deleted)).toEqual(needlesOf(chunks.slice(0, 2)));
    const left = await catalog.listGarbage({ maxEntries: 10, olderThanMs: 0 });
    expect(needlesOf(left.flatMap((entry) => entry.chunks))).toEqual(needlesOf([chunks[2]]));
    unreachableVolume = undefined;
    await service.collectGarbage();
    expect(needlesOf(deleted)).toEqual(needlesOf(chunks));
    expect(await catalog.listGarbage({ maxEntries: 10, olderThanMs: 0 })).toEqual([]);
    const metrics = await (await fetch(`http://127.0.0.1:${service.httpPort}/metrics`)).text();
    expect(metrics).toMatch(/garbage_needles_total\{[^}]*outcome="deleted"[^}]*\} 3/);
  });
});

test('what was committed is there after a restart on the same directory', async () => {
  await catalog.commitObject({ bucket: 'box', key: 'k', version: makeVersion({ sizeBytes: 77 }), event: putEvent });
  remote.close();
  await service.close();
  await start();
  expect(await catalog.lookupObject('box', 'k')).toMatchObject({ sizeBytes: 77 });
});

test('a second service on the same directory is refused', async () => {
  await expect(startCatalogService({ store: { kind: 'embedded', directory } })).rejects.toMatchObject({
    code: 'locked',
  });
});

test('a directory that a process of another container has is refused, though its owner cannot be seen from here', async () => {
  const elsewhere = mkdtempSync(join(tmpdir(), 'needlestack-catalog-'));
  const held = holdDirectory(elsewhere);
  writeFileSync(join(elsewhere, 'owner.lock'), '1 1 another-container');
  const begin = () => startCatalogService({ store: { kind: 'embedded', directory: elsewhere } });
  await expect(begin()).rejects.toMatchObject({ code: 'locked', message: `the directory ${elsewhere} is in use` });
  expect(readFileSync(join(elsewhere, 'owner.lock'), 'utf8')).toBe('1 1 another-container');
  held.release();
  await (await begin()).close();
  rmSync(elsewhere, { recursive: true });
});
