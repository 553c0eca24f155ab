/**
 * How fast one scanner reads a bucket over gRPC from a catalog in another process, and what it costs:
 * `node packages/kv-scan/bench/scan-rows.ts [rows] [lmdb|postgresql]`. Rows are 300 B; both stores unless one is named.
 */
import { createKvBatchScanner } from '../src/index.ts';
import { BUCKET, ROW_BYTES } from './fill-rows.ts';
import { type FilledCatalog, startCatalog, storesHere } from './start-catalog.ts';

const ROUNDS = 3;
const OPENS = 200;
const OPEN_BATCH_BYTES = 64 * 1024;
const MIB = 1024 * 1024;

const [rowsText = '1000000', only] = process.argv.slice(2);
const rows = Number(rowsText);

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

async function scanOnce({ port, server }: FilledCatalog): Promise<string> {
  globalThis.gc?.();
  await server.report();
  const before = (await server.report()).cpuMs;
  const buffersBefore = process.memoryUsage().arrayBuffers;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  let count = 0;
  let bytes = 0;
  let mostBuffers = 0;
  for await (const batch of createKvBatchScanner({ port, table: 'objects', bucketId: BUCKET }).batches()) {
    for (const { key, value } of batch) {
      count += 1;
      bytes += key.length + value.length;
    }
    mostBuffers = Math.max(mostBuffers, process.memoryUsage().arrayBuffers - buffersBefore);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const own = process.cpuUsage(cpu);
  const after = await server.report();
  if (count !== rows || bytes !== rows * ROW_BYTES) throw new Error(`${count} rows of ${bytes} bytes`);
  return [
    `${Math.round(count / seconds).toLocaleString('en')} rows/s`,
    `CPU of server ${((after.cpuMs - before) / 1000).toFixed(2)} s, of client ${((own.user + own.system) / 1e6).toFixed(2)} s of ${seconds.toFixed(2)} s`,
    `loop delay of the server p99 ${after.delayP99Ms.toFixed(1)} ms, most ${after.delayMaxMs.toFixed(1)} ms; its work in one piece p99 ${after.workP99Ms.toFixed(1)} ms, most ${after.workMaxMs.toFixed(1)} ms`,
    `buffers: server ${(after.mostBuffers / MIB).toFixed(1)} MiB, client ${(mostBuffers / MIB).toFixed(1)} MiB`,
  ].join('; ');
}

async function measureOpens({ port, server }: FilledCatalog): Promise<string> {
  const tookMs: number[] = [];
  const cpu = process.cpuUsage();
  const before = (await server.report()).cpuMs;
  for (let round = 0; round < OPENS; round += 1) {
    const scanner = createKvBatchScanner({
      port,
      table: 'objects',
      bucketId: BUCKET,
      scannerKvFetchMaxBytes: OPEN_BATCH_BYTES,
    });
    const startMs = performance.now();
    await scanner.nextBatch();
    tookMs.push(performance.now() - startMs);
    await scanner.close();
  }
  const own = process.cpuUsage(cpu);
  const usedMs = ((await server.report()).cpuMs - before + (own.user + own.system) / 1000) / OPENS;
  return `open with a batch of ${OPEN_BATCH_BYTES / 1024} KiB: median ${percentile(tookMs, 0.5).toFixed(2)} ms, p99 ${percentile(tookMs, 0.99).toFixed(2)} ms; CPU of an open and its close, both sides, ${usedMs.toFixed(2)} ms`;
}

for (const kind of storesHere()) {
  if (only !== undefined && only !== kind) continue;
  const catalog = await startCatalog(kind, rows);
  try {
    for (let round = 0; round < ROUNDS; round += 1) process.stdout.write(`${kind}: ${await scanOnce(catalog)}\n`);
    process.stdout.write(`${kind}: ${await measureOpens(catalog)}\n`);
  } finally {
    await catalog.stop();
  }
}
