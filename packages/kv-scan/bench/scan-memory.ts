/**
 * What scanners hold on each side: `node --expose-gc packages/kv-scan/bench/scan-memory.ts [scanners] [rows] [lmdb|postgresql]`.
 * Batches of 4 MiB of 300-byte rows, from a catalog in a process of its own; all scanners scan the same bucket, and each holds its batch until the next one is there.
 *
 * Both processes collect garbage every few milliseconds, and look at what is left then: array buffers, and the heap beside them. The client also looks when it has both
 * batches. The highest of all looks counts, less what was there before. Rates mean nothing here. RSS is what the system says of the whole process, garbage and pools included.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createKvBatchScanner, type ScanKvPort } from '../src/index.ts';
import { BUCKET } from './fill-rows.ts';
import { MemoryWatch } from './memory-watch.ts';
import { startCatalog } from './start-catalog.ts';

const BATCH_BYTES = 4 * 1024 * 1024;
const MIB = 1024 * 1024;
/** Of the batches before the first look: more than a socket is read at once, little beside a batch. */
const FIRST_BATCH_BYTES = 128 * 1024;
const LOOK_MS = 20;
const SETTLE_MS = 1000;
const scanners = Number(process.argv[2] ?? '4');
const rows = Number(process.argv[3] ?? '100000');
const kind = process.argv[4] === 'postgresql' ? 'postgresql' : 'lmdb';
if (globalThis.gc === undefined) throw new Error('run with --expose-gc');

const { port, server, stop } = await startCatalog(kind, rows, { NS_PROBE_GC: '1' });

/** Apart, so that no place of a loop still has a row of the batch before. */
function countRows(batch: Iterable<unknown>): number {
  let count = 0;
  for (const _ of batch) count += 1;
  return count;
}

async function scan(): Promise<void> {
  let count = 0;
  let underWay = 0;
  const counted: ScanKvPort = {
    scanKv: async (request, options) => {
      underWay += 1;
      try {
        return await port.scanKv(request, options);
      } finally {
        underWay -= 1;
      }
    },
  };
  for await (const batch of createKvBatchScanner({ port: counted, table: 'objects', bucketId: BUCKET }).batches()) {
    do await pause(LOOK_MS);
    while (underWay > 0);
    here.look();
    // Only now: what is not used any more is garbage before it goes out of sight.
    count += countRows(batch);
  }
  if (count !== rows) throw new Error(`${count} rows of ${rows}`);
}

// Code, and what a connection has whoever uses it, are there before the first look.
{
  const options = { port, table: 'objects', bucketId: BUCKET, scannerKvFetchMaxBytes: FIRST_BATCH_BYTES } as const;
  await using scanner = createKvBatchScanner(options);
  await scanner.nextBatch();
}
// The batch that was on its way has gone by then.
await pause(SETTLE_MS);
await server.report();
await pause(SETTLE_MS);
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
