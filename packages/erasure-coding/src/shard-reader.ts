import { lendCodec, returnCodec } from './codec-pool.ts';
import type { ReedSolomon } from './reed-solomon.ts';
import { locateInShards, type ShardInterval, type ShardLayout } from './shard-layout.ts';
import { totalShards } from './shard-ratio.ts';
import { shardSelections } from './shard-selections.ts';

/*
 * Reads of a volume that lies in shards. A part whose shard does not answer is made again out of as many others as there are data
 * shards, piece by piece, so that neither memory nor the time of one step grows with the part. The pieces are read to where they are
 * combined.
 */

/** Where the bytes of shards come from: this server's disks, other servers, a test. */
export interface ShardReader {
  readonly layout: ShardLayout;
  /** Shards worth asking, the cheapest first. */
  readonly shardIds: readonly number[];
  /**
   * Exactly so many bytes, or undefined when this shard cannot give them.
   * @param into memory of that length which may be used for them; after an answer nothing more is written to it
   */
  read(shardId: number, offsetBytes: number, lengthBytes: number, into?: Buffer): Promise<Buffer | undefined>;
}

/** Bytes of each shard that are combined in one step: 256 KiB of data lie in a record that is a little longer. */
const PIECE_BYTES = 288 * 1024;
/** Parts in different shards that are read at a time. */
const INTERVALS_AT_ONCE = 4;
const NONE: ReadonlySet<number> = new Set();

/** A part of the volume; undefined when it lies in shards that are lost, and too few others are left. */
export async function readFromShards(
  reader: ShardReader,
  offsetBytes: number,
  lengthBytes: number,
): Promise<Buffer | undefined> {
  return readWithout(reader, locateInShards(reader.layout, offsetBytes, lengthBytes), NONE);
}

/** A part that was found damaged, and the shards that hold the damage. */
export interface RepairedPart {
  readonly bytes: Buffer;
  readonly damagedShardIds: readonly number[];
}

/** Parts up to this length are tried in all ways: the pieces of all shards are kept meanwhile. */
const KEPT_PART_BYTES = 8 * 2 ** 20;
/** Ways that are tried for one part, four damaged shards of fourteen take 378, and bytes that are made on the way. */
const SELECTIONS_MAX = 400;
const TRIED_BYTES_MAX = 256 * 2 ** 20;

/**
 * Reads a part again without trusting the shards in which it lies: first each of them alone is taken for the damaged one, then all
 * together, then others with them, as long as enough are left. Returns the first outcome that `isWhole` accepts.
 */
export async function repairFromShards(
  reader: ShardReader,
  offsetBytes: number,
  lengthBytes: number,
  isWhole: (bytes: Buffer) => boolean,
): Promise<RepairedPart | undefined> {
  const intervals = locateInShards(reader.layout, offsetBytes, lengthBytes);
  const involved = [...new Set(intervals.map(({ shardId }) => shardId))];
  const suspicions = involved.length > 1 ? [...involved.map((shardId) => [shardId]), involved] : [involved];
  for (const damagedShardIds of suspicions) {
    const bytes = await readWithout(reader, intervals, new Set(damagedShardIds));
    if (bytes !== undefined && isWhole(bytes)) return { bytes, damagedShardIds };
  }
  return lengthBytes > KEPT_PART_BYTES ? undefined : repairInAllWays(reader, intervals, suspicions, isWhole);
}

async function repairInAllWays(
  reader: ShardReader,
  intervals: readonly ShardInterval[],
  suspicions: readonly (readonly number[])[],
  isWhole: (bytes: Buffer) => boolean,
): Promise<RepairedPart | undefined> {
  const { dataShards } = reader.layout.ratio;
  const partBytes = intervals.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const kept = keepAnswers(reader);
  let tried = 0;
  for (const suspected of suspicions) {
    const others = reader.shardIds.filter((shardId) => !suspected.includes(shardId));
    for (const furthers of shardSelections(others, others.length - dataShards)) {
      if (furthers.length === 0) continue;
      tried += 1;
      if (tried > SELECTIONS_MAX || tried * partBytes > TRIED_BYTES_MAX) return undefined;
      // All is in memory: whatever else there is to do gets its turn here.
      await new Promise((resolve) => setImmediate(resolve));
      const damagedShardIds = [...suspected, ...furthers];
      const bytes = await readWithout(kept, intervals, new Set(damagedShardIds));
      if (bytes !== undefined && isWhole(bytes)) return { bytes, damagedShardIds };
    }
  }
  return undefined;
}

