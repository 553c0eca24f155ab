import { ReedSolomon } from './reed-solomon.ts';
import type { ShardRatio } from './shard-ratio.ts';

/** Codecs that are kept for the next reader; more are made while more are needed. */
const IDLE_MAX = 8;

const idle: ReedSolomon[] = [];

/** A codec that nobody else uses until it is returned, with blocks of at least so many bytes. */
export function lendCodec(ratio: ShardRatio, blockBytes: number): ReedSolomon {
  const index = idle.findLastIndex(
    (codec) =>
      codec.ratio.dataShards === ratio.dataShards &&
      codec.ratio.parityShards === ratio.parityShards &&
      codec.blockBytes >= blockBytes,
  );
  const [codec] = index < 0 ? [] : idle.splice(index, 1);
  return codec ?? new ReedSolomon(ratio, blockBytes);
}

/** Nothing may be written to its blocks any more. Of many kinds the one that was used last stays. */
export function returnCodec(codec: ReedSolomon): void {
  idle.push(codec);
  if (idle.length > IDLE_MAX) idle.shift();
}
