/**
 * What scanners hold on each side, without what waits to be collected: `node --expose-gc packages/kv-scan/bench/scan-memory.ts [scanners]`.
 * Batches of 4 MiB from an embedded store in another process; the collector runs all the time, so rates mean nothing here.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbKv } from '@needlestack/ordered-kv';
import { freePortPair } from '@needlestack/test-servers';
import { createGrpcScanPort, createKvBatchScanner } from '../src/index.ts';
import { fillRows } from './fill-rows.ts';
import { startProbed } from './probed-process.ts';

const BUCKET = 3;
const ROWS = 150_000;
const BATCH_BYTES = 4 * 1024 * 1024;
const GRPC_OFFSET = 10_000;
const scanners = Number(process.argv[2] ?? '4');
const directory = mkdtempSync(join(tmpdir(), 'bench-kv-scan-'));
const collect = globalThis.gc;
if (collect === undefined) throw new Error('run with --expose-gc');

const store = join(directory, 'store');
const kv = openLmdbKv({ directory: store });
await fillRows(kv, ROWS, BUCKET);
await kv.close();
const httpPort = await freePortPair();
const server = await startProbed('catalog', [`-dir=${store}`, `-port=${httpPort}`], {
  readyUrl: `http://127.0.0.1:${httpPort}/readyz`,
  probePath: join(directory, 'probe.json'),
  more: { NS_PROBE_GC: '1' },
});
const port = createGrpcScanPort({ address: `127.0.0.1:${httpPort + GRPC_OFFSET}` });

async function scan(): Promise<void> {
  for await (const batch of createKvBatchScanner({ port, table: 'objects', bucketId: BUCKET }).batches()) {
    for (const _ of batch);
    collect?.();
    collect?.();
    mostBuffers = Math.max(mostBuffers, process.memoryUsage().arrayBuffers);
  }
}

let mostBuffers = 0;
await createKvBatchScanner({ port, table: 'garbage', bucketId: 0 }).nextBatch();
await server.report();
const idle = (await server.report()).mostBuffers;
collect();
const idleHere = process.memoryUsage().arrayBuffers;
await Promise.all(Array.from({ length: scanners }, scan));
const { mostBuffers: most } = await server.report();
const inBatches = (bytes: number): string => (bytes / BATCH_BYTES / scanners).toFixed(2);
process.stdout.write(
  `${scanners} scanners, batches of ${BATCH_BYTES / 1024 / 1024} MiB: at most ${inBatches(most - idle)} batches a scanner at the server, ${inBatches(mostBuffers - idleHere)} at the client\n`,
);
port.close();
await server.end('SIGTERM');
rmSync(directory, { recursive: true, force: true });
