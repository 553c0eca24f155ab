import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { CHUNK_SIZE_BYTES, DigestWorkerPool, SealError, SMALL_OBJECT_MAX_BYTES } from '../src/index.ts';
import { makeStore as makeStoreWith, put, readAll, type Store } from './support/make-store.ts';

const digests = new DigestWorkerPool({ workersMax: 1 });
afterAll(() => digests.close());
const makeStore = (): Store => makeStoreWith(digests, { volumeCount: 2, buffersMax: 4, unpinnedMin: 1 });

const SIZES = [
  0,
  1,
  4096,
  SMALL_OBJECT_MAX_BYTES,
  SMALL_OBJECT_MAX_BYTES + 1,
  CHUNK_SIZE_BYTES,
  2 * CHUNK_SIZE_BYTES + 9,
];

test.each(SIZES)('%i bytes are sealed, and hashed and counted as they came', async (sizeBytes) => {
  const store = makeStore();
  const body = randomBytes(sizeBytes);
  for (const layers of [1, 2]) {
    const dataKeys = Array.from({ length: layers }, () => randomBytes(32));
    const stored = await put(store, body, 65_536, true, ['MD5', 'CRC64NVME'], dataKeys);
    expect(stored.sizeBytes).toBe(sizeBytes);
    expect(stored.chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0)).toBe(sizeBytes);
    expect(Buffer.from(stored.digests.get('MD5') ?? []).equals(createHash('md5').update(body).digest())).toBe(true);
    expect((await readAll(store, { ...stored, dataKeys })).equals(body)).toBe(true);
    const small = await store.reader.readSmall({ ...stored, dataKeys });
    if (small !== undefined) expect(Buffer.from(small).equals(body)).toBe(true);
  }
  expect(store.buffers.inUse).toBe(0);
});

test('ranges of a sealed object', async () => {
  const store = makeStore();
  const body = randomBytes(2 * CHUNK_SIZE_BYTES + 12_345);
  const dataKeys = [randomBytes(32)];
  const object = { ...(await put(store, body, 1 << 20, true, ['MD5'], dataKeys)), dataKeys };
  await fc.assert(
    fc.asyncProperty(fc.nat(body.byteLength - 1), fc.nat(CHUNK_SIZE_BYTES), async (offsetBytes, length) => {
      const lengthBytes = Math.min(length, body.byteLength - offsetBytes);
      const got = await readAll(store, object, { offsetBytes, lengthBytes });
      return got.equals(body.subarray(offsetBytes, offsetBytes + lengthBytes));
    }),
    { numRuns: 20 },
  );
});

test('what lies in the needles is not what was written, and opens with no other key', async () => {
  const store = makeStore();
  const body = Buffer.alloc(CHUNK_SIZE_BYTES + 1, 'plain text ');
  const dataKeys = [randomBytes(32)];
  const stored = await put(store, body, 1 << 20, true, ['MD5'], dataKeys);
  for (const volume of store.master.volumes)
    for (const { data } of volume.needles.values()) expect(Buffer.from(data).includes('plain text')).toBe(false);
  await expect(readAll(store, { ...stored, dataKeys: [randomBytes(32)] })).rejects.toThrow(SealError);
  expect(store.buffers.inUse).toBe(0);
});

test.each([true, false])(
  'a small sealed object whose bytes may stay in memory (%s) is opened twice at most',
  async (isKeptOpen) => {
    const store = makeStore();
    const body = randomBytes(4096);
    const dataKeys = [randomBytes(32)];
    const object = { ...(await put(store, body, 65_536, true, ['MD5'], dataKeys)), dataKeys, isKeptOpen };
    const readsOf = (): number => store.master.volumes.reduce((sum, volume) => sum + volume.reads, 0);
    const before = readsOf();
    for (let reading = 0; reading < 5; reading += 1) {
      expect(Buffer.from((await store.reader.readSmall(object)) ?? []).equals(body)).toBe(true);
    }
    expect(readsOf() - before).toBe(isKeptOpen ? 2 : 5);
  },
);
