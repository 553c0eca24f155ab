/**
 * What a full scan does to PUTs: the whole store in one process, PUTs of 4 KiB at a steady rate from another, and one scan of a bucket of
 * 300-byte rows from this one: `node packages/kv-scan/bench/put-beside-scan.ts [rows] [PUTs a second] [ms of a turn]`.
 *
 * The scan goes on and stands still in short turns, A B B A, until it is through, so that whatever else the machine does falls on both alike. Latencies of all
 * turns of a kind count together; the median of what each turn alone would say stands beside it, since a single burst of other work decides the first.
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
import { BUCKET, fillRows } from './fill-rows.ts';
import { startProbed } from './probed-process.ts';

interface Turns {
  readonly tookMs: number[];
  readonly p99Ms: number[];
  readonly loopP99Ms: number[];
  readonly workP99Ms: number[];
  loopMaxMs: number;
  workMaxMs: number;
  cpuMs: number;
  ms: number;
}

const WARM_UP_MS = 3000;
const GRPC_OFFSET = 10_000;
const ORDER = ['without', 'beside', 'beside', 'without'] as const;
const [rowsText = '1000000', rateText = '200', turnText = '1000'] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'bench-kv-scan-'));

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

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

async function takeLatencies(): Promise<readonly number[]> {
  const answer = once(load, 'message');
  load.send('report');
  const [tookMs] = await answer;
  return tookMs as readonly number[];
}

/** A scan that goes on only while it may. */
class HaltingScan {
  isThrough = false;
  rows = 0;
  #isHalted = true;
  #mayGoOn = Promise.withResolvers<void>();

  async run(): Promise<void> {
    for await (const batch of createKvBatchScanner({ port, table: 'objects', bucketId: BUCKET }).batches()) {
      for (const _ of batch) this.rows += 1;
      await this.#mayGoOn.promise;
    }
    this.isThrough = true;
  }

  start(): void {
    this.#isHalted = false;
    this.#mayGoOn.resolve();
  }

  halt(): void {
    if (!this.#isHalted) this.#mayGoOn = Promise.withResolvers();
    this.#isHalted = true;
  }
}

const makeTurns = (): Turns => ({
  tookMs: [],
  p99Ms: [],
  loopP99Ms: [],
  workP99Ms: [],
  loopMaxMs: 0,
  workMaxMs: 0,
  cpuMs: 0,
  ms: 0,
});
const turns = { beside: makeTurns(), without: makeTurns() };
const scan = new HaltingScan();

async function measureTurn(into: Turns): Promise<void> {
  await takeLatencies();
  const before = (await store.report()).cpuMs;
  const startMs = performance.now();
  await pause(Number(turnText));
  const tookMs = await takeLatencies();
  const { delayP99Ms, delayMaxMs, cpuMs, workP99Ms, workMaxMs } = await store.report();
  into.ms += performance.now() - startMs;
  into.cpuMs += cpuMs - before;
  into.tookMs.push(...tookMs);
  into.p99Ms.push(percentile(tookMs, 0.99));
  into.loopP99Ms.push(delayP99Ms);
  into.workP99Ms.push(workP99Ms);
  into.workMaxMs = Math.max(into.workMaxMs, workMaxMs);
  into.loopMaxMs = Math.max(into.loopMaxMs, delayMaxMs);
}

const describe = (
  name: string,
  { tookMs, p99Ms, loopP99Ms, loopMaxMs, workP99Ms, workMaxMs, cpuMs, ms }: Turns,
): string =>
  `${name}: ${tookMs.length} PUTs, p50 ${percentile(tookMs, 0.5).toFixed(2)} ms, p99 ${percentile(tookMs, 0.99).toFixed(2)} ms, median of the turns' p99 ${percentile(p99Ms, 0.5).toFixed(2)} ms; ` +
  `loop delay p99 ${percentile(loopP99Ms, 0.5).toFixed(1)} ms (median of ${loopP99Ms.length} turns), most ${loopMaxMs.toFixed(1)} ms; work in one piece p99 ${percentile(workP99Ms, 0.5).toFixed(2)} ms, most ${workMaxMs.toFixed(1)} ms; CPU of the store ${((cpuMs / ms) * 100).toFixed(0)} %\n`;
const change = (beside: number, without: number): string => `${((beside / without - 1) * 100).toFixed(0)} %`;

await pause(WARM_UP_MS);
try {
  const running = scan.run();
  running.catch(() => undefined);
  while (!scan.isThrough) {
    for (const kind of ORDER) {
      if (kind === 'beside') scan.start();
      else scan.halt();
      await measureTurn(turns[kind]);
    }
  }
  await running;
  if (scan.rows !== Number(rowsText)) throw new Error(`${scan.rows} rows of ${rowsText}`);
  const { beside, without } = turns;
  process.stdout.write(describe('without', without) + describe('beside', beside));
  process.stdout.write(
    `about ${Math.round((scan.rows / beside.ms) * 1000)} rows/s; p99 ${change(percentile(beside.tookMs, 0.99), percentile(without.tookMs, 0.99))}, ` +
      `median of the turns' p99 ${change(percentile(beside.p99Ms, 0.5), percentile(without.p99Ms, 0.5))}, p50 ${change(percentile(beside.tookMs, 0.5), percentile(without.tookMs, 0.5))}\n`,
  );
} finally {
  load.kill();
  port.close();
  await store.end('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
}
