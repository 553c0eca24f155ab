/**
 * One transfer as a process of its own, so that its memory is its own: `node transfer.ts <contender> <port> <bytes>`. Prints one line of
 * JSON.
 */
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { BufferedMultipartWriter, readLargeObject, S3Storage } from '../src/index.ts';

const MIB = 2 ** 20;
const PART_BYTES = 8 * MIB;
const PARTS_IN_FLIGHT = 4;
/** As a server hands them on: pieces of a request's body. */
const PIECE = Buffer.alloc(64 * 1024, 'needlestack ');
const SAMPLE_MS = 50;
const SETTLE_MS = 100;
const WARM_BYTES = 256 * MIB;
const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret' };

const [contender = '', port = '', bytes = ''] = process.argv.slice(2);
const endpoint = `http://127.0.0.1:${port}`;
const storage = new S3Storage({ bucket: 'bench', endpoint, credentials: CREDENTIALS });
const client = new S3Client({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, forcePathStyle: true });

async function uploadOurs(sizeBytes: number): Promise<void> {
  const writer = new BufferedMultipartWriter(storage, 'upload', { expectedBytes: sizeBytes, ackAfterUpload: false });
  for (let sent = 0; sent < sizeBytes; sent += PIECE.length) await writer.append(PIECE);
  await writer.seal();
}

async function uploadSdk(sizeBytes: number): Promise<void> {
  function* pieces(): Generator<Buffer> {
    for (let sent = 0; sent < sizeBytes; sent += PIECE.length) yield PIECE;
  }
  const Body = Readable.from(pieces(), { objectMode: false });
  const params = { Bucket: 'bench', Key: 'upload', Body };
  await new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_IN_FLIGHT }).done();
}

async function downloadOurs(sizeBytes: number): Promise<void> {
  let read = 0;
  for await (const piece of readLargeObject(storage, `size-${sizeBytes}`)) read += piece.length;
  if (read !== sizeBytes) throw new Error(`${read} bytes were read, expected ${sizeBytes}`);
}

const CONTENDERS: Readonly<Record<string, (sizeBytes: number) => Promise<void>>> = {
  'upload-ours': uploadOurs,
  'upload-sdk': uploadSdk,
  'download-ours': downloadOurs,
};

const run = CONTENDERS[contender];
if (run === undefined) throw new Error(`contender ${contender} is none of ${Object.keys(CONTENDERS).join(', ')}`);
const { rss: baseBytes, arrayBuffers: baseBuffersBytes } = process.memoryUsage();
// Code is compiled and pools are filled before the clock starts; memory counts from before that.
await run(Math.min(WARM_BYTES, Number(bytes)));
// Memory of the warm-up is given back, which takes the collector two rounds and its threads a moment.
for (let round = 0; round < 2; round += 1) {
  globalThis.gc?.();
  await delay(SETTLE_MS);
}
const rss: number[] = [];
let buffersBytes = 0;
const timer = setInterval(() => {
  const usage = process.memoryUsage();
  rss.push(usage.rss);
  buffersBytes = Math.max(buffersBytes, usage.arrayBuffers - baseBuffersBytes);
}, SAMPLE_MS);
const cpu = process.cpuUsage();
const startMs = performance.now();
await run(Number(bytes));
const seconds = (performance.now() - startMs) / 1_000;
const used = process.cpuUsage(cpu);
clearInterval(timer);
const quarter = Math.max(1, Math.floor(rss.length / 4));
const highest = (samples: readonly number[]): number => (Math.max(...samples) - baseBytes) / MIB;
console.log(
  JSON.stringify({
    megabytesPerSecond: Number(bytes) / 1e6 / seconds,
    peakMib: highest(rss),
    firstQuarterMib: highest(rss.slice(0, quarter)),
    lastQuarterMib: highest(rss.slice(-quarter)),
    buffersMib: buffersBytes / MIB,
    cpuMsPerGigabyte: (used.user + used.system) / 1_000 / (Number(bytes) / 1e9),
  }),
);
storage.close();
client.destroy();
