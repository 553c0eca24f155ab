import type { ShardRatio } from './shard-ratio.ts';

/*
 * A volume file is cut into rows of one block for each data shard; block b of a row goes to data shard b.
 *
 *   rows of 1 GiB blocks    while a whole one remains
 *   rows of 1 MiB blocks    for the rest; what is missing of the last row counts as zeros
 */

export interface BlockSizes {
  readonly largeBlockBytes: number;
  readonly smallBlockBytes: number;
}

export const BLOCK_SIZES: BlockSizes = { largeBlockBytes: 2 ** 30, smallBlockBytes: 2 ** 20 };

/** A part of a volume that lies in one shard without a gap. */
export interface ShardInterval {
  readonly shardId: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** How a volume of one size is cut. */
export interface ShardLayout {
  readonly ratio: ShardRatio;
  readonly sizes: BlockSizes;
  readonly largeRows: number;
  /** Of each shard. */
  readonly shardBytes: number;
}

/** The layout of a volume whose size at the time of encoding is known. */
export function layoutOfVolume(volumeBytes: number, ratio: ShardRatio, sizes: BlockSizes = BLOCK_SIZES): ShardLayout {
  const largeRowBytes = sizes.largeBlockBytes * ratio.dataShards;
  const smallRowBytes = sizes.smallBlockBytes * ratio.dataShards;
  const largeRows = Math.floor(volumeBytes / largeRowBytes);
  const smallRows = Math.ceil((volumeBytes - largeRows * largeRowBytes) / smallRowBytes);
  return { ratio, sizes, largeRows, shardBytes: largeRows * sizes.largeBlockBytes + smallRows * sizes.smallBlockBytes };
}

/**
 * The layout of a volume of which only the size of a shard is known. A size that is a multiple of the large block is taken for one large row
 * less and small rows behind it: a volume just below the size of a large row is likelier than one of exactly that size.
 */
export function layoutOfShard(shardBytes: number, ratio: ShardRatio, sizes: BlockSizes = BLOCK_SIZES): ShardLayout {
  const largeRows = Math.max(0, Math.floor((shardBytes - 1) / sizes.largeBlockBytes));
  return { ratio, sizes, largeRows, shardBytes };
}

/** Where a part of the volume lies, in the order of its bytes. */
export function locateInShards(layout: ShardLayout, offsetBytes: number, lengthBytes: number): ShardInterval[] {
  const intervals: ShardInterval[] = [];
  let at = offsetBytes;
  const endBytes = offsetBytes + lengthBytes;
  while (at < endBytes) {
    const interval = locateOne(layout, at, endBytes - at);
    intervals.push(interval);
    at += interval.lengthBytes;
  }
  return intervals;
}

function locateOne({ ratio, sizes, largeRows }: ShardLayout, offsetBytes: number, lengthBytes: number): ShardInterval {
  const largeAreaBytes = largeRows * sizes.largeBlockBytes * ratio.dataShards;
  const isLarge = offsetBytes < largeAreaBytes;
  const blockBytes = isLarge ? sizes.largeBlockBytes : sizes.smallBlockBytes;
  const inArea = isLarge ? offsetBytes : offsetBytes - largeAreaBytes;
  const block = Math.floor(inArea / blockBytes);
  const inBlock = inArea - block * blockBytes;
  const row = Math.floor(block / ratio.dataShards);
  const areaInShard = isLarge ? 0 : largeRows * sizes.largeBlockBytes;
  return {
    shardId: block % ratio.dataShards,
    offsetBytes: areaInShard + row * blockBytes + inBlock,
    lengthBytes: Math.min(lengthBytes, blockBytes - inBlock),
  };
}
