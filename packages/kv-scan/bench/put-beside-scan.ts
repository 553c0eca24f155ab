/**
 * What a full scan does to PUTs: the whole store in one process, PUTs of 4 KiB at a steady rate from another, and one scanner of a bucket of 300-byte rows in a
 * third: `node packages/kv-scan/bench/put-beside-scan.ts [rows] [PUTs a second] [ms of a turn] [pairs of turns] [scan|hold|nothing] [others] [idle|normal]`.
 *
 * The scanner goes on and stands still in short turns, A B B A, so that whatever else the machine does falls on both alike. A pair of turns in which other programs
 * used more than `others` of the machine (a tenth unless given) does not count, and it all takes at most 100 seconds. Latencies of all turns of a kind count together; the
 * median of what each turn alone would say stands beside it, since a single burst of other work decides the first. `hold` has a scanner in one kind of turn that is open and
 * is not asked, `nothing` has none in any: what is said then of the difference is the measurement's own noise.
 *
 * The scanner stands for a program on another machine. Here it shares the processors of the store and of the load, and is in the class that only gets what they leave
 * (`idle`, by util-linux's `chrt`); with `normal` its own work on each batch takes their turns, too.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openLmdbKv } from '@needlestack/ordered-kv';
import { freePorts } from '@needlestack/test-servers';
import { BUCKET, fillRows } from './fill-rows.ts';
import { OthersWatch } from './others-watch.ts';
import { type ProbeReport, startProbed } from './probed-process.ts';

interface Turn extends ProbeReport {
  readonly kind: 'beside' | 'without';
  readonly tookMs: readonly number[];
  readonly usedMs: number;
  readonly ms: number;
  readonly rows: number;
  /** Share of the machine. */
  readonly others: number;
}

const WARM_UP_MS = 3000;
/** What a turn has left under way is over by then. */
const SETTLE_MS = 200;
const MEASURE_MAX_MS = 100_000;
const GRPC_OFFSET = 10_000;
const PAIRS = [
  ['without', 'beside'],
  ['beside', 'without'],
] as const;
const [
  rowsText = '1000000',
  rateText = '200',
  turnText = '500',
  pairsText = '20',
  scanKind = 'scan',
  othersText = '0.1',
  scannerClass = 'idle',
] = process.argv.slice(2);
const directory = mkdtempSync(join(tmpdir(), 'bench-kv-scan-'));

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
const median = (values: readonly number[]): number => percentile(values, 0.5);

const kv = openLmdbKv({ directory: join(directory, 'catalog') });
await fillRows(kv, Number(rowsText), BUCKET);
await kv.close();
const ports = await freePorts();
const flags = Object.entries(ports).map(([service, port]) => `-${service}.port=${port}`);
const store = await startProbed('server', [`-dir=${directory}`, '-ip=127.0.0.1', ...flags], {
  readyUrl: `http://127.0.0.1:${ports.s3}/-/readyz`,
  probePath: join(directory, 'probe.json'),
  more: { NS_PROBE_MEMORY: '0' },
});
const load = fork(new URL('put-load.ts', import.meta.url), [`http://127.0.0.1:${ports.s3}`, rateText]);
const address = `127.0.0.1:${ports.catalog + GRPC_OFFSET}`;
const scanner = fork(new URL('scan-turns.ts', import.meta.url), [address, scanKind]);
for (const child of [load, scanner])
  child.once('exit', (code) => {
    if (code !== null) throw new Error(`a child ended with ${code}`);
  });
if (scannerClass === 'idle') execFileSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(scanner.pid)]);
const others = new OthersWatch([process.pid, store.pid, load.pid ?? 0, scanner.pid ?? 0]);

async function ask(child: ChildProcess, question: string): Promise<unknown> {
  const answer = once(child, 'message');
  child.send(question);
  return (await answer)[0];
}

const takeLatencies = async (): Promise<readonly number[]> => (await ask(load, 'report')) as readonly number[];

