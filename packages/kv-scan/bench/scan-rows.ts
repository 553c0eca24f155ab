/**
 * How fast one scanner reads a bucket over gRPC from a catalog in another process, and what it costs:
 * `node packages/kv-scan/bench/scan-rows.ts [rows] [lmdb|postgresql]`. Rows are 300 B; both stores unless one is named.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbKv, openPostgresKv } from '@needlestack/ordered-kv';
import { findServer, freePortPair } from '@needlestack/test-servers';
import { createGrpcScanPort, createKvBatchScanner, type ScanKvPort } from '../src/index.ts';
import { fillRows, ROW_BYTES } from './fill-rows.ts';
import { type ProbedProcess, startProbed } from './probed-process.ts';

const BUCKET = 3;
const ROUNDS = 3;
const OPENS = 200;
const OPEN_BATCH_BYTES = 64 * 1024;
const MIB = 1024 * 1024;
const GRPC_OFFSET = 10_000;

const [rowsText = '1000000', only] = process.argv.slice(2);
const rows = Number(rowsText);
const directory = mkdtempSync(join(tmpdir(), 'bench-kv-scan-'));

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

async function scanOnce(port: ScanKvPort, server: ProbedProcess): Promise<string> {
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

async function measureOpens(port: ScanKvPort, server: ProbedProcess): Promise<string> {
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

async function measure(name: string, flags: readonly string[]): Promise<void> {
  const httpPort = await freePortPair();
  const server = await startProbed('catalog', [...flags, `-port=${httpPort}`], {
    readyUrl: `http://127.0.0.1:${httpPort}/readyz`,
    probePath: join(directory, 'probe.json'),
  });
  const port = createGrpcScanPort({ address: `127.0.0.1:${httpPort + GRPC_OFFSET}` });
  for (let round = 0; round < ROUNDS; round += 1) process.stdout.write(`${name}: ${await scanOnce(port, server)}\n`);
  process.stdout.write(`${name}: ${await measureOpens(port, server)}\n`);
  port.close();
  await server.end('SIGTERM');
}

try {
  if (only !== 'postgresql') {
    const store = join(directory, 'store');
    const kv = openLmdbKv({ directory: store });
    await fillRows(kv, rows, BUCKET);
    await kv.close();
    await measure('LMDB', [`-dir=${store}`]);
  }
  const server = findServer('postgresql');
  if (only !== 'lmdb' && server.isHere) {
    const running = await server.start();
    const kv = await openPostgresKv({ url: running.url, schema: 'bench' });
    await fillRows(kv, rows, BUCKET);
    await kv.close();
    await measure('PostgreSQL', [`-db.url=${running.url}`, '-db.schema=bench']);
    await running.stop();
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}
