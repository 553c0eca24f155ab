import { createHash, randomBytes } from 'node:crypto';
import { VolumeError } from '@needlestack/service-contracts';
import fc from 'fast-check';
import { CHUNK_SIZE_BYTES, DigestWorkerPool, SMALL_OBJECT_MAX_BYTES } from '../src/index.ts';
import { makeStore as makeStoreWith, put, readAll } from './support/make-store.ts';

const digests = new DigestWorkerPool({ workersMax: 1 });
afterAll(() => digests.close());
const makeStore = (volumeCount = 2, buffersMax = 4) =>
  makeStoreWith(digests, { volumeCount, buffersMax, unpinnedMin: 1 });

const SIZES = [
  0,
  1,
  4096,
  SMALL_OBJECT_MAX_BYTES,
  SMALL_OBJECT_MAX_BYTES + 1,
  CHUNK_SIZE_BYTES,
  CHUNK_SIZE_BYTES + 1,
  3 * CHUNK_SIZE_BYTES - 1,
];

test.each(SIZES)('%i bytes are stored, hashed and read back, announced or not', async (sizeBytes) => {
  const store = makeStore();
  const body = randomBytes(sizeBytes);
  for (const announced of [true, false]) {
    const object = await put(store, body, 65_536, announced, ['MD5', 'SHA256', 'CRC64NVME']);
    expect(object.sizeBytes).toBe(sizeBytes);
    expect(object.chunks.length).toBe(Math.ceil(sizeBytes / CHUNK_SIZE_BYTES));
    expect(Buffer.from(object.digests.get('MD5') ?? []).equals(createHash('md5').update(body).digest())).toBe(true);
    expect(Buffer.from(object.digests.get('SHA256') ?? []).equals(createHash('sha256').update(body).digest())).toBe(
      true,
    );
    expect((await readAll(store, object)).equals(body)).toBe(true);
  }
  expect(store.buffers.inUse).toBe(0);
});

test('a range reads only the chunks it touches', async () => {
  const store = makeStore();
  const body = randomBytes(3 * CHUNK_SIZE_BYTES);
  const object = await put(store, body, 1 << 20);
  await fc.assert(
    fc.asyncProperty(fc.nat(body.byteLength - 1), fc.nat(2 * CHUNK_SIZE_BYTES), async (offsetBytes, length) => {
      const lengthBytes = Math.min(length, body.byteLength - offsetBytes);
      const readsBefore = store.master.volumes.reduce((sum, volume) => sum + volume.reads, 0);
      const got = await readAll(store, object, { offsetBytes, lengthBytes });
      const reads = store.master.volumes.reduce((sum, volume) => sum + volume.reads, 0) - readsBefore;
      const touched =
        lengthBytes === 0
          ? 0
          : Math.floor((offsetBytes + lengthBytes - 1) / CHUNK_SIZE_BYTES) -
            Math.floor(offsetBytes / CHUNK_SIZE_BYTES) +
            1;
      return got.equals(body.subarray(offsetBytes, offsetBytes + lengthBytes)) && reads === touched;
    }),
    { numRuns: 40 },
  );
});

test('a volume that refuses a write is left for another one', async () => {
  const store = makeStore(2);
  await put(store, Buffer.from('first'), 10);
  const [one] = store.master.volumes;
  store.master.full.add(1);
  one?.failures.push('no-space');
  const object = await put(store, Buffer.from('second'), 10);
  expect(object.chunks[0]?.volumeId).toBe(2);
  expect((await readAll(store, object)).toString()).toBe('second');
});

test('a write fails with the last refusal when no volume takes it, and gives every buffer back', async () => {
  const store = makeStore(1);
  const [only] = store.master.volumes;
  for (let i = 0; i < 12; i += 1) only?.failures.push('read-only');
  const upload = store.writer.begin({ sizeBytes: undefined, algorithms: ['MD5'] });
  const writing = (async () => {
    for (let i = 0; i < 4; i += 1) await upload.write(randomBytes(CHUNK_SIZE_BYTES));
    await upload.finish();
  })();
  await expect(writing).rejects.toThrow(VolumeError);
  await upload.abort();
  expect(store.buffers.inUse).toBe(0);
});

test('abort tells which chunks were written', async () => {
  const store = makeStore(1);
  const upload = store.writer.begin({ sizeBytes: undefined, algorithms: ['MD5'] });
  await upload.write(randomBytes(2 * CHUNK_SIZE_BYTES + 10));
  const chunks = await upload.abort();
  expect(chunks.map((chunk) => chunk.sizeBytes)).toEqual([CHUNK_SIZE_BYTES, CHUNK_SIZE_BYTES]);
  await store.chunks.delete(chunks);
  expect(store.master.volumes[0]?.needles.size).toBe(0);
  expect(store.buffers.inUse).toBe(0);
});

test('uploads beyond the buffer pool wait in line and all finish', async () => {
  const store = makeStore(1, 3);
  const bodies = Array.from({ length: 8 }, () => randomBytes(2 * CHUNK_SIZE_BYTES + 1));
  const objects = await Promise.all(bodies.map((body) => put(store, body, 256 * 1024)));
  for (const [index, object] of objects.entries()) {
    expect((await readAll(store, object)).equals(bodies[index] ?? Buffer.alloc(0))).toBe(true);
  }
  expect(store.buffers.inUse).toBe(0);
});

test('a reader that stops early gives its buffers back', async () => {
  const store = makeStore();
  const object = await put(store, randomBytes(3 * CHUNK_SIZE_BYTES), 1 << 20);
  for await (const piece of store.reader.read(object, undefined, undefined)) {
    expect(piece.byteLength).toBe(CHUNK_SIZE_BYTES);
    break;
  }
  expect(store.buffers.inUse).toBe(0);
});

test('a needle that is gone or damaged is a typed error, never bytes', async () => {
  const store = makeStore(1);
  const object = await put(store, Buffer.from('abc'), 3);
  store.master.volumes[0]?.failures.push('checksum-mismatch');
  await expect(readAll(store, object)).rejects.toMatchObject({ code: 'checksum-mismatch' });
  store.master.volumes[0]?.needles.clear();
  await expect(readAll(store, object)).rejects.toMatchObject({ code: 'needle-not-found' });
});

test('ten thousand small objects ask the master for two leases', async () => {
  const store = makeStore(1);
  for (let i = 0; i < 10_000; i += 1) await put(store, Buffer.from('x'), 1, true, []);
  expect(store.master.leases).toBeLessThanOrEqual(3);
});

test('a small object whose bytes are at hand is there without waiting; one that they are not is waited for', async () => {
  const store = makeStore(1);
  const body = randomBytes(4096);
  const object = await put(store, body, 4096);
  const [volume] = store.master.volumes;
  if (volume === undefined) throw new Error('one volume was asked for');
  expect(store.reader.readSmall(object)).toBeInstanceOf(Promise);
  expect(Buffer.from((await store.reader.readSmall(object)) ?? []).equals(body)).toBe(true);
  const waitedFor = volume.reads;
  volume.isAtHand = true;
  expect(store.reader.readSmall(object)).toEqual(new Uint8Array(body));
  expect(volume.reads).toBe(waitedFor);
});
