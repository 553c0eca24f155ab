import { type ChecksummedShard, ReedSolomon, ShardChecksumBuilder } from '@needlestack/erasure-coding';
import type { RebuildJob } from './ec-jobs.ts';
import { ShardStreamFiles } from './shard-stream-files.ts';

const PIECE_BYTES = 2 ** 20;

/** Makes the outputs out of the inputs. Returns what the new shards hold. */
export function rebuildShards(job: RebuildJob): readonly ChecksummedShard[] {
  const inputs = new ShardStreamFiles(job.inputs.slice(0, job.ratio.dataShards), 'r');
  const outputs = new ShardStreamFiles(job.outputs, 'w');
  const checksums = job.outputs.map(() => new ShardChecksumBuilder(job.blockBytes));
  try {
    const codec = new ReedSolomon(job.ratio, PIECE_BYTES);
    for (let at = 0; at < job.shardBytes; at += PIECE_BYTES) {
      const lengthBytes = Math.min(PIECE_BYTES, job.shardBytes - at);
      for (const shardId of inputs.shardIds) inputs.read(shardId, codec.block(shardId, lengthBytes), at);
      codec.reconstruct(inputs.shardIds, outputs.shardIds, lengthBytes);
      for (const [index, { shardId }] of job.outputs.entries()) {
        const piece = codec.block(shardId, lengthBytes);
        checksums[index]?.add(piece);
        outputs.write(shardId, piece, at);
      }
    }
    outputs.sync();
    return job.outputs.map(({ shardId }, index) => (checksums[index] ?? new ShardChecksumBuilder()).finish(shardId));
  } finally {
    inputs.close();
    outputs.close();
  }
}
