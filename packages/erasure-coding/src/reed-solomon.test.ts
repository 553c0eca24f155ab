import { SeededRandom } from '@needlestack/fuzz';
import fc from 'fast-check';
import { encodeSlowly, multiplySlowly } from '../testing/index.ts';
import { encodingMatrix } from './coding-matrix.ts';
import { invert, multiply } from './galois-field.ts';
import { ReedSolomon } from './reed-solomon.ts';
import { DEFAULT_SHARD_RATIO, type ShardRatio, totalShards } from './shard-ratio.ts';

const LENGTH_MAX = 70_000;
const noise = new SeededRandom(1);
const NOISE = Uint8Array.from({ length: 3 * LENGTH_MAX }, () => noise.between(0, 256));

const ratios = fc
  .record({ dataShards: fc.integer({ min: 1, max: 20 }), parityShards: fc.integer({ min: 1, max: 12 }) })
  .filter((ratio) => totalShards(ratio) <= 32);

test('the field is the one the definition says', () => {
  for (let a = 0; a < 256; a += 1) {
    for (let b = 0; b < 256; b += 1) {
      if (multiply(a, b) !== multiplySlowly(a, b)) throw new Error(`${a} times ${b}`);
    }
    if (a > 0) expect(multiply(a, invert(a))).toBe(1);
  }
});

test('the parity rows of 10+4 are those of SeaweedFS', () => {
  const rows = encodingMatrix(DEFAULT_SHARD_RATIO).map((row) => Buffer.from(row).toString('hex'));
  expect(rows.slice(10)).toEqual([
    '8196afb8d2c4fee80302',
    '9681b8afc4d2e8fe0203',
    'bfd6620a066fdfb70504',
    'd6bf0a626f06b7df0405',
  ]);
  expect(encodingMatrix(DEFAULT_SHARD_RATIO)[3]).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
});

test('encoding agrees with the slow definition, for every ratio and length', () => {
  fc.assert(
    fc.property(ratios, fc.integer({ min: 1, max: 700 }), fc.nat(), (ratio, length, seed) => {
      const data = shardsOf(ratio, length, seed);
      const codec = filledCodec(ratio, length, data);
      codec.encode(length);
      for (const [index, expected] of encodeSlowly(ratio, data).entries()) {
        expect(codec.block(ratio.dataShards + index, length).equals(expected)).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});

test('any shards that are lost come back from any that are left', () => {
  const scenario = ratios.chain((ratio) =>
    fc.record({
      ratio: fc.constant(ratio),
      order: fc.shuffledSubarray([...Array(totalShards(ratio)).keys()], { minLength: totalShards(ratio) }),
      lostCount: fc.integer({ min: 1, max: ratio.parityShards }),
      length: fc.integer({ min: 1, max: LENGTH_MAX }),
      seed: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(scenario, ({ ratio, order, lostCount, length, seed }) => {
      const codec = filledCodec(ratio, length, shardsOf(ratio, length, seed));
      codec.encode(length);
      const lost = order.slice(0, lostCount);
      const before = lost.map((shardId) => Buffer.from(codec.block(shardId, length)));
      for (const shardId of lost) codec.block(shardId).fill(0xee);
      codec.reconstruct(order.slice(lostCount), lost, length);
      for (const [index, shardId] of lost.entries()) {
        expect(codec.block(shardId, length).equals(before[index] ?? Buffer.alloc(0))).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

test('changing what is made does not mix up the coefficients', () => {
  const codec = filledCodec(DEFAULT_SHARD_RATIO, 64, shardsOf(DEFAULT_SHARD_RATIO, 64, 5));
  codec.encode(64);
  const parity = Buffer.from(codec.block(13, 64));
  const present = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  codec.reconstruct([...present.slice(1), 10], [0], 64);
  codec.block(13).fill(0);
  codec.encode(64);
  expect(codec.block(13, 64).equals(parity)).toBe(true);
});

test('too few shards, too many bytes and impossible ratios are refused', () => {
  const codec = new ReedSolomon(DEFAULT_SHARD_RATIO, 64);
  expect(() => codec.reconstruct([0, 1, 2, 3, 4, 5, 6, 7, 8], [9])).toThrow('9 shards are present');
  expect(() => codec.encode(65)).toThrow(RangeError);
  expect(() => codec.block(14)).toThrow('there is no shard 14');
  expect(() => new ReedSolomon({ dataShards: 30, parityShards: 3 }, 64)).toThrow('at most 32');
  expect(() => new ReedSolomon({ dataShards: 0, parityShards: 3 }, 64)).toThrow('at least one');
});

function shardsOf(ratio: ShardRatio, length: number, seed: number): Uint8Array[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: ratio.dataShards }, () => {
    const at = random.between(0, NOISE.length - LENGTH_MAX);
    return NOISE.subarray(at, at + length);
  });
}

function filledCodec(ratio: ShardRatio, length: number, data: readonly Uint8Array[]): ReedSolomon {
  const codec = new ReedSolomon(ratio, length);
  for (const [shardId, bytes] of data.entries()) codec.block(shardId).set(bytes);
  return codec;
}
