/**
 * `node packages/object-storage/bench/run.ts [gigabytes] [rounds]`: transfers to a loopback double in a process of its own, 8 MiB parts, 4
 * in flight, beside @aws-sdk/lib-storage in the same run, turn by turn; and the cost of a signature. Default 2 GB, 3 rounds.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SigningKeyCache, signRequest, UNSIGNED_PAYLOAD } from '@needlestack/s3-protocol';

interface Figures {
  readonly megabytesPerSecond: number;
  readonly peakMib: number;
  readonly buffersMib: number;
  readonly firstQuarterMib: number;
  readonly lastQuarterMib: number;
  readonly cpuMsPerGigabyte: number;
}

const CONTENDERS = ['upload-ours', 'upload-sdk', 'download-ours'];
const SIGNATURES = 50_000;
/**
 * A young generation of 8 MB, and malloc as `bin/needlestack` has it, so that what is seen is what a transfer holds. With V8's own bound the young generation grows to
 * 32 MiB over some gigabytes, whatever the program does.
 */
const RUNTIME_FLAGS = ['--max-semi-space-size=8'];
const RUNTIME_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '262144',
  MALLOC_MMAP_THRESHOLD_: '262144',
};

const [gigabytes = '2', rounds = '3'] = process.argv.slice(2);
const sizeBytes = Math.round(Number(gigabytes) * 1e9);

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

async function firstLine(file: string, args: readonly string[]): Promise<{ line: string; stop: () => void }> {
  const child = spawn(process.execPath, [...RUNTIME_FLAGS, '--expose-gc', pathOf(file), ...args], {
    env: { ...process.env, ...RUNTIME_ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const piece of child.stdout) {
    text += String(piece);
    if (text.includes('\n')) break;
  }
  if (!text.includes('\n')) throw new Error(`${file} ${args.join(' ')} said nothing`);
  return { line: text.trim(), stop: () => child.kill('SIGKILL') };
}

function measureSigning(): number {
  const keys = new SigningKeyCache();
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const request = {
    method: 'PUT',
    rawPath: '/bucket/some/prefix/object-0001',
    rawQuery: 'partNumber=7&uploadId=2~abcdefghijklmnopqrstuvwxyz',
    headers: { host: '127.0.0.1:9000', 'content-length': '8388608', 'x-amz-checksum-crc32c': 'AAAAAA==' },
  };
  const sign = (): unknown =>
    signRequest(
      request,
      { credentials, region: 'us-east-1', service: 's3', nowMs: Date.now(), keys },
      UNSIGNED_PAYLOAD,
    );
  for (let count = 0; count < SIGNATURES / 10; count += 1) sign();
  const startMs = performance.now();
  for (let count = 0; count < SIGNATURES; count += 1) sign();
  return ((performance.now() - startMs) / SIGNATURES) * 1_000;
}

const { line: port, stop } = await firstLine('loopback-double.ts', []);
const measured = new Map<string, Figures[]>(CONTENDERS.map((name) => [name, []]));
for (let round = 0; round < Number(rounds); round += 1) {
  for (const contender of CONTENDERS) {
    const { line } = await firstLine('transfer.ts', [contender, port, String(sizeBytes)]);
    measured.get(contender)?.push(JSON.parse(line));
  }
}
stop();
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const all = (figures: readonly Figures[], name: keyof Figures): number[] => figures.map((one) => one[name]);
const column = (value: number, width: number): string => value.toFixed(0).padStart(width);
console.log(
  `${gigabytes} GB, ${rounds} rounds; medians of speed and processor time, the highest of all rounds of memory, in MiB:`,
);
console.log(
  'its buffers, and the process above what it was before its first byte: peak, in the first quarter, in the last',
);
for (const [contender, figures] of measured) {
  const highest = (name: keyof Figures): number => Math.max(...all(figures, name));
  console.log(
    `${contender.padEnd(14)} ${column(median(all(figures, 'megabytesPerSecond')), 5)} MB/s ` +
      `(best ${column(highest('megabytesPerSecond'), 4)}) ${column(median(all(figures, 'cpuMsPerGigabyte')), 5)} ms CPU/GB  ` +
      `buffers ${column(highest('buffersMib'), 3)}  process ${column(highest('peakMib'), 3)} ` +
      `${column(highest('firstQuarterMib'), 3)} ${column(highest('lastQuarterMib'), 3)}`,
  );
}
console.log(`a signature    ${measureSigning().toFixed(1)} us`);