async function measureTurn(kind: Turn['kind']): Promise<Turn> {
  const scanStartMs = performance.now();
  if (kind === 'beside') scanner.send('go');
  await pause(SETTLE_MS);
  await takeLatencies();
  const before = (await store.report()).cpuMs;
  others.report();
  const startMs = performance.now();
  await pause(Number(turnText));
  const tookMs = await takeLatencies();
  const report = await store.report();
  const nowMs = performance.now();
  const turn = { kind, ...report, tookMs, usedMs: report.cpuMs - before, ms: nowMs - startMs, others: others.report() };
  const rows = kind === 'beside' ? Number(await ask(scanner, 'halt')) : 0;
  // Of all rows only the share that fell into what was measured.
  return { ...turn, rows: (rows * turn.ms) / (nowMs - scanStartMs) };
}

function describe(turns: readonly Turn[]): string {
  const tookMs = turns.flatMap((turn) => turn.tookMs);
  const at = (share: number): string => `${percentile(tookMs, share).toFixed(2)} ms`;
  const medianOf = (pick: (turn: Turn) => number): string => median(turns.map(pick)).toFixed(2);
  const shareOf = (pick: (turn: Turn) => number): string => medianOf((turn) => (pick(turn) / turn.ms) * 100);
  const most = (pick: (turn: Turn) => number): string => Math.max(...turns.map(pick)).toFixed(1);
  return [
    `${turns[0]?.kind}: ${tookMs.length} PUTs in ${turns.length} turns, p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, median of the turns' p99 ${median(turns.map(p99)).toFixed(2)} ms`,
    `loop delay p99 ${medianOf((turn) => turn.delayP99Ms)} ms, most ${most((turn) => turn.delayMaxMs)} ms`,
    `work in one piece p99 ${medianOf((turn) => turn.workP99Ms)} ms, most ${most((turn) => turn.workMaxMs)} ms`,
    `CPU of the store ${shareOf((turn) => turn.usedMs)} %, of its main thread ${shareOf((turn) => turn.threadMs)} %\n`,
  ].join('; ');
}

const p99 = (turn: Turn): number => percentile(turn.tookMs, 0.99);

function compare(beside: readonly Turn[], without: readonly Turn[]): string {
  const change = (of: (turns: readonly Turn[]) => number): string =>
    `${((of(beside) / of(without) - 1) * 100).toFixed(0)} %`;
  const pooled = (share: number) => (turns: readonly Turn[]) =>
    percentile(
      turns.flatMap((turn) => turn.tookMs),
      share,
    );
  const rowsPerS = median(beside.map((turn) => (turn.rows / turn.ms) * 1000));
  return `about ${Math.round(rowsPerS)} rows/s; p50 ${change(pooled(0.5))}, p90 ${change(pooled(0.9))}, p99 ${change(pooled(0.99))}, median of the turns' p99 ${change((turns) => median(turns.map(p99)))}\n`;
}

await pause(WARM_UP_MS);
scanner.send('go');
await pause(WARM_UP_MS);
await ask(scanner, 'halt');
await pause(SETTLE_MS);
try {
  const turns: Turn[] = [];
  let skipped = 0;
  const untilMs = performance.now() + MEASURE_MAX_MS;
  for (let pair = 0; turns.length < Number(pairsText) * 2 && performance.now() < untilMs; pair += 1) {
    const [first, second] = PAIRS[pair % PAIRS.length] ?? PAIRS[0];
    const both = [await measureTurn(first), await measureTurn(second)];
    if (both.every((turn) => turn.others <= Number(othersText))) turns.push(...both);
    else skipped += 1;
  }
  const without = turns.filter(({ kind }) => kind === 'without');
  const beside = turns.filter(({ kind }) => kind === 'beside');
  process.stdout.write(`${without.length} pairs of turns, ${skipped} others did not count\n`);
  process.stdout.write(describe(without) + describe(beside) + compare(beside, without));
} finally {
  load.kill();
  scanner.kill();
  await store.end('SIGTERM');
  rmSync(directory, { recursive: true, force: true });
}
