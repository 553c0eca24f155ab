import { closeSync, openSync } from 'node:fs';
import { type ChecksummedShard, ReedSolomon, ShardChecksumBuilder } from '@needlestack/erasure-coding';
import type { ChecksumJob, CompareJob, ShardFilePath } from './ec-jobs.ts';
import { readFully, ShardStreamFiles } from './shard-stream-files.ts';

const PIECE_BYTES = 2 ** 20;

/** What the shards hold now. One that cannot be read counts as far as it goes. */
export function checksumShards({ shards, blockBytes, bytesPerSecond = 0 }: ChecksumJob): readonly ChecksummedShard[] {
  return shards.map((shard) => checksumOne(shard, blockBytes, bytesPerSecond));
}

function checksumOne({ shardId, path }: ShardFilePath, blockBytes: number, bytesPerSecond: number): ChecksummedShard {
  const checksum = new ShardChecksumBuilder(blockBytes);
  const handle = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let at = 0; ; at += PIECE_BYTES) {
      const bytesRead = readFully(handle, piece, at);
      checksum.add(piece.subarray(0, bytesRead));
      if (bytesRead < PIECE_BYTES) return checksum.finish(shardId);
      if (bytesPerSecond > 0) sleep((PIECE_BYTES / bytesPerSecond) * 1000);
    }
  } finally {
    closeSync(handle);
  }
}

/** The thread has nothing else to do. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** The suspects that are not what the inputs make of them. */
export function compareShards(job: CompareJob): readonly number[] {
  const inputs = new ShardStreamFiles(job.inputs.slice(0, job.ratio.dataShards), 'r');
  const suspects = new ShardStreamFiles(job.suspects, 'r');
  const damaged = new Set<number>();
  try {
    const codec = new ReedSolomon(job.ratio, PIECE_BYTES);
    const stored = Buffer.allocUnsafe(PIECE_BYTES);
    for (let at = 0; at < job.shardBytes; at += PIECE_BYTES) {
      const lengthBytes = Math.min(PIECE_BYTES, job.shardBytes - at);
      for (const shardId of inputs.shardIds) inputs.read(shardId, codec.block(shardId, lengthBytes), at);
      codec.reconstruct(inputs.shardIds, suspects.shardIds, lengthBytes);
      for (const shardId of suspects.shardIds) {
        suspects.read(shardId, stored.subarray(0, lengthBytes), at);
        if (!stored.subarray(0, lengthBytes).equals(codec.block(shardId, lengthBytes))) damaged.add(shardId);
      }
    }
    return [...damaged];
  } finally {
    inputs.close();
    suspects.close();
  }
}
