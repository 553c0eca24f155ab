import { randomBytes, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { CHUNK_BUFFER_BYTES, CHUNK_SIZE_BYTES, SEAL_LAYERS_MAX } from '../limits.ts';
import { DATA_KEY_BYTES, openInPlace, SEGMENT_BYTES, SealError, sealedBytes } from './sealed-chunk.ts';
import { type DataKeys, openLayers, sealLayers, storedBytes } from './sealed-layers.ts';

const makePrefix = (): Uint8Array => randomBytes(8);
const makeKeys = (count: number): DataKeys => Array.from({ length: count }, () => randomBytes(DATA_KEY_BYTES));

function seal(plain: Uint8Array, keys: DataKeys): Buffer {
  const apart = Buffer.alloc(storedBytes(plain.length, keys));
  const prefixes = keys.map(makePrefix);
  let next = 0;
  const nextPrefix = (): Uint8Array => prefixes[next++ % prefixes.length] ?? makePrefix();
  sealLayers(apart, plain, keys, nextPrefix);
  const inPlace = Buffer.alloc(apart.length);
  inPlace.set(plain);
  sealLayers(inPlace, inPlace.subarray(0, plain.length), keys, nextPrefix);
  expect(inPlace.equals(apart)).toBe(true);
  return apart;
}

const SIZES = [1, 15, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES + 77];
const size = fc.oneof(fc.constantFrom(...SIZES), fc.integer({ min: 1, max: 4 * SEGMENT_BYTES }));

test('any range of a chunk opens, through one layer and two', () => {
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 2 }), fc.nat(), fc.nat(), (sizeBytes, layers, at, length) => {
      const plain = randomBytes(sizeBytes);
      const keys = makeKeys(layers);
      const from = at % sizeBytes;
      const to = from + (length % (sizeBytes - from + 1));
      const opened = openLayers(seal(plain, keys), sizeBytes, keys, from, to);
      return opened.length === sizeBytes && plain.subarray(from, to).equals(opened.subarray(from, to));
    }),
    { numRuns: 150 },
  );
});

test('one flipped bit anywhere, another key or another length: nothing opens', () => {
  fc.assert(
    fc.property(size, fc.nat(), fc.integer({ min: 0, max: 7 }), (sizeBytes, at, bit) => {
      const keys = makeKeys(1);
      const sealed = seal(randomBytes(sizeBytes), keys);
      const damaged = Buffer.from(sealed);
      const index = at % damaged.length;
      damaged[index] = (damaged[index] ?? 0) ^ (1 << bit);
      expect(() => openLayers(damaged, sizeBytes, keys, 0, sizeBytes)).toThrow(SealError);
      expect(() => openLayers(Buffer.from(sealed), sizeBytes, makeKeys(1), 0, sizeBytes)).toThrow(SealError);
      expect(() => openLayers(sealed.subarray(0, -1), sizeBytes, keys, 0, sizeBytes)).toThrow(SealError);
    }),
    { numRuns: 60 },
  );
});

test('segments cannot be exchanged, and a chunk cut at a segment does not open', () => {
  const keys = makeKeys(1);
  const [key = randomBytes(DATA_KEY_BYTES)] = keys;
  const sizeBytes = 3 * SEGMENT_BYTES;
  const sealed = seal(randomBytes(sizeBytes), keys);
  const exchanged = Buffer.from(sealed);
  sealed.copy(exchanged, 0, SEGMENT_BYTES, 2 * SEGMENT_BYTES);
  sealed.copy(exchanged, SEGMENT_BYTES, 0, SEGMENT_BYTES);
  sealed.copy(exchanged, sizeBytes, sizeBytes + 16, sizeBytes + 32);
  sealed.copy(exchanged, sizeBytes + 16, sizeBytes, sizeBytes + 16);
  expect(() => openInPlace(exchanged, sizeBytes, key, 0, 1)).toThrow(SealError);
  const cutBytes = 2 * SEGMENT_BYTES;
  const cut = Buffer.concat([
    sealed.subarray(0, cutBytes),
    sealed.subarray(sizeBytes, sizeBytes + 32),
    sealed.subarray(-8),
  ]);
  expect(cut.length).toBe(sealedBytes(cutBytes));
  expect(() => openInPlace(cut, cutBytes, key, 0, cutBytes)).toThrow(SealError);
});

test('it is AES-256-GCM as others know it', async () => {
  const keys = makeKeys(1);
  const plain = randomBytes(SEGMENT_BYTES + 5);
  const sealed = seal(plain, keys);
  const key = await webcrypto.subtle.importKey('raw', Buffer.from(keys[0] ?? []), 'AES-GCM', false, ['decrypt']);
  const prefix = sealed.subarray(-8);
  const segments = [
    { number: 0, from: 0, to: SEGMENT_BYTES },
    { number: 0x8000_0001, from: SEGMENT_BYTES, to: plain.length },
  ];
  for (const [index, { number, from, to }] of segments.entries()) {
    const iv = Buffer.concat([prefix, Buffer.alloc(4)]);
    iv.writeUInt32BE(number, 8);
    const tag = sealed.subarray(plain.length + index * 16, plain.length + index * 16 + 16);
    const opened = await webcrypto.subtle.decrypt(
      { name: 'AES-GCM', iv },
      key,
      Buffer.concat([sealed.subarray(from, to), tag]),
    );
    expect(plain.subarray(from, to).equals(Buffer.from(opened))).toBe(true);
  }
});

test('a chunk buffer has room for a chunk in all its layers', () => {
  expect(storedBytes(CHUNK_SIZE_BYTES, makeKeys(SEAL_LAYERS_MAX))).toBeLessThan(CHUNK_BUFFER_BYTES);
});
