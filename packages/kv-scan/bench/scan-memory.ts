/**
 * What scanners hold on each side: `node --expose-gc packages/kv-scan/bench/scan-memory.ts [scanners] [rows] [lmdb|postgresql]`.
 * Batches of 4 MiB of 300-byte rows, from a catalog in a process of its own; all scanners scan the same bucket, and each holds its batch for a while, so that the next one is there before it is
 * asked for.
 *
 * Both processes collect garbage every few milliseconds, and look at what is left then: array buffers, and the heap beside them. The highest of all looks
 * counts, less what was there before. Rates mean nothing here. RSS is what the system says of the whole process, garbage and pools included.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createKvBatchScanner } from '../src/index.ts';
import { BUCKET } from './fill-rows.ts';
import { MemoryWatch } from './memory-watch.ts';
import { startCatalog } from './start-catalog.ts';

const BATCH_BYTES = 4 * 1024 * 1024;
const MIB = 1024 * 1024;
const HOLD_MS = 40;
const scanners = Number(process.argv[2] ?? '4');
const rows = Number(process.argv[3] ?? '100000');
const kind = process.argv[4] === 'postgresql' ? 'postgresql' : 'lmdb';
if (globalThis.gc === undefined) throw new Error('run with --expose-gc');

const { port, server, stop } = await startCatalog(kind, rows, { NS_PROBE_GC: '1' });

async function scan(): Promise<void> {
  let count = 0;
  for await (const batch of createKvBatchScanner({ port, table: 'objects', bucketId: BUCKET }).batches()) {
    for (const _ of batch) count += 1;
    await pause(HOLD_MS);
  }
  if (count !== rows) throw new Error(`${count} rows of ${rows}`);
}

// Code, and what a connection has whoever uses it, are there before the first look.
{
  await using scanner = createKvBatchScanner({ port, table: 'objects', bucketId: BUCKET });
  await scanner.nextBatch();
}
await server.report();
const idleThere = await server.report();
const here = new MemoryWatch(globalThis.gc);
const idleHere = here.report();
await Promise.all(Array.from({ length: scanners }, scan));
const mostHere = here.report();
const mostThere = await server.report();
const inBatches = (bytes: number): string => (bytes / BATCH_BYTES / scanners).toFixed(2);
process.stdout.write(
  `${kind}: ${scanners} scanners of ${rows} rows, batches of ${BATCH_BYTES / MIB} MiB, at most, in batches a scanner:\n`,
);
for (const [side, most, idle] of [
  ['server', mostThere, idleThere],
  ['client', mostHere, idleHere],
] as const)
  process.stdout.write(
    `${side}: array buffers ${inBatches(most.mostBuffers - idle.mostBuffers)}, heap ${inBatches(most.mostHeap - idle.mostHeap)}, RSS ${inBatches(most.mostRss - idle.mostRss)}\n`,
  );
here.stop();
await stop();
