import { ReedSolomon } from './reed-solomon.ts';
import { locateInShards, type ShardInterval, type ShardLayout } from './shard-layout.ts';
import { totalShards } from './shard-ratio.ts';
import { shardSelections } from './shard-selections.ts';

/*
 * Reads of a volume that lies in shards. A part whose shard does not answer is made again out of as many others as there are data
 * shards, piece by piece, so that neither memory nor the time of one step grows with the part.
 */

/** Where the bytes of shards come from: this server's disks, other servers, a test. */
export interface ShardReader {
  readonly layout: ShardLayout;
  /** Shards worth asking, the cheapest first. */
  readonly shardIds: readonly number[];
  /** Exactly so many bytes, or undefined when this shard cannot give them. */
  read(shardId: number, offsetBytes: number, lengthBytes: number): Promise<Buffer | undefined>;
}

/** Bytes of each shard that are combined in one step. */
const PIECE_BYTES = 256 * 1024;

/** A part of the volume; undefined when it lies in shards that are lost, and too few others are left. */
export async function readFromShards(
  reader: ShardReader,
  offsetBytes: number,
  lengthBytes: number,
): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  for (const interval of locateInShards(reader.layout, offsetBytes, lengthBytes)) {
    const part = (await readInterval(reader, interval)) ?? (await rebuildInterval(reader, interval, new Set()));
    if (part === undefined) return undefined;
    parts.push(part);
  }
  const [only] = parts;
  return parts.length === 1 ? only : Buffer.concat(parts);
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
  const parts: Buffer[] = [];
  for (const interval of intervals) {
    const read = avoided.has(interval.shardId) ? undefined : await readInterval(reader, interval);
    const part = read ?? (await rebuildInterval(reader, interval, avoided));
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function readInterval(reader: ShardReader, interval: ShardInterval): Promise<Buffer | undefined> {
  return reader.shardIds.includes(interval.shardId)
    ? reader.read(interval.shardId, interval.offsetBytes, interval.lengthBytes)
    : Promise.resolve(undefined);
}

/** A part of one shard, made of the others, those to avoid left out. Undefined when too few of them answer. */
export async function rebuildInterval(
  reader: ShardReader,
  interval: ShardInterval,
  avoided: ReadonlySet<number>,
): Promise<Buffer | undefined> {
  const { shardId, offsetBytes, lengthBytes } = interval;
  const candidates = reader.shardIds.filter((id) => id !== shardId && !avoided.has(id));
  const rebuilt = Buffer.allocUnsafe(lengthBytes);
  for (let at = 0; at < lengthBytes; at += PIECE_BYTES) {
    const pieceBytes = Math.min(PIECE_BYTES, lengthBytes - at);
    const pieces = await readPieces(reader, candidates, offsetBytes + at, pieceBytes);
    if (pieces === undefined) return undefined;
    combine(reader.layout, pieces, shardId, rebuilt.subarray(at, at + pieceBytes));
  }
  return rebuilt;
}

/** The same piece of as many shards as there are data shards, all at once; others are asked for those that do not answer. */
async function readPieces(
  reader: ShardReader,
  candidates: readonly number[],
  offsetBytes: number,
  lengthBytes: number,
): Promise<ReadonlyMap<number, Buffer> | undefined> {
  const { dataShards } = reader.layout.ratio;
  const pieces = new Map<number, Buffer>();
  let next = 0;
  while (pieces.size < dataShards) {
    const asked = candidates.slice(next, next + dataShards - pieces.size);
    if (asked.length === 0) return undefined;
    next += asked.length;
    const answers = await Promise.all(asked.map((shardId) => reader.read(shardId, offsetBytes, lengthBytes)));
    for (const [index, shardId] of asked.entries()) {
      const piece = answers[index];
      if (piece !== undefined) pieces.set(shardId, piece);
    }
  }
  return pieces;
}

const codecs = new Map<string, ReedSolomon>();

/** One codec for each ratio in use; a step begins and ends without a pause, so they can be shared. */
function combine(layout: ShardLayout, pieces: ReadonlyMap<number, Buffer>, wanted: number, target: Buffer): void {
  const { dataShards, parityShards } = layout.ratio;
  const key = `${dataShards}+${parityShards}`;
  const codec = codecs.get(key) ?? new ReedSolomon(layout.ratio, PIECE_BYTES);
  codecs.set(key, codec);
  for (const [shardId, piece] of pieces) codec.block(shardId).set(piece);
  codec.reconstruct([...pieces.keys()], [wanted], target.length);
  target.set(codec.block(wanted, target.length));
}

/** All shards of a ratio, by their ids. */
export function allShardIds(layout: Pick<ShardLayout, 'ratio'>): number[] {
  return Array.from({ length: totalShards(layout.ratio) }, (_, shardId) => shardId);
}
