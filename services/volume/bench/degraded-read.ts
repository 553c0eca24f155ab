/**
 * Reads needles of a volume in shards, whole and with four data shards lost. Run: node services/volume/bench/degraded-read.ts [MiB to read for each figure]
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
  const reads = Math.min(8_000, READ_BYTES / sizeBytes);
  const healthy = await measure(volumeId, count, reads);
  await call.VolumeEcShardsUnmount({ volume_id: volumeId, shard_ids: [0, 1, 2, 3] });
  const degraded = await measure(volumeId, count, reads);
  console.log(`${sizeBytes} bytes, whole           ${healthy}`);
  console.log(`${sizeBytes} bytes, 4 of 10 lost    ${degraded}`);
}
rmSync(path, { recursive: true, force: true });
process.exit(0);

/** Random needles, four at a time. */
async function measure(volumeId: number, needles: number, reads: number): Promise<string> {
  const millis: number[] = [];
  const work = async (): Promise<void> => {
    while (millis.length < reads) {
      const start = performance.now();
      const needleKey = BigInt(1 + Math.floor(Math.random() * needles));
      await service.dataPlane.readNeedle({ volumeId, needleKey, cookie: 1 });
      millis.push(performance.now() - start);
    }
  };
  await work();
  millis.length = 0;
  await Promise.all(Array.from({ length: CALLERS }, work));
  millis.sort((a, b) => a - b);
  const at = (share: number): string => (millis[Math.floor(millis.length * share)] ?? 0).toFixed(2);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
