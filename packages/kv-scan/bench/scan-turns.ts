/**
 * A scanner in a process of its own that works in turns: `scan-turns.ts <address> <scan|hold|nothing>`. `go` lets it go on, `halt` has it stand still, its scan
 * open, and is answered by the rows that it read in between. At the end of a scan it begins another. `hold` opens a scanner and reads one small batch at `go`, and
 * closes it at `halt`.
 */
import { createGrpcScanPort, createKvBatchScanner } from '../src/index.ts';
import { BUCKET } from './fill-rows.ts';

const HELD_BATCH_BYTES = 1024;
const [address = '', kind = 'scan'] = process.argv.slice(2);
const port = createGrpcScanPort({ address });
const bucket = { port, table: 'objects', bucketId: BUCKET } as const;
let rows = 0;
let mayGoOn = Promise.withResolvers<void>();
let mustHalt = Promise.withResolvers<void>();

process.on('message', (question) => {
  if (question === 'go') {
    mustHalt = Promise.withResolvers();
    mayGoOn.resolve();
    return;
  }
  mayGoOn = Promise.withResolvers();
  mustHalt.resolve();
  process.send?.(rows);
  rows = 0;
});

async function scan(): Promise<void> {
  for await (const batch of createKvBatchScanner(bucket).batches()) {
    for (const _ of batch) rows += 1;
    // What comes next is asked for already: it arrives before the next turn is measured.
    await mayGoOn.promise;
  }
}

async function hold(): Promise<void> {
  await using scanner = createKvBatchScanner({ ...bucket, scannerKvFetchMaxBytes: HELD_BATCH_BYTES });
  await scanner.nextBatch();
  await mustHalt.promise;
}

while (kind !== 'nothing') {
  await mayGoOn.promise;
  await (kind === 'hold' ? hold() : scan());
}