/** Asks each shard for each piece once. */
function keepAnswers(reader: ShardReader): ShardReader {
  const answers = new Map<string, Promise<Buffer | undefined>>();
  return {
    ...reader,
    read: (shardId, offsetBytes, lengthBytes) => {
      const key = `${shardId}:${offsetBytes}:${lengthBytes}`;
      const answer = answers.get(key) ?? reader.read(shardId, offsetBytes, lengthBytes);
      answers.set(key, answer);
      return answer;
    },
  };
}

async function readWithout(
  reader: ShardReader,
  intervals: readonly ShardInterval[],
  avoided: ReadonlySet<number>,
): Promise<Buffer | undefined> {
  const target = Buffer.allocUnsafe(intervals.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0));
  let at = 0;
  for (let first = 0; first < intervals.length; first += INTERVALS_AT_ONCE) {
    const group = intervals.slice(first, first + INTERVALS_AT_ONCE).map((interval) => {
      const into = target.subarray(at, at + interval.lengthBytes);
      at += interval.lengthBytes;
      return readOrRebuild(reader, interval, avoided, into);
    });
    if ((await Promise.all(group)).includes(false)) return undefined;
  }
  return target;
}

/** Whether the target holds the part now. */
async function readOrRebuild(
  reader: ShardReader,
  interval: ShardInterval,
  avoided: ReadonlySet<number>,
  target: Buffer,
): Promise<boolean> {
  const { shardId, offsetBytes, lengthBytes } = interval;
  if (reader.shardIds.includes(shardId) && !avoided.has(shardId)) {
    const read = await reader.read(shardId, offsetBytes, lengthBytes, target);
    if (read !== undefined) {
      putInto(target, read);
      return true;
    }
  }
  return (await rebuildInterval(reader, interval, avoided, target)) !== undefined;
}

/** A reader may have used memory of its own. */
function putInto(target: Buffer, bytes: Buffer): void {
  if (bytes.buffer !== target.buffer || bytes.byteOffset !== target.byteOffset) target.set(bytes);
}

/** A part of one shard, made of the others, those to avoid left out. Undefined when too few of them answer. */
export async function rebuildInterval(
  reader: ShardReader,
  { shardId, offsetBytes, lengthBytes }: ShardInterval,
  avoided: ReadonlySet<number>,
  target: Buffer = Buffer.allocUnsafe(lengthBytes),
): Promise<Buffer | undefined> {
  const candidates = reader.shardIds.filter((id) => id !== shardId && !avoided.has(id));
  const codec = lendCodec(reader.layout.ratio, PIECE_BYTES);
  try {
    for (let at = 0; at < lengthBytes; at += PIECE_BYTES) {
      const pieceBytes = Math.min(PIECE_BYTES, lengthBytes - at);
      const present = await readPieces(reader, codec, candidates, offsetBytes + at, pieceBytes);
      if (present === undefined) return undefined;
      codec.reconstruct(present, [shardId], pieceBytes);
      target.set(codec.block(shardId, pieceBytes), at);
    }
    return target;
  } finally {
    returnCodec(codec);
  }
}

/**
 * Fills the codec's blocks of as many shards as there are data shards with the same piece, all at once; others are asked for those that do not answer.
 * When this settles nothing is written to the blocks any more. Returns their shards.
 */
async function readPieces(
  reader: ShardReader,
  codec: ReedSolomon,
  candidates: readonly number[],
  offsetBytes: number,
  lengthBytes: number,
): Promise<readonly number[] | undefined> {
  const { dataShards } = reader.layout.ratio;
  const present: number[] = [];
  let next = 0;
  while (present.length < dataShards) {
    const asked = candidates.slice(next, next + dataShards - present.length);
    if (asked.length === 0) return undefined;
    next += asked.length;
    const answers = await Promise.allSettled(
      asked.map(async (shardId) => {
        const block = codec.block(shardId, lengthBytes);
        const piece = await reader.read(shardId, offsetBytes, lengthBytes, block);
        if (piece === undefined) return;
        putInto(block, piece);
        present.push(shardId);
      }),
    );
    for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  }
  return present.sort((a, b) => a - b);
}

/** All shards of a ratio, by their ids. */
export function allShardIds(layout: Pick<ShardLayout, 'ratio'>): number[] {
  return Array.from({ length: totalShards(layout.ratio) }, (_, shardId) => shardId);
}
