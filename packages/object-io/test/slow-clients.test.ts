/** Clients that do nothing must not keep the chunk buffers from those who do. */
import { randomBytes } from 'node:crypto';
import { CHUNK_SIZE_BYTES, DigestWorkerPool, SMALL_OBJECT_MAX_BYTES } from '../src/index.ts';
import { makeStore, put, readAll } from './support/make-store.ts';

const digests = new DigestWorkerPool({ workersMax: 1 });
afterAll(() => digests.close());

test('readers that stop in the middle leave buffers for the others, and go on with the right bytes', async () => {
  const store = makeStore(digests, { buffersMax: 4, unpinnedMin: 2 });
  const body = randomBytes(CHUNK_SIZE_BYTES + 1_000_000);
  const object = await put(store, body, 1 << 20);
  const stalled = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const pieces = store.reader.read(object, undefined, undefined);
      const first = await pieces.next();
      return { pieces, got: [Buffer.from(first.value ?? [])] };
    }),
  );
  expect((await readAll(store, object)).equals(body)).toBe(true);
  for (const { pieces, got } of stalled) {
    for await (const piece of pieces) got.push(Buffer.from(piece));
    expect(Buffer.concat(got).equals(body)).toBe(true);
  }
  expect(store.buffers.inUse).toBe(0);
});

test('a stalled reader that is abandoned holds nothing', async () => {
  const store = makeStore(digests, { buffersMax: 2, unpinnedMin: 2 });
  const object = await put(store, randomBytes(CHUNK_SIZE_BYTES), 1 << 20);
  const pieces = store.reader.read(object, undefined, undefined);
  await pieces.next();
  expect(store.buffers.inUse).toBe(1);
  await pieces.return();
  expect(store.buffers.inUse).toBe(0);
});

test.each([1, SMALL_OBJECT_MAX_BYTES, SMALL_OBJECT_MAX_BYTES + 1, 3_000_000])(
  'uploads that stop after %i bytes leave buffers for the others, and end whole',
  async (firstBytes) => {
    const store = makeStore(digests, { buffersMax: 3, unpinnedMin: 1 });
    const body = randomBytes(CHUNK_SIZE_BYTES + 1_000_000);
    const stalled = Array.from({ length: 8 }, () =>
      store.writer.begin({ sizeBytes: body.byteLength, algorithms: ['MD5', 'CRC64NVME'] }),
    );
    for (const upload of stalled) await upload.write(body.subarray(0, firstBytes));
    const whole = await put(store, body, 1 << 20, true, ['MD5', 'CRC64NVME']);
    const objects = await Promise.all(
      stalled.map(async (upload) => {
        await upload.write(body.subarray(firstBytes));
        return upload.finish();
      }),
    );
    for (const object of objects) {
      expect(object.digests).toEqual(whole.digests);
      expect((await readAll(store, object)).equals(body)).toBe(true);
    }
    expect(store.buffers.inUse).toBe(0);
  },
);

test('a stalled upload that is aborted holds nothing and tells what it wrote', async () => {
  const store = makeStore(digests, { buffersMax: 1, unpinnedMin: 0 });
  const [little, much] = [1000, 1_000_000].map((bytes) => {
    const upload = store.writer.begin({ sizeBytes: undefined, algorithms: ['MD5'] });
    return { upload, bytes };
  });
  for (const { upload, bytes } of [little, much].filter((one) => one !== undefined))
    await upload.write(randomBytes(bytes));
  await put(store, randomBytes(CHUNK_SIZE_BYTES), 1 << 20);
  expect(await little?.upload.abort()).toEqual([]);
  expect((await much?.upload.abort())?.map(({ sizeBytes }) => sizeBytes)).toEqual([1_000_000]);
  expect(store.buffers.inUse).toBe(0);
});
