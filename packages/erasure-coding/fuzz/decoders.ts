// `node packages/erasure-coding/fuzz/decoders.ts --minutes 5`: the files beside shards, damaged.
import { randomBytes } from 'node:crypto';
import { type FuzzTarget, fuzz } from '@needlestack/fuzz';
import { crc32c, encodeIndexEntry, FormatError, type OffsetWidth } from '@needlestack/needle-format';
import {
  CHECKSUM_BLOCK_BYTES,
  DEFAULT_SHARD_RATIO,
  decodeJournal,
  decodeShardChecksums,
  encodeJournalEntry,
  encodeShardChecksums,
  type FoundRow,
  findRow,
  INDEX_PAGE_ROWS,
  SortedIndexGuide,
  sortLiveRows,
  totalShards,
} from '../src/index.ts';

const isRefusal = (error: unknown): boolean => error instanceof FormatError;
/** Magic, version, length and checksum of the payload. */
const HEAD_BYTES = 14;
const IDS = [1n, 5n, 2n ** 63n, 2n ** 64n - 1n];

const sortedIndexes = (width: OffsetWidth): FuzzTarget => ({
  name: `.ecx with offsets of ${width} bytes`,
  seeds: [IDS, Array.from({ length: 2 * INDEX_PAGE_ROWS + 1 }, (_, row) => BigInt(row))].map((ids) =>
    Buffer.concat(ids.map((id, row) => encodeIndexEntry({ id, offsetBytes: 8 + 64 * row, sizeBytes: 40 }, width))),
  ),
  decode: (input) => {
    const live = sortLiveRows(input, width);
    if (live.length > input.length) throw new Error('rows were invented');
    return [IDS.map((id) => findThroughGuide(input, id, width)), live];
  },
  isRefusal,
});

function findThroughGuide(rows: Buffer, id: bigint, width: OffsetWidth): FoundRow | undefined {
  const guide = new SortedIndexGuide(width, rows.length);
  for (let page = 0; page * INDEX_PAGE_ROWS < guide.rowCount; page += 1)
    guide.addPage(page, rows.subarray(page * guide.pageBytes));
  const page = guide.pageOf(id);
  if (page === undefined) return undefined;
  const found = findRow(rows.subarray(page * guide.pageBytes, (page + 1) * guide.pageBytes), id, width);
  if (found !== undefined && found.entry.id !== id) throw new Error('another row was found');
  return found;
}

const goodChecksums = encodeShardChecksums({
  blockBytes: CHECKSUM_BLOCK_BYTES,
  generation: 0,
  ratio: DEFAULT_SHARD_RATIO,
  shards: Array.from({ length: totalShards(DEFAULT_SHARD_RATIO) }, (_, shardId) => ({
    shardId,
    shardBytes: CHECKSUM_BLOCK_BYTES + 1,
    checksums: [shardId, 0xffffffff],
  })),
  encodeUuid: randomBytes(16),
});

const checksums: FuzzTarget = {
  name: '.ecsum',
  seeds: [goodChecksums],
  decode: decodeShardChecksums,
  isRefusal,
};

/** With a head that fits whatever the payload became: what lies within is reached, too. */
const checksumsWithTheirOwn: FuzzTarget = {
  ...checksums,
  name: '.ecsum with its own checksum',
  decode: (input) => {
    const file = Buffer.from(input);
    if (file.length >= HEAD_BYTES) {
      goodChecksums.copy(file, 0, 0, 6);
      file.writeUInt32BE(file.length - HEAD_BYTES, 6);
      file.writeUInt32BE(crc32c(file.subarray(HEAD_BYTES)), 10);
    }
    return decodeShardChecksums(file);
  },
};

const journals: FuzzTarget = {
  name: '.ecj',
  seeds: [Buffer.concat(IDS.map(encodeJournalEntry))],
  decode: (input) => [...decodeJournal(input)],
  isRefusal,
};

await fuzz([sortedIndexes(4), sortedIndexes(5), checksums, checksumsWithTheirOwn, journals]);
