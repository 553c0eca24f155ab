/**
 * Vacuums a volume of which every second needle is overwritten or deleted, while needles are read from it.
 * Run: node services/volume/bench/vacuum-volume.ts [MiB] [KiB a needle] [directory]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../src/index.ts';

const MIB = 2 ** 20;
const RESOLUTION_MS = 5;
const ROUNDS = 3;
const volumeMib = Number(process.argv[2] ?? 1024);
const needleBytes = Number(process.argv[3] ?? 64) * 1024;
const path = mkdtempSync(join(process.argv[4] ?? tmpdir(), 'needlestack-vacuum-'));
const needles = Math.floor((volumeMib * MIB) / needleBytes);
const data = randomBytes(needleBytes);

const service = await startVolumeService({ directories: [{ path, volumesMax: 8 }], fsync: 'never' });
const { call } = createGrpcClient<VolumeServer>({
  address: `127.0.0.1:${service.grpcPort}`,
  protos: loadProtos(['volume_server.proto']),
  service: 'volume_server_pb.VolumeServer',
});

try {
  for (let volumeId = 1; volumeId <= ROUNDS; volumeId += 1) await vacuumOnce(volumeId);
} finally {
  rmSync(path, { recursive: true, force: true });
}
process.exit(0);

async function vacuumOnce(volumeId: number): Promise<void> {
  await call.AllocateVolume({ volume_id: volumeId, version: 3 });
  const idOf = (key: number) => ({ volumeId, needleKey: BigInt(key), cookie: 1 });
  for (let first = 1; first <= needles; first += 16) {
    const keys = Array.from({ length: Math.min(16, needles - first + 1) }, (_, index) => first + index);
    await Promise.all(keys.map((key) => service.dataPlane.writeNeedle({ ...idOf(key), data, lastModifiedSeconds: 1 })));
  }
  for (let first = 2; first <= needles; first += 2 * 256) {
    const keys = Array.from({ length: 256 }, (_, index) => first + 2 * index).filter((key) => key <= needles);
    await service.dataPlane.deleteNeedles(keys.map(idOf));
  }
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const readMs: number[] = [];
  let isOver = false;
  delay.enable();
  const reader = (async () => {
    for (let count = 0; !isOver; count += 1) {
      const startMs = performance.now();
      await service.dataPlane.readNeedle(idOf(((2 * count * 7919) % needles) + 1 - (needles % 2)));
      readMs.push(performance.now() - startMs);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  const startMs = performance.now();
  for await (const _ of call.VacuumVolumeCompact({ volume_id: volumeId }));
  const copiedMs = performance.now();
  await call.VacuumVolumeCommit({ volume_id: volumeId });
  const endMs = performance.now();
  isOver = true;
  await reader;
  delay.disable();
  const liveMib = statSync(join(path, `${volumeId}.dat`)).size / MIB;
  const seconds = (endMs - startMs) / 1000;
  readMs.sort((a, b) => a - b);
  const p99 = (sorted: readonly number[]): string => (sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1);
  console.log(
    `${volumeMib} MiB in needles of ${needleBytes / 1024} KiB: ${Math.round(volumeMib / seconds)} MiB/s of the volume ` +
      `(${Math.round(liveMib / seconds)} of what is live), commit with its syncs ${((endMs - copiedMs) / 1000).toFixed(2)} s of ${seconds.toFixed(2)}; ` +
      `event loop p99 ${(delay.percentile(99) / 1e6 - RESOLUTION_MS).toFixed(1)} ms, max ${(delay.max / 1e6 - RESOLUTION_MS).toFixed(0)}; ` +
      `${readMs.length} reads meanwhile, p99 ${p99(readMs)} ms`,
  );
  await call.VolumeDelete({ volume_id: volumeId });
}
