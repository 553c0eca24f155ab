/**
 * Reads needles of a volume in shards, whole and with four data shards lost, by turns. Run: node services/volume/bench/degraded-read.ts [MiB to read for each figure] [keep]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../src/index.ts';

const READ_BYTES = Number(process.argv[2] ?? 64) * 2 ** 20;
const CALLERS = 4;
/** Callers that let go of the memory of large needles at once; with `keep` it is left to the garbage collector, whose pauses are more than a hundredth then. */
const FREES = process.argv[3] !== 'keep';
const FREED_MIN_BYTES = 64 * 1024;
const LOST = [0, 1, 2, 3];
/** Both by turns, so that what else the machine does hits both. */
const ORDER = ['whole', 'lost', 'lost', 'whole', 'whole', 'lost', 'lost', 'whole'] as const;
type State = (typeof ORDER)[number];
const path = mkdtempSync(join(tmpdir(), 'needlestack-degraded-'));
const service = await startVolumeService({ directories: [{ path, volumesMax: 8 }], fsync: 'never' });
const { call } = createGrpcClient<VolumeServer>({
  address: `127.0.0.1:${service.grpcPort}`,
  protos: loadProtos(['volume_server.proto']),
  service: 'volume_server_pb.VolumeServer',
});
for (const [volumeId, sizeBytes, count] of [
  [1, 4096, 20_000],
  [2, 262_144, 600],
] as const) {
  await call.AllocateVolume({ volume_id: volumeId, version: 3 });
  const data = randomBytes(sizeBytes);
  for (let first = 1; first <= count; first += 50) {
    const keys = Array.from({ length: 50 }, (_, index) => BigInt(first + index));
    await Promise.all(
      keys.map((needleKey) =>
        service.dataPlane.writeNeedle({ volumeId, needleKey, cookie: 1, data, lastModifiedSeconds: 1 }),
      ),
    );
  }
  const shardIds = [...Array(14).keys()];
  await call.VolumeEcShardsGenerate({ volume_id: volumeId });
  await call.VolumeEcShardsMount({ volume_id: volumeId, shard_ids: shardIds });
  await call.VolumeDelete({ volume_id: volumeId });
  const readsPerRound = Math.round(Math.min(4_000, (READ_BYTES / sizeBytes) * 4) / ORDER.length);
  const millis: Readonly<Record<State, number[]>> = { whole: [], lost: [] };
  for (const state of ['lost', ...ORDER] as const) {
    const shards = { volume_id: volumeId, shard_ids: LOST };
    await (state === 'whole' ? call.VolumeEcShardsMount(shards) : call.VolumeEcShardsUnmount(shards));
    millis[state].push(...(await measure(volumeId, sizeBytes, count, readsPerRound)));
  }
  const [whole, lost] = [figures(millis.whole), figures(millis.lost.slice(readsPerRound))];
  console.log(`${sizeBytes} bytes, whole           p50 ${whole.p50.toFixed(2)} ms, p99 ${whole.p99.toFixed(2)} ms`);
  console.log(`${sizeBytes} bytes, 4 of 10 lost    p50 ${lost.p50.toFixed(2)} ms, p99 ${lost.p99.toFixed(2)} ms`);
  console.log(
    `${sizeBytes} bytes, lost to whole   p50 ${(lost.p50 / whole.p50).toFixed(1)}, p99 ${(lost.p99 / whole.p99).toFixed(1)}`,
  );
}
rmSync(path, { recursive: true, force: true });
process.exit(0);

/** Milliseconds of each of so many reads of random needles, four at a time. */
async function measure(
  volumeId: number,
  sizeBytes: number,
  needles: number,
  reads: number,
): Promise<readonly number[]> {
  const millis: number[] = [];
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun < reads) {
      begun += 1;
      const start = performance.now();
      const needleKey = BigInt(1 + Math.floor(Math.random() * needles));
      const data = await service.dataPlane.readNeedle({ volumeId, needleKey, cookie: 1 });
      millis.push(performance.now() - start);
      if (FREES && data.buffer instanceof ArrayBuffer && sizeBytes > FREED_MIN_BYTES) data.buffer.transfer(0);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, work));
  return millis;
}

function figures(millis: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = millis.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
