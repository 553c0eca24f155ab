/**
 * Feeds mutated `.ecx`, `.ecj` and `.ecsum` bytes to their decoders: a coded error or a sensible answer, never anything else.
 * Run: node packages/erasure-coding/fuzz/decode-shard-files.ts [seconds] [seed]
 */
import { FormatError, indexRowBytes, type OffsetWidth } from '@needlestack/needle-format';
import {
  DEFAULT_SHARD_RATIO,
  decodeJournal,
  decodeShardChecksums,
  encodeShardChecksums,
  findRow,
  INDEX_PAGE_ROWS,
  SortedIndexGuide,
  sortLiveRows,
} from '../src/index.ts';

const seconds = Number(process.argv[2] ?? 10);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
let state = seed;
const random = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

function mutate(bytes: Buffer): Buffer {
  const mutated = Buffer.from(bytes.subarray(0, random(4) === 0 ? random(bytes.length + 1) : bytes.length));
  for (let flips = random(6); flips > 0 && mutated.length > 0; flips -= 1)
    mutated[random(mutated.length)] = random(256);
  return mutated;
}

function rowsOf(width: OffsetWidth): Buffer {
  const rows = Buffer.alloc(random(700) * indexRowBytes(width));
  for (let at = 0; at < rows.length; at += indexRowBytes(width)) {
    rows.writeBigUInt64BE(BigInt(random(2 ** 31)), at);
    rows.writeUInt32BE(random(2 ** 31), at + 8);
    rows.writeInt32BE(random(2 ** 20) - 1, at + indexRowBytes(width) - 4);
  }
  return rows;
}

function checkIndex(): void {
  const width = random(2) === 0 ? 4 : 5;
  const index = mutate(random(2) === 0 ? rowsOf(width) : sortLiveRows(rowsOf(width), width));
  const guide = new SortedIndexGuide(width, index.length);
  for (let page = 0; page * INDEX_PAGE_ROWS < guide.rowCount; page += 1)
    guide.addPage(page, index.subarray(page * guide.pageBytes));
  const id = BigInt(random(2 ** 31));
  const page = guide.pageOf(id);
  const found =
    page === undefined
      ? undefined
      : findRow(index.subarray(page * guide.pageBytes, (page + 1) * guide.pageBytes), id, width);
  if (found !== undefined && found.entry.id !== id) throw new Error('another row was found');
  if (sortLiveRows(index, width).length > index.length) throw new Error('rows were invented');
  if ([...decodeJournal(index)].length !== Math.floor(index.length / 8))
    throw new Error('journal entries were invented');
}

const checksums = encodeShardChecksums({
  blockBytes: 2 ** 20,
  generation: 0,
  ratio: DEFAULT_SHARD_RATIO,
  encodeUuid: Buffer.alloc(16, 7),
  shards: Array.from({ length: 14 }, (_, shardId) => ({ shardId, shardBytes: 3 * 2 ** 20, checksums: [1, 2, 3] })),
});

function checkChecksums(): void {
  try {
    decodeShardChecksums(mutate(checksums));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
  }
}

console.log(`seed ${seed}`);
const end = Date.now() + seconds * 1000;
let runs = 0;
for (; Date.now() < end; runs += 1) {
  checkIndex();
  checkChecksums();
}
console.log(`${runs} runs without a fault`);
