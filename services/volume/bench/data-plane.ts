/**
 * What one needle costs in process: CPU of the main thread for writes in batches and for reads, at several numbers of callers.
 * `node services/volume/bench/data-plane.ts [directory]`. Prints a table; the README keeps one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLogger, MetricsRegistry } from '@needlestack/service-kit';
import { LocalDataPlane } from '../src/core/needles/data-plane.ts';
import { NO_COUNTERS } from '../src/core/server-counters.ts';
import { VolumeRegistry } from '../src/core/volume/volume-registry.ts';
import { createVolumeEvents } from '../src/observability/volume-events.ts';
import { DiskVolumeStore } from '../src/storage/disk-volume-store.ts';
import { nodeFileSystem } from '../src/storage/files/file-system.ts';
import { systemClock } from '../src/system-clock.ts';

const CALLERS = [1, 16, 64, 256];
const SECONDS_PER_CELL = 2;

interface Cell {
  readonly name: string;
  readonly callers: number;
  readonly sizeBytes: number;
  readonly run: (n: number) => Promise<unknown>;
}

async function measure({ name, callers, sizeBytes, run }: Cell): Promise<void> {
  let n = 0;
  let stopAtMs = performance.now() + 300;
  const work = async (): Promise<void> => {
    while (performance.now() < stopAtMs) {
      n += 1;
      await run(n);
    }
  };
  await Promise.all(Array.from({ length: callers }, work));
  const before = n;
  const cpu = process.threadCpuUsage();
  const startMs = performance.now();
  stopAtMs = startMs + SECONDS_PER_CELL * 1000;
  await Promise.all(Array.from({ length: callers }, work));
  const seconds = (performance.now() - startMs) / 1000;
  const used = process.threadCpuUsage(cpu);
  const done = n - before;
  const cpuMicros = (used.user + used.system) / done;
  const rate = Math.round(done / seconds);
  const mebibytes = Math.round((rate * sizeBytes) / 2 ** 20);
  console.log(`| ${name} | ${sizeBytes} | ${callers} | ${rate} | ${mebibytes} | ${cpuMicros.toFixed(1)} |`);
}

async function openPlane(path: string): Promise<{ plane: LocalDataPlane; registry: VolumeRegistry }> {
  const events = createVolumeEvents(createSilentLogger(), new MetricsRegistry('volume'));
  const store = await DiskVolumeStore.open({
    directories: [{ path, volumesMax: 8 }],
    files: nodeFileSystem,
    syncedWrites: true,
    offsetWidth: 4,
    events,
    nowMs: systemClock.nowMs,
  });
  const registry = new VolumeRegistry(store, { fsync: 'group', clock: systemClock, events }, await store.openAll());
  const peers = { otherHolders: async () => [], write: async () => undefined, delete: async () => undefined };
  return { plane: new LocalDataPlane(registry, { peers, events, counters: NO_COUNTERS }), registry };
}

const root = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'needlestack-bench-'));
const { plane, registry } = await openPlane(root);
await registry.allocate({ volumeId: 1, collection: '', replication: '', ttl: '', diskType: '', version: 3 });

console.log('| cell | bytes | callers | per second | MiB/s | main thread µs each |\n|---|---|---|---|---|---|');
let nextKey = 1n;
for (const sizeBytes of [4096, 1 << 20]) {
  const data = Buffer.alloc(sizeBytes, 7);
  const firstKey = nextKey;
  for (const callers of sizeBytes > 4096 ? [8] : CALLERS) {
    const run = () => plane.writeNeedle({ volumeId: 1, needleKey: nextKey++, cookie: 5, data, lastModifiedSeconds: 1 });
    await measure({ name: 'write', callers, sizeBytes, run });
  }
  const keys = Number(nextKey - firstKey);
  const into = Buffer.alloc(sizeBytes + 128);
  for (const callers of sizeBytes > 4096 ? [8] : CALLERS) {
    const run = (n: number) =>
      plane.readNeedle({
        volumeId: 1,
        needleKey: firstKey + BigInt((n * 7919) % keys),
        cookie: 5,
        ...(callers === 1 ? { into } : {}),
      });
    await measure({ name: 'read, just written', callers, sizeBytes, run });
  }
}
await registry.close();

const again = await openPlane(root);
const keys = Number(again.registry.require(1).counters.maxNeedleId) - 1000;
for (const callers of CALLERS) {
  const run = (n: number) =>
    again.plane.readNeedle({ volumeId: 1, needleKey: BigInt(((n * 7919) % Math.floor(keys / 2)) + 1), cookie: 5 });
  await measure({ name: 'read, after a restart', callers, sizeBytes: 4096, run });
}
await again.registry.close();
rmSync(root, { recursive: true });
