/**
 * What a full scan does to PUTs: the whole store in one process, PUTs of 4 KiB at a steady rate from another, and a scan of a bucket of
 * 300-byte rows from this one, in turns of the same length without and with scans:
 * `node packages/kv-scan/bench/put-beside-scan.ts [rows] [PUTs a second] [turns]`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openLmdbKv } from '@needlestack/ordered-kv';
import { freePorts } from '@needlestack/test-servers';
import { createGrpcScanPort, createKvBatchScanner } from '../src/index.ts';
import { fillRows } from './fill-rows.ts';
import { startProbed } from './probed-process.ts';

interface Latencies {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const BUCKET = 3;
const WARM_UP_MS = 3000;
const GRPC_OFFSET = 10_000;
const [rowsText = '1000000', rateText = '200', turnsText = '3'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'bench-kv-scan-'));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const kv = openLmdbKv({ directory: join(directory, 'catalog') });
await fillRows(kv, Number(rowsText), BUCKET);
await kv.close();
const ports = await freePorts();
const flags = Object.entries(ports).map(([service, port]) => `-${service}.port=${port}`);
const store = await startProbed('server', [`-dir=${directory}`, '-ip=127.0.0.1', ...flags], {
  readyUrl: `http://127.0.0.1:${ports.s3}/-/readyz`,
  probePath: join(directory, 'probe.json'),
});
const load = fork(new URL('put-load.ts', import.meta.url), [`http://127.0.0.1:${ports.s3}`, rateText]);
const port = createGrpcScanPort({ address: `127.0.0.1:${ports.catalog + GRPC_OFFSET}` });

async function readLatencies(): Promise<Latencies> {
  const answer = once(load, 'message');
  load.send('report');
  const [latencies] = await answer;
  return latencies as Latencies;
}

async function scanAll(): Promise<number> {
  let count = 0;
  for await (const batch of createKvBatchScanner({ port, table: 'objects', bucketId: BUCKET }).batches())
    for (const _ of batch) count += 1;
  return count;
}

await pause(WARM_UP_MS);
const without: Latencies[] = [];
const beside: Latencies[] = [];
const delays: { without: number[]; beside: number[] } = { without: [], beside: [] };
try {
  for (let turn = 0; turn < Number(turnsText); turn += 1) {
    await readLatencies();
    await store.report();
    const startMs = performance.now();
    const rows = await scanAll();
    const scanMs = performance.now() - startMs;
    const during = await readLatencies();
    const delay = (await store.report()).delayP99Ms;
    beside.push(during);
    delays.beside.push(delay);
    await pause(scanMs);
    const quiet = await readLatencies();
    const quietDelay = (await store.report()).delayP99Ms;
    without.push(quiet);
    delays.without.push(quietDelay);
    process.stdout.write(
      `scan of ${rows} rows in ${(scanMs / 1000).toFixed(1)} s (${Math.round((rows / scanMs) * 1000)} rows/s): ` +
        `PUT p50 ${during.p50Ms.toFixed(1)} ms, p99 ${during.p99Ms.toFixed(1)} ms of ${during.count}, loop p99 ${delay.toFixed(1)} ms; ` +
        `without: p50 ${quiet.p50Ms.toFixed(1)} ms, p99 ${quiet.p99Ms.toFixed(1)} ms of ${quiet.count}, loop p99 ${quietDelay.toFixed(1)} ms\n`,
    );
  }
  const p99 = { beside: median(beside.map((one) => one.p99Ms)), without: median(without.map((one) => one.p99Ms)) };
  process.stdout.write(
    `median of p99: ${p99.beside.toFixed(1)} ms beside scans, ${p99.without.toFixed(1)} ms without: ${((p99.beside / p99.without - 1) * 100).toFixed(0)} %; ` +
      `loop delay p99: ${median(delays.beside).toFixed(1)} ms and ${median(delays.without).toFixed(1)} ms\n`,
  );
} finally {
  load.kill();
  port.close();
  await store.end('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
}
