/** Bytes of data a second that one core encodes and rebuilds. Run: node packages/erasure-coding/bench/reed-solomon.ts [seconds] */
import { performance } from 'node:perf_hooks';
import { ReedSolomon, totalShards } from '../src/index.ts';

const SECONDS = Number(process.argv[2] ?? 1);
const BLOCK_BYTES = 2 ** 20;

function measure(name: string, bytesPerRun: number, run: () => void): void {
  for (let warm = 0; warm < 20; warm += 1) run();
  const start = performance.now();
  let runs = 0;
  while (performance.now() - start < SECONDS * 1000) {
    run();
    runs += 1;
  }
  const seconds = (performance.now() - start) / 1000;
  console.log(`${name.padEnd(34)} ${((runs * bytesPerRun) / seconds / 1e9).toFixed(2)} GB/s of data`);
}

for (const ratio of [
  { dataShards: 10, parityShards: 4 },
  { dataShards: 6, parityShards: 3 },
  { dataShards: 20, parityShards: 8 },
]) {
  const codec = new ReedSolomon(ratio, BLOCK_BYTES);
  for (let shardId = 0; shardId < ratio.dataShards; shardId += 1) {
    const block = codec.block(shardId);
    for (let at = 0; at < block.length; at += 1) block[at] = (at * 31 + shardId * 7) & 0xff;
  }
  const name = `${ratio.dataShards}+${ratio.parityShards}`;
  const dataBytes = ratio.dataShards * BLOCK_BYTES;
  measure(`${name} encode`, dataBytes, () => codec.encode());
  const present = Array.from({ length: totalShards(ratio) }, (_, id) => id).slice(ratio.parityShards);
  const lost = Array.from({ length: ratio.parityShards }, (_, id) => id);
  measure(`${name} rebuild ${lost.length} lost shards`, dataBytes, () => codec.reconstruct(present, lost));
  measure(`${name} rebuild 1 lost shard`, dataBytes, () =>
    codec.reconstruct(
      [...present, 1, 2].sort((a, b) => a - b),
      [0],
    ),
  );
}
