export { encodingMatrix, type Matrix, recoveryMatrix } from './coding-matrix.ts';
export { decodeJournal, encodeJournalEntry, JOURNAL_ENTRY_BYTES } from './deletion-journal.ts';
export { ReedSolomon } from './reed-solomon.ts';
export {
  CHECKSUM_BLOCK_BYTES,
  CHECKSUM_FILE_BYTES_MAX,
  type ChecksummedShard,
  decodeShardChecksums,
  encodeShardChecksums,
  ShardChecksumBuilder,
  type ShardChecksums,
} from './shard-checksums.ts';
export {
  BLOCK_SIZES,
  type BlockSizes,
  layoutOfShard,
  layoutOfVolume,
  locateInShards,
  type ShardInterval,
  type ShardLayout,
} from './shard-layout.ts';
export {
  assertShardRatio,
  DEFAULT_SHARD_RATIO,
  isShardRatio,
  parseShardExtension,
  SHARDS_MAX,
  type ShardRatio,
  shardExtension,
  shardRatioOf,
  totalShards,
} from './shard-ratio.ts';
export {
  allShardIds,
  type RepairedPart,
  readFromShards,
  rebuildInterval,
  repairFromShards,
  type ShardReader,
} from './shard-reader.ts';
export { shardSelections } from './shard-selections.ts';
export {
  type FoundRow,
  findRow,
  INDEX_PAGE_ROWS,
  SortedIndexGuide,
  sizeFieldOffset,
  sortLiveRows,
} from './sorted-index.ts';
