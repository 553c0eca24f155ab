/** What SeaweedFS wrote, against what we make of the same volume. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CHECKSUM_BLOCK_BYTES,
  DEFAULT_SHARD_RATIO,
  decodeJournal,
  decodeShardChecksums,
  encodeShardChecksums,
  layoutOfVolume,
  locateInShards,
  ReedSolomon,
  ShardChecksumBuilder,
  shardExtension,
  sortLiveRows,
} from '../src/index.ts';

const FIXTURES = join(import.meta.dirname, '../../../../shared/fixtures/seaweedfs/ec');
const title = existsSync(FIXTURES) ? '' : ' [skipped: no fixtures beside the repository]';
const testWithFixtures = existsSync(FIXTURES) ? test : test.skip;
const DAT_BYTES = 12_705_080;
const MIB = 2 ** 20;

const read = (name: string): Buffer => readFileSync(join(FIXTURES, name));
const shard = (shardId: number): Buffer => read(`ec_5${shardExtension(shardId)}`);

testWithFixtures(`parity is theirs, byte for byte${title}`, () => {
  const codec = new ReedSolomon(DEFAULT_SHARD_RATIO, 2 * MIB);
  for (let shardId = 0; shardId < 10; shardId += 1) codec.block(shardId).set(shard(shardId));
  codec.encode();
  for (let shardId = 10; shardId < 14; shardId += 1) expect(codec.block(shardId).equals(shard(shardId))).toBe(true);
  const lost = [0, 3, 9, 12];
  for (const shardId of lost) codec.block(shardId).fill(0);
  codec.reconstruct([1, 2, 4, 5, 6, 7, 8, 10, 11, 13], lost);
  for (const shardId of lost) expect(codec.block(shardId).equals(shard(shardId))).toBe(true);
});

testWithFixtures(`the superblock and the last record lie where we look for them${title}`, () => {
  const layout = layoutOfVolume(DAT_BYTES, DEFAULT_SHARD_RATIO);
  expect(layout.shardBytes).toBe(2 * MIB);
  expect(shard(0)[0]).toBe(3);
  const rows = read('ec_5.ecx');
  for (let at = 0; at < rows.length; at += 16) {
    const [first] = locateInShards(layout, rows.readUInt32BE(at + 8) * 8, 16);
    const header = shard(first?.shardId ?? 0).subarray(first?.offsetBytes ?? 0);
    expect(header.readBigUInt64BE(4)).toBe(rows.readBigUInt64BE(at));
  }
});

testWithFixtures(`the sorted index is theirs, byte for byte${title}`, () => {
  expect(sortLiveRows(read('source/ec_5.idx'), 4).equals(read('ec_5.ecx'))).toBe(true);
  expect([...decodeJournal(read('ec_5.ecj'))]).toEqual([5n, 12n, 17n, 9n]);
});

testWithFixtures(`checksums are theirs, byte for byte${title}`, () => {
  const file = decodeShardChecksums(read('ec_5.ecsum'));
  expect(file).toMatchObject({ blockBytes: CHECKSUM_BLOCK_BYTES, generation: 0, ratio: DEFAULT_SHARD_RATIO });
  const shards = Array.from({ length: 14 }, (_, shardId) => {
    const builder = new ShardChecksumBuilder();
    builder.add(shard(shardId));
    return builder.finish(shardId);
  });
  expect(file.shards).toEqual(shards);
  expect(encodeShardChecksums({ ...file, shards }).equals(read('ec_5.ecsum'))).toBe(true);
});
