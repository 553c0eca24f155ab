/**
 * A scanner in a process of its own that works in turns: `scan-turns.ts <address> <scan|hold|nothing>`. `go` lets it go on, `halt` has it stand still, its scan
 * open, and is answered by the rows that it read in between. At the end of a scan it begins another. `hold` reads one small batch in all.
 */
import { createGrpcScanPort, createKvBatchScanner } from '../src/index.ts';
import { BUCKET } from './fill-rows.ts';

const HELD_BATCH_BYTES = 1024;
const [address = '', kind = 'scan'] = process.argv.slice(2);
const port = createGrpcScanPort({ address });
const size = kind === 'hold' ? { scannerKvFetchMaxBytes: HELD_BATCH_BYTES } : {};
let rows = 0;
let mayGoOn = Promise.withResolvers<void>();

process.on('message', (question) => {
  if (question === 'go') {
    mayGoOn.resolve();
    return;
  }
  mayGoOn = Promise.withResolvers();
  process.send?.(rows);
  rows = 0;
});

while (kind !== 'nothing') {
  await mayGoOn.promise;
  for await (const batch of createKvBatchScanner({ port, table: 'objects', bucketId: BUCKET, ...size }).batches()) {
    for (const _ of batch) rows += 1;
    // What comes next is asked for already: it arrives before the next turn is measured.
    await (kind === 'hold' ? new Promise(() => undefined) : mayGoOn.promise);
  }
}
