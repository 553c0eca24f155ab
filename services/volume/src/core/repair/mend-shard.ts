import { allShardIds, rebuildInterval, type ShardReader, shardSelections } from '@needlestack/erasure-coding';
import { crc32c } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import type { ExpectedShard } from '../shards/ec-ports.ts';
import type { BytePacer } from '../transfer/pace-bytes.ts';

/*
 * One shard is made again out of the others, block by block as its checksums count them. A block whose checksum is wrong was made of another
 * damaged shard: it is made again without one of them, then without two, and so on. Without checksums a block counts when two different
 * selections of shards make the same of it.
 */

/** Selections that are tried for one block. */
const SELECTIONS_MAX = 400;
const BLOCK_BYTES_WITHOUT_CHECKSUMS = 2 ** 20;

export interface ShardToMend {
  readonly shardId: number;
  readonly shardBytes: number;
  readonly expected: ExpectedShard | undefined;
  /** Shards that are known to be damaged. */
  readonly avoided: ReadonlySet<number>;
}

/**
 * The bytes of the shard, in order.
 * @throws VolumeError `io-error` when too few of the others are whole
 */
export async function* rebuildShard(
  reader: ShardReader,
  shard: ShardToMend,
  pacer: BytePacer,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { shardId, shardBytes, expected } = shard;
  const blockBytes = expected?.blockBytes ?? BLOCK_BYTES_WITHOUT_CHECKSUMS;
  for (let at = 0; at < shardBytes; at += blockBytes) {
    const lengthBytes = Math.min(blockBytes, shardBytes - at);
    await pacer.pass(lengthBytes * reader.layout.ratio.dataShards, signal);
    signal.throwIfAborted();
    const block = await rebuildBlock(reader, shard, at, lengthBytes, expected?.checksums?.[at / blockBytes]);
    if (block === undefined) {
      throw new VolumeError('io-error', `too few shards are whole to make shard ${shardId} again at ${at}`);
    }
    yield block;
  }
}

async function rebuildBlock(
  reader: ShardReader,
  { shardId, avoided }: ShardToMend,
  offsetBytes: number,
  lengthBytes: number,
  checksum: number | undefined,
): Promise<Buffer | undefined> {
  const interval = { shardId, offsetBytes, lengthBytes };
  let unconfirmed: Buffer | undefined;
  let tried = 0;
  for (const leftOut of selections(reader, shardId, avoided)) {
    if (tried === SELECTIONS_MAX) return undefined;
    tried += 1;
    const block = await rebuildInterval(reader, interval, new Set([...avoided, ...leftOut]));
    if (block === undefined) continue;
    if (checksum !== undefined) {
      if (crc32c(block) === checksum) return block;
    } else if (unconfirmed === undefined) {
      unconfirmed = block;
    } else {
      return unconfirmed.equals(block) ? block : undefined;
    }
  }
  // With just as many shards as it takes nothing confirms the outcome; the needles in it have checksums of their own.
  return unconfirmed;
}

/** Which shards to leave out, as long as enough are left. */
function selections(reader: ShardReader, shardId: number, avoided: ReadonlySet<number>): Iterable<readonly number[]> {
  const usable = allShardIds(reader.layout).filter(
    (id) => id !== shardId && !avoided.has(id) && reader.shardIds.includes(id),
  );
  return shardSelections(usable, usable.length - reader.layout.ratio.dataShards);
}
