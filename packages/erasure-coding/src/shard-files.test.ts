import { FormatError } from '@needlestack/needle-format';
import fc from 'fast-check';
import { decodeJournal, encodeJournalEntry } from './deletion-journal.ts';
import { decodeShardChecksums, encodeShardChecksums, ShardChecksumBuilder } from './shard-checksums.ts';
import { parseShardExtension, shardExtension, shardRatioOf } from './shard-ratio.ts';
import { findRow, INDEX_PAGE_ROWS, SortedIndexGuide, sortLiveRows } from './sorted-index.ts';

const MIB = 2 ** 20;
const ids = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const widths = fc.constantFrom(4 as const, 5 as const);

const checksumFiles = fc
  .record({
    dataShards: fc.integer({ min: 1, max: 12 }),
    parityShards: fc.integer({ min: 1, max: 6 }),
    blocks: fc.integer({ min: 1, max: 5 }),
    generation: fc.nat(9),
    encodeUuid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    checksum: fc.nat(0xffffffff),
  })
  .map(({ dataShards, parityShards, blocks, generation, encodeUuid, checksum }) => ({
    blockBytes: MIB,
    generation,
    ratio: { dataShards, parityShards },
    encodeUuid: Buffer.from(encodeUuid),
    shards: Array.from({ length: dataShards + parityShards }, (_, shardId) => ({
      shardId,
      shardBytes: blocks * MIB - 5,
      checksums: Array.from({ length: blocks }, (_, block) => (checksum + block * 7 + shardId) >>> 0),
    })),
  }));

test('checksum files come back as they were', () => {
  fc.assert(
    fc.property(checksumFiles, (file) => {
      expect(decodeShardChecksums(encodeShardChecksums(file))).toEqual(file);
    }),
  );
});

test('damaged checksum files are refused with a code, or say the same', () => {
  fc.assert(
    fc.property(checksumFiles, fc.nat(), fc.integer({ min: 1, max: 255 }), (file, place, flip) => {
      const bytes = encodeShardChecksums(file);
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      expect(() => decodeShardChecksums(bytes)).toThrow(FormatError);
      expect(() => decodeShardChecksums(bytes.subarray(0, at))).toThrow(FormatError);
    }),
  );
});

test('checksums do not depend on how the bytes come', () => {
  const bytes = Buffer.alloc(3 * MIB + 123, 'needles and shards ');
  const whole = new ShardChecksumBuilder(MIB);
  whole.add(bytes);
  const pieces = new ShardChecksumBuilder(MIB);
  for (let at = 0; at < bytes.length; at += 77_777) pieces.add(bytes.subarray(at, at + 77_777));
  const expected = whole.finish(7);
  expect(expected).toMatchObject({ shardId: 7, shardBytes: bytes.length });
  expect(expected.checksums).toHaveLength(4);
  expect(pieces.finish(7)).toEqual(expected);
});

test('an index leaves its live rows, sorted; each is found by its id and no other is', () => {
  const row = fc.record({ id: ids, offset: fc.nat(2 ** 30), sizeBytes: fc.oneof(fc.nat(2 ** 20), fc.constant(-1)) });
  fc.assert(
    fc.property(widths, fc.array(row, { maxLength: 900 }), ids, (width, rows, strangerId) => {
      const rowBytes = width + 12;
      const live = new Map<bigint, { offsetBytes: number; sizeBytes: number }>();
      const index = Buffer.alloc(rows.length * rowBytes);
      for (const [at, { id, offset, sizeBytes }] of rows.entries()) {
        index.writeBigUInt64BE(id, at * rowBytes);
        index.writeUInt32BE(offset, at * rowBytes + 8);
        index.writeInt32BE(sizeBytes, at * rowBytes + rowBytes - 4);
        if (offset > 0 && sizeBytes >= 0) live.set(id, { offsetBytes: offset * 8, sizeBytes });
        else live.delete(id);
      }
      const sorted = sortLiveRows(index, width);
      expect(sorted.length).toBe(live.size * rowBytes);
      const guide = guideOver(sorted, width);
      for (const [id, expected] of live) expect(lookUp(sorted, guide, id)).toMatchObject({ id, ...expected });
      if (!live.has(strangerId)) expect(lookUp(sorted, guide, strangerId)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test('any bytes as an index give rows within them or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3 * INDEX_PAGE_ROWS * 16 }), widths, ids, (bytes, width, id) => {
      const index = Buffer.from(bytes);
      const found = lookUp(index, guideOver(index, width), id);
      expect(found === undefined || found.id === id).toBe(true);
      expect(sortLiveRows(index, width).length % (width + 12)).toBe(0);
    }),
  );
});

test('part of an entry at the end of a journal does not count', () => {
  const entries = [5n, 2n ** 64n - 1n];
  const journal = Buffer.concat([...entries.map(encodeJournalEntry), Buffer.from([1, 2, 3])]);
  expect([...decodeJournal(journal)]).toEqual(entries);
});

test('extensions name shards', () => {
  expect([0, 9, 31].map(shardExtension)).toEqual(['.ec00', '.ec09', '.ec31']);
  expect(['.ec00', '.ec31', '.ec32', '.ecx', '.ec1', '.ec001'].map(parseShardExtension)).toEqual([
    0,
    31,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('an impossible ratio counts as the usual one', () => {
  expect(shardRatioOf({ dataShards: 9, parityShards: 3 })).toEqual({ dataShards: 9, parityShards: 3 });
  expect(shardRatioOf({ dataShards: 0, parityShards: 3 })).toEqual({ dataShards: 10, parityShards: 4 });
  expect(shardRatioOf({ dataShards: 30, parityShards: 3 })).toEqual({ dataShards: 10, parityShards: 4 });
});

function guideOver(index: Buffer, width: 4 | 5): SortedIndexGuide {
  const guide = new SortedIndexGuide(width, index.length);
  for (let page = 0; page * INDEX_PAGE_ROWS < guide.rowCount; page += 1) {
    guide.addPage(page, index.subarray(page * guide.pageBytes));
  }
  return guide;
}

function lookUp(index: Buffer, guide: SortedIndexGuide, id: bigint) {
  const page = guide.pageOf(id);
  if (page === undefined) return undefined;
  return findRow(index.subarray(page * guide.pageBytes, (page + 1) * guide.pageBytes), id, guide.width)?.entry;
}
