import fc from 'fast-check';
import { ReedSolomon } from './reed-solomon.ts';
import { layoutOfVolume, locateInShards, type ShardLayout } from './shard-layout.ts';
import { allShardIds, readFromShards, repairFromShards, type ShardReader } from './shard-reader.ts';

const RATIO = { dataShards: 4, parityShards: 2 };
const SIZES = { largeBlockBytes: 4096, smallBlockBytes: 512 };

/** Shards in memory; `lost` do not answer. */
class MemoryShards implements ShardReader {
  readonly layout: ShardLayout;
  readonly shards: Buffer[];
  readonly volume: Buffer;
  readonly shardIds: readonly number[];
  lost = new Set<number>();
  /** Answer after all others. */
  late = new Set<number>();
  refusing = new Set<number>();

  constructor(volumeBytes: number) {
    this.layout = layoutOfVolume(volumeBytes, RATIO, SIZES);
    this.shardIds = allShardIds(this.layout);
    this.volume = Buffer.from(Array.from({ length: volumeBytes }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
    const codec = new ReedSolomon(RATIO, this.layout.shardBytes);
    let at = 0;
    for (const { shardId, offsetBytes, lengthBytes } of locateInShards(this.layout, 0, volumeBytes)) {
      this.volume.copy(codec.block(shardId), offsetBytes, at, at + lengthBytes);
      at += lengthBytes;
    }
    codec.encode();
    this.shards = this.shardIds.map((shardId) => Buffer.from(codec.block(shardId, this.layout.shardBytes)));
  }

  async read(shardId: number, offsetBytes: number, lengthBytes: number, into?: Buffer): Promise<Buffer | undefined> {
    if (this.late.has(shardId)) await new Promise((resolve) => setImmediate(resolve));
    if (this.lost.has(shardId)) return undefined;
    if (this.refusing.has(shardId)) throw new Error(`shard ${shardId} is refused`);
    const bytes = this.shards[shardId]?.subarray(offsetBytes, offsetBytes + lengthBytes);
    if (bytes?.length !== lengthBytes) return undefined;
    if (into === undefined || shardId % 2 === 1) return Buffer.from(bytes);
    bytes.copy(into);
    return into;
  }
}

test('any part comes back with as many shards lost as there is parity, and none with one more', async () => {
  const shards = new MemoryShards(30_000);
  const scenario = fc.record({
    lost: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 0, maxLength: 3 }),
    offset: fc.nat(29_999),
    length: fc.integer({ min: 1, max: 9000 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ lost, offset, length }) => {
      shards.lost = new Set(lost);
      const end = Math.min(offset + length, 30_000);
      const found = await readFromShards(shards, offset, end - offset);
      const touched = locateInShards(shards.layout, offset, end - offset).some(({ shardId }) => lost.includes(shardId));
      if (lost.length > RATIO.parityShards && touched) expect(found).toBeUndefined();
      else expect(found?.equals(shards.volume.subarray(offset, end))).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('a damaged part is made again, and the damaged shard is named', async () => {
  const shards = new MemoryShards(30_000);
  const [offset, length] = [17_000, 700];
  const expected = shards.volume.subarray(offset, offset + length);
  const [first, second] = locateInShards(shards.layout, offset, length);
  const flip = (shardId: number, at: number): void => {
    const shard = shards.shards[shardId] ?? Buffer.alloc(0);
    shard[at] = (shard[at] ?? 0) ^ 1;
  };
  flip(second?.shardId ?? 0, (second?.offsetBytes ?? 0) + 3);
  const isWhole = (bytes: Buffer): boolean => bytes.equals(expected);
  expect(isWhole((await readFromShards(shards, offset, length)) ?? Buffer.alloc(0))).toBe(false);
  expect(await repairFromShards(shards, offset, length, isWhole)).toMatchObject({
    damagedShardIds: [second?.shardId],
  });
  flip(first?.shardId ?? 0, (first?.offsetBytes ?? 0) + 3);
  expect(await repairFromShards(shards, offset, length, isWhole)).toMatchObject({
    damagedShardIds: [first?.shardId, second?.shardId],
  });
  shards.lost = new Set([0]);
  expect(await repairFromShards(shards, offset, length, isWhole)).toBeUndefined();
});

test('readers at the same time do not get into each other, also when one of them fails in the middle', async () => {
  const shards = new MemoryShards(30_000);
  shards.lost = new Set([0, 3]);
  const failing = new MemoryShards(30_000);
  failing.volume.fill(0xee);
  for (const shard of failing.shards) shard.fill(0xee);
  failing.lost = new Set([0]);
  failing.refusing = new Set([1]);
  failing.late = new Set([2, 4]);
  for (let round = 0; round < 20; round += 1) {
    const reads = Array.from({ length: 6 }, async (_, index) => {
      const [offset, length] = [index * 4000 + round, 5000];
      const found = await readFromShards(shards, offset, length);
      return found?.equals(shards.volume.subarray(offset, offset + length));
    });
    const failed = readFromShards(failing, 0, 4000).then(
      () => 'read',
      (error: Error) => error.message,
    );
    const again = failed.then(async () =>
      (await readFromShards(shards, 100, 6000))?.equals(shards.volume.subarray(100, 6100)),
    );
    expect(await Promise.all(reads)).toEqual(Array(6).fill(true));
    expect([await failed, await again]).toEqual(['shard 1 is refused', true]);
  }
});

test('parts that are longer than a piece are put together', async () => {
  const layout = layoutOfVolume(4 * 2 ** 20, RATIO, { largeBlockBytes: 2 ** 30, smallBlockBytes: 2 ** 20 });
  const codec = new ReedSolomon(RATIO, 2 ** 20);
  for (let shardId = 0; shardId < 4; shardId += 1)
    codec.block(shardId).fill(`${shardId} of four `.repeat(1000 + shardId));
  codec.encode();
  const copies = allShardIds(layout).map((shardId) => Buffer.from(codec.block(shardId)));
  const reader: ShardReader = {
    layout,
    shardIds: [2, 3, 4, 5],
    read: async (shardId, offset, length) => copies[shardId]?.subarray(offset, offset + length),
  };
  const wanted = Buffer.concat(copies.slice(0, 4)).subarray(77, 2 ** 21 + 99);
  expect((await readFromShards(reader, 77, wanted.length))?.equals(wanted)).toBe(true);
});
