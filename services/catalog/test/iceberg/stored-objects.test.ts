import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { LocalKeyService, ObjectKeys, RootKeyRing } from '@needlestack/key-management';
import {
  CHUNK_BUFFER_BYTES,
  CHUNK_BUFFERS_MAX,
  ChunkBufferPool,
  ChunkObjectReader,
  ChunkStore,
  DigestWorkerPool,
  FileIdPool,
  ObjectWriter,
  VolumeDirectory,
} from '@needlestack/object-io';
import { CatalogError, type Chunk, type ObjectEncryption } from '@needlestack/service-contracts';
import type { ObjectStorePort } from '../../src/core/tables/ports.ts';
import { createStoredObjects, type StoredObjectsParts } from '../../src/peers/stored-objects.ts';
import { openLmdbCatalog, type TestCatalog } from '../open-stores.ts';
import { MemoryVolume } from './support/memory-volume.ts';

let store: TestCatalog;
let volume: MemoryVolume;
let objects: ObjectStorePort;
let sealedObjects: ObjectStorePort;
let digests: DigestWorkerPool;
let commitFailure: Error | undefined;
const lost: (readonly Chunk[])[] = [];

beforeAll(async () => {
  store = openLmdbCatalog();
  volume = new MemoryVolume();
  const nowMs = (): number => store.clock.nowMs;
  const directory = new VolumeDirectory({ master: volume, connect: () => volume, nowMs });
  const policy = { collection: '', replication: '', ttl: '', dataCenter: '' };
  const fileIds = new FileIdPool({ master: volume, directory, policy });
  const chunks = new ChunkStore({ directory, fileIds, randomCookie: () => randomBytes(4).readUInt32BE(), nowMs });
  const pool = new ChunkBufferPool({ bufferBytes: CHUNK_BUFFER_BYTES, buffersMax: CHUNK_BUFFERS_MAX });
  const buffers = pool.share(CHUNK_BUFFERS_MAX);
  digests = new DigestWorkerPool({ workersMax: 1 });
  const parts: StoredObjectsParts = {
    catalog: {
      ...store.catalog,
      commitObject: async (request) => {
        if (commitFailure !== undefined) throw commitFailure;
        return store.catalog.commitObject(request);
      },
    },
    writer: new ObjectWriter({ chunks, buffers, digests }),
    reader: new ChunkObjectReader({ chunks, buffers }),
    newRequestId: randomUUID,
    garbageLost: (orphans) => lost.push(orphans),
  };
  objects = createStoredObjects(parts);
  const ring = new RootKeyRing([randomBytes(32)]);
  const keys = new ObjectKeys({ ring, keyService: new LocalKeyService(ring, ['needlestack']), nowMs });
  const encryption = {
    make: () => keys.makeUnderRoot(),
    open: (stored: ObjectEncryption) => keys.open(stored, undefined),
  };
  sealedObjects = createStoredObjects({ ...parts, encryption });
  await store.catalog.createBucket({ name: 'lake', ownerId: 'owner', region: 'us-east-1', objectLockEnabled: false });
});

afterAll(async () => {
  await digests.close();
  await store.destroy();
});

beforeEach(() => {
  commitFailure = undefined;
});

function put(key: string, bytes: Uint8Array, bucket = 'lake'): Promise<void> {
  return objects.putObject({ bucket, key, bytes, contentType: 'application/json', principalId: 'tester' });
}

async function countGarbage(): Promise<number> {
  return (await store.catalog.listGarbage({ maxEntries: 100, olderThanMs: 0 })).length;
}

test.each([0, 1, 100_000, 9 * 1024 * 1024])('%i bytes come back as they were, as an ordinary object', async (size) => {
  const bytes = randomBytes(size);
  await put(`size/${size}`, bytes);
  const read = await objects.getObject('lake', `size/${size}`, size);
  expect(Buffer.compare(Buffer.from(read ?? []), bytes)).toBe(0);
  const version = await store.catalog.lookupObject('lake', `size/${size}`);
  expect(version).toMatchObject({
    sizeBytes: size,
    etag: createHash('md5').update(bytes).digest('hex'),
    systemHeaders: { 'content-type': 'application/json' },
    ownerId: 'owner',
  });
  expect(version?.checksum?.algorithm).toBe('CRC64NVME');
});

test.each([5, 9 * 1024 * 1024])(
  '%i bytes are sealed where files are, and open with the key that the version tells',
  async (size) => {
    const bytes = randomBytes(size);
    const key = `sealed/${size}`;
    const file = { bucket: 'lake', key, bytes, contentType: 'application/json', principalId: 'tester' };
    await sealedObjects.putObject(file);
    const version = await store.catalog.lookupObject('lake', key);
    expect(version).toMatchObject({
      sizeBytes: size,
      etag: createHash('md5').update(bytes).digest('hex'),
      encryption: { scheme: 'SSE-S3' },
    });
    expect(Buffer.compare(Buffer.from((await sealedObjects.getObject('lake', key, size)) ?? []), bytes)).toBe(0);
    // Nor does a catalog without keys give out what it cannot open.
    await expect(objects.getObject('lake', key, size)).rejects.toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    );
    await put(`plain/${size}`, bytes);
    expect(
      Buffer.compare(Buffer.from((await sealedObjects.getObject('lake', `plain/${size}`, size)) ?? []), bytes),
    ).toBe(0);
  },
);

test('what is not there is not there', async () => {
  expect(await objects.hasObject('lake', 'none')).toBe(false);
  expect(await objects.getObject('lake', 'none', 10)).toBeUndefined();
  expect(await objects.getObject('none', 'none', 10)).toBeUndefined();
  await expect(put('x', Buffer.from('x'), 'none')).rejects.toThrow(
    expect.objectContaining({ code: 'no-such-warehouse' }),
  );
});

test('an object larger than allowed is not read', async () => {
  await put('large', Buffer.alloc(11));
  await expect(objects.getObject('lake', 'large', 10)).rejects.toThrow(expect.objectContaining({ code: 'too-large' }));
});

test('a deleted object is gone', async () => {
  await put('gone', Buffer.from('x'));
  expect(await objects.hasObject('lake', 'gone')).toBe(true);
  await objects.deleteObject('lake', 'gone', 'tester');
  expect(await objects.hasObject('lake', 'gone')).toBe(false);
});

test('after a refused commit the needles are garbage; after a fault they may be an object and stay', async () => {
  const before = await countGarbage();
  commitFailure = new CatalogError('NoSuchBucket', 'gone');
  await expect(put('refused', Buffer.from('x'))).rejects.toBe(commitFailure);
  expect(await countGarbage()).toBe(before + 1);
  commitFailure = new Error('the line broke');
  await expect(put('faulty', Buffer.from('x'))).rejects.toBe(commitFailure);
  expect(await countGarbage()).toBe(before + 1);
  expect(lost).toEqual([]);
});

test('a volume that refuses leaves no object', async () => {
  volume.isFull = true;
  await expect(put('full', Buffer.from('x'))).rejects.toThrow(expect.objectContaining({ code: 'too-large' }));
  volume.isFull = false;
  expect(await objects.hasObject('lake', 'full')).toBe(false);
});
