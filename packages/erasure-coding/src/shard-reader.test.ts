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

  async read(shardId: number, offsetBytes: number, lengthBytes: number): Promise<Buffer | undefined> {
    if (this.lost.has(shardId)) return undefined;
    const bytes = this.shards[shardId]?.subarray(offsetBytes, offsetBytes + lengthBytes);
    return bytes?.length === lengthBytes ? Buffer.from(bytes) : undefined;
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
