import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import {
  BLOCK_SIZES,
  type ChecksummedShard,
  layoutOfVolume,
  ReedSolomon,
  ShardChecksumBuilder,
  sortLiveRows,
} from '@needlestack/erasure-coding';
import type { EncodeJob } from './ec-jobs.ts';
import { readFully, ShardStreamFiles, writeFully } from './shard-stream-files.ts';

/** Bytes of each shard that are made in one step: small blocks are taken whole, large ones piece by piece. */
const PIECE_BYTES = BLOCK_SIZES.smallBlockBytes;

/**
 * Writes the index and all shards of a volume. The rows of the index are read first, so that what they point at is there when the
 * volume is read; what is appended later is in no row.
 */
export function encodeShards(job: EncodeJob): readonly ChecksummedShard[] {
  writeIndex(job);
  const dat = openSync(job.datPath, 'r');
  const outputs = new ShardStreamFiles(job.shards, 'w');
  try {
    const checksums = new RowEncoder(job, dat, outputs).run();
    outputs.sync();
    return checksums;
  } finally {
    outputs.close();
    closeSync(dat);
  }
}

class RowEncoder {
  readonly #job: EncodeJob;
  readonly #dat: number;
  readonly #outputs: ShardStreamFiles;
  readonly #codec: ReedSolomon;
  readonly #checksums: readonly ShardChecksumBuilder[];
  #shardAt = 0;

  constructor(job: EncodeJob, dat: number, outputs: ShardStreamFiles) {
    this.#job = job;
    this.#dat = dat;
    this.#outputs = outputs;
    this.#codec = new ReedSolomon(job.ratio, PIECE_BYTES);
    this.#checksums = job.shards.map(() => new ShardChecksumBuilder());
  }

  run(): readonly ChecksummedShard[] {
    const { ratio, datBytes } = this.#job;
    const { largeBlockBytes } = BLOCK_SIZES;
    const { largeRows } = layoutOfVolume(datBytes, ratio);
    let rowAt = 0;
    for (let row = 0; row < largeRows; row += 1) {
      for (let inBlock = 0; inBlock < largeBlockBytes; inBlock += PIECE_BYTES) this.#encodePiecesOf(rowAt, inBlock);
      rowAt += largeBlockBytes * ratio.dataShards;
    }
    for (; rowAt < datBytes; rowAt += PIECE_BYTES * ratio.dataShards) this.#encodeSmallRow(rowAt);
    return this.#job.shards.map(({ shardId }, index) =>
      (this.#checksums[index] ?? new ShardChecksumBuilder()).finish(shardId),
    );
  }

  /** A row of small blocks lies in the volume as the blocks lie in memory. */
  #encodeSmallRow(rowAt: number): void {
    const row = this.#codec.blocks(0, this.#job.ratio.dataShards);
    const wanted = row.subarray(0, Math.min(row.length, this.#job.datBytes - rowAt));
    this.#read(wanted, rowAt);
    row.fill(0, wanted.length);
    this.#writeStep();
  }

  /** The same piece of every large block of a row. */
  #encodePiecesOf(rowAt: number, inBlockBytes: number): void {
    for (let shardId = 0; shardId < this.#job.ratio.dataShards; shardId += 1) {
      this.#read(this.#codec.block(shardId), rowAt + shardId * BLOCK_SIZES.largeBlockBytes + inBlockBytes);
    }
    this.#writeStep();
  }

  #read(target: Buffer, offsetBytes: number): void {
    const bytesRead = readFully(this.#dat, target, offsetBytes);
    if (bytesRead < target.length) {
      throw new Error(`the volume has ${bytesRead} bytes at ${offsetBytes}, expected ${target.length}`);
    }
  }

  #writeStep(): void {
    this.#codec.encode();
    for (const [index, { shardId }] of this.#job.shards.entries()) {
      const block = this.#codec.block(shardId);
      this.#checksums[index]?.add(block);
      this.#outputs.write(shardId, block, this.#shardAt);
    }
    this.#shardAt += PIECE_BYTES;
  }
}

function writeIndex({ idxPath, idxBytes, width, indexPath }: EncodeJob): void {
  const rows = Buffer.allocUnsafe(idxBytes);
  const idx = openSync(idxPath, 'r');
  try {
    const bytesRead = readFully(idx, rows, 0);
    if (bytesRead < idxBytes) throw new Error(`the index has ${bytesRead} bytes, expected ${idxBytes}`);
  } finally {
    closeSync(idx);
  }
  const target = openSync(indexPath, 'w');
  try {
    writeFully(target, sortLiveRows(rows, width), 0);
    fdatasyncSync(target);
  } finally {
    closeSync(target);
  }
}
