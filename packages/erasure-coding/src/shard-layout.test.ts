import fc from 'fast-check';
import { layoutOfShard, layoutOfVolume, locateInShards } from './shard-layout.ts';

const SIZES = { largeBlockBytes: 64, smallBlockBytes: 8 };
const scenario = fc.record({
  ratio: fc.record({ dataShards: fc.integer({ min: 1, max: 7 }), parityShards: fc.constant(2) }),
  volumeBytes: fc.integer({ min: 1, max: 3000 }),
  offset: fc.nat(3000),
  length: fc.nat(700),
});

/** Cuts a volume as the format says, byte by byte. */
function cut(volumeBytes: number, dataShards: number): number[][] {
  const shards: number[][] = Array.from({ length: dataShards }, () => []);
  let at = 0;
  const cutRow = (blockBytes: number): void => {
    for (const shard of shards) for (let index = 0; index < blockBytes; index += 1) shard.push(at++);
  };
  while (volumeBytes - at >= SIZES.largeBlockBytes * dataShards) cutRow(SIZES.largeBlockBytes);
  while (at < volumeBytes) cutRow(SIZES.smallBlockBytes);
  return shards;
}

test('every part of a volume is found where it was put', () => {
  fc.assert(
    fc.property(scenario, ({ ratio, volumeBytes, offset, length }) => {
      const shards = cut(volumeBytes, ratio.dataShards);
      const layout = layoutOfVolume(volumeBytes, ratio, SIZES);
      expect(layout.shardBytes).toBe(shards[0]?.length);
      const start = Math.min(offset, volumeBytes - 1);
      const wanted = Math.min(length, volumeBytes - start);
      const found = locateInShards(layout, start, wanted).flatMap((part) =>
        (shards[part.shardId] ?? []).slice(part.offsetBytes, part.offsetBytes + part.lengthBytes),
      );
      expect(found).toEqual(Array.from({ length: wanted }, (_, index) => start + index));
    }),
    { numRuns: 300 },
  );
});

test('the size of a shard tells the layout, but for one size', () => {
  fc.assert(
    fc.property(scenario, ({ ratio, volumeBytes }) => {
      const layout = layoutOfVolume(volumeBytes, ratio, SIZES);
      const isAmbiguous = layout.shardBytes % SIZES.largeBlockBytes === 0;
      const guessed = layoutOfShard(layout.shardBytes, ratio, SIZES);
      if (!isAmbiguous) expect(guessed).toEqual(layout);
    }),
  );
});

test('a large block is not cut at small ones', () => {
  const layout = layoutOfVolume(300, { dataShards: 3, parityShards: 2 }, SIZES);
  expect(layout).toMatchObject({ largeRows: 1, shardBytes: 64 + 5 * 8 });
  expect(locateInShards(layout, 60, 10)).toEqual([
    { shardId: 0, offsetBytes: 60, lengthBytes: 4 },
    { shardId: 1, offsetBytes: 0, lengthBytes: 6 },
  ]);
  expect(locateInShards(layout, 190, 4)).toEqual([
    { shardId: 2, offsetBytes: 62, lengthBytes: 2 },
    { shardId: 0, offsetBytes: 64, lengthBytes: 2 },
  ]);
});
