/**
 * Cuts a volume into shards while needles are read from it, and copies its file for comparison: what the disk itself can do.
 * Run: node services/volume/bench/encode-volume.ts [MiB] [directory]
 */
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { VolumeServer } from '@needlestack/rpc/wire/volume-server-pb';
import { startVolumeService } from '../src/index.ts';

const MIB = 2 ** 20;
const volumeMib = Number(process.argv[2] ?? 1024);
const path = mkdtempSync(join(process.argv[3] ?? tmpdir(), 'needlestack-encode-'));
const NEEDLE_BYTES = 256 * 1024;

const service = await startVolumeService({ directories: [{ path, volumesMax: 8 }], fsync: 'never' });
const { call } = createGrpcClient<VolumeServer>({
  address: `127.0.0.1:${service.grpcPort}`,
  protos: loadProtos(['volume_server.proto']),
  service: 'volume_server_pb.VolumeServer',
});
await call.AllocateVolume({ volume_id: 1, version: 3 });
const data = randomBytes(NEEDLE_BYTES);
const needles = (volumeMib * MIB) / NEEDLE_BYTES;
for (let first = 1; first <= needles; first += 16) {
  const keys = Array.from({ length: Math.min(16, needles - first + 1) }, (_, index) => BigInt(first + index));
  await Promise.all(
    keys.map((needleKey) =>
      service.dataPlane.writeNeedle({ volumeId: 1, needleKey, cookie: 1, data, lastModifiedSeconds: 1 }),
    ),
  );
}
const datPath = join(path, '1.dat');
await syncAll();

const copySeconds = await timed(copyOnce);
const encodeSeconds: number[] = [];
const delays: number[] = [];
const reads: number[] = [];
for (let round = 0; round < 2; round += 1) await encodeOnce();
const copyAgainSeconds = await timed(copyOnce);
const rate = (seconds: number): string => `${Math.round(volumeMib / seconds)} MiB/s`;
console.log(`copy of the file, synced       ${rate(copySeconds)}, ${rate(copyAgainSeconds)}`);
console.log(`encode 10+4, synced            ${encodeSeconds.map(rate).join(', ')} of data (1.4 times that written)`);
console.log(`event loop delay p99 meanwhile ${delays.map((ms) => ms.toFixed(1)).join(', ')} ms`);
console.log(`reads of ${NEEDLE_BYTES / 1024} KiB meanwhile      ${reads.join(', ')}`);
rmSync(path, { recursive: true, force: true });
process.exit(0);

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

async function copyOnce(): Promise<void> {
  const target = join(path, 'copy');
  await pipeline(
    createReadStream(datPath, { highWaterMark: 4 * MIB }),
    createWriteStream(target, { highWaterMark: 4 * MIB }),
  );
  await syncAll();
  rmSync(target);
}

async function syncAll(): Promise<void> {
  for (const file of readdirSync(path)) {
    if (!statSync(join(path, file)).isFile() || file.endsWith('.lock')) continue;
    const handle = await open(join(path, file), 'r');
    await handle.sync();
    await handle.close();
  }
}

async function encodeOnce(): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let isOver = false;
  let count = 0;
  delay.enable();
  const reader = (async () => {
    for (; !isOver; count += 1) {
      await service.dataPlane.readNeedle({ volumeId: 1, needleKey: BigInt((count % needles) + 1), cookie: 1 });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  encodeSeconds.push(
    await timed(async () => {
      await call.VolumeEcShardsGenerate({ volume_id: 1 });
    }),
  );
  isOver = true;
  await reader;
  delay.disable();
  delays.push(delay.percentile(99) / 1e6 - 5);
  reads.push(count);
}
