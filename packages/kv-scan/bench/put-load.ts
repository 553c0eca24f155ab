/**
 * PUTs of 4 KiB at a steady rate from a process of their own: `put-load.ts <S3 URL> <PUTs a second>`. Each message is answered by the
 * latencies since the one before, counted from when a request was due.
 */
import { randomBytes } from 'node:crypto';
import { TEST_CREDENTIALS } from '@needlestack/test-servers';
import { Connection } from '../../../bench/load/connection.ts';
import { S3Calls } from '../../../bench/load/s3-calls.ts';

const CONNECTIONS = 32;
const BODY_BYTES = 4096;
const [s3Url = '', rateText = ''] = process.argv.slice(2);
const intervalMs = 1000 / Number(rateText);
const calls = new S3Calls({ name: 'store', s3Url, credentials: TEST_CREDENTIALS });
const idle = Array.from({ length: CONNECTIONS }, () => new Connection(new URL(s3Url)));
const due: number[] = [];
let tookMs: number[] = [];
let sequence = 0;

function sendDue(): void {
  while (due.length > 0 && idle.length > 0) {
    const dueMs = due.shift() ?? 0;
    const connection = idle.pop();
    if (connection === undefined) return;
    sequence += 1;
    void calls.putObject(connection, `/beside-scan/${sequence}`, randomBytes(BODY_BYTES)).then(() => {
      tookMs.push(performance.now() - dueMs);
      idle.push(connection);
      sendDue();
    });
  }
}

const first = idle[0];
if (first !== undefined) await calls.createBucket(first, 'beside-scan');
let nextMs = performance.now();
setInterval(() => {
  for (const nowMs = performance.now(); nextMs <= nowMs; nextMs += intervalMs) due.push(nextMs);
  sendDue();
}, 1);
process.on('message', () => {
  process.send?.(tookMs);
  tookMs = [];
});
