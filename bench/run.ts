// `npm run bench`: starts the store and the floor server in temporary directories, loads both from another process with signed requests,
// and prints a table and, as the last line, the same figures as JSON.
import { setTimeout as delay } from 'node:timers/promises';
import { type Cell, chooseCells } from './cell.ts';
import type { Figures } from './figures.ts';
import { LoadProcess } from './load/load-process.ts';
import { type BenchOptions, parseOptions, USAGE } from './options.ts';
import {
  type BenchReport,
  describeMachine,
  findHeavyCells,
  findMisses,
  type ReportRow,
} from './report/bench-report.ts';
import { formatReport } from './report/format-table.ts';
import { saveReport } from './report/save-report.ts';
import { summarizeProfiles } from './report/summarize-profiles.ts';
import { runCell, runFeature } from './run-cell.ts';
import { runSoak } from './run-soak.ts';
import { foreignStore } from './targets/foreign-store.ts';
import { readRssBytes } from './targets/process-usage.ts';
import { startFloor } from './targets/start-floor.ts';
import { startProcesses } from './targets/start-processes.ts';
import { startSeaweedfs } from './targets/start-seaweedfs.ts';
import { startStore } from './targets/start-store.ts';
import type { Target } from './targets/target.ts';

/** Memory of an idle server is read after this pause. */
const IDLE_MS = 2_000;

const options = parseOptions(process.argv.slice(2));
process.exitCode = options.help ? printUsage() : await bench(options);

function printUsage(): number {
  process.stdout.write(USAGE);
  return 0;
}

async function startTargets(chosen: BenchOptions): Promise<Target[]> {
  const targets: Target[] = [];
  if (chosen.floor !== 'only')
    targets.push(await (chosen.isManyProcesses ? startProcesses(chosen.profile) : startStore(chosen.profile)));
  if (chosen.floor !== 'none') targets.push(await startFloor());
  if (chosen.vs === 'seaweedfs') targets.push(await startSeaweedfs());
  else if (chosen.vs !== undefined) targets.push(foreignStore(chosen.vs));
  return targets;
}

async function bench(chosen: BenchOptions): Promise<number> {
  const targets = await startTargets(chosen);
  const load = new LoadProcess();
  try {
    if (chosen.soakMinutes !== undefined) return await runSoak(targets, load, chosen.soakMinutes);
    const report = await measure(chosen, targets, load);
    process.stdout.write(`${formatReport(report)}\n${JSON.stringify(report)}\n`);
    if (chosen.save !== undefined) process.stdout.write(`saved as ${saveReport(report, chosen.save)}\n`);
    const isMissed = findMisses(report.rows).length + findHeavyCells(report.rows).length > 0;
    return chosen.isGate && isMissed ? 1 : 0;
  } finally {
    load.stop();
    await Promise.all(targets.map((target) => target.stop()));
    if (chosen.profile !== undefined) process.stdout.write(summarizeProfiles(chosen.profile));
  }
}

async function measure(chosen: BenchOptions, targets: readonly Target[], load: LoadProcess): Promise<BenchReport> {
  const date = new Date().toISOString();
  const store = targets.find((target) => target.endpoint.name === 'store');
  if (store !== undefined) await delay(IDLE_MS);
  const idleRssBytes = store === undefined ? undefined : readRssBytes(store.pids);
  const rows: ReportRow[] = [];
  for (const cell of chooseCells(chosen.cells)) {
    if (cell.feature !== undefined) {
      if (store !== undefined) rows.push(await measureFeature(cell, store, load, chosen));
      continue;
    }
    const able = targets.filter(({ endpoint }) => canRun(cell, endpoint));
    const figures = await runCell(cell, able, load, chosen);
    const row = { cell, ...Object.fromEntries(able.map(({ endpoint }, index) => [endpoint.name, figures[index]])) };
    rows.push(row);
    sayRates(cell, figures);
  }
  return {
    date,
    machine: describeMachine(),
    mode: chosen.isManyProcesses ? 'processes' : 'all-in-one',
    secondsPerRun: chosen.seconds,
    ...(idleRssBytes === undefined ? {} : { idleRssBytes }),
    rows,
  };
}

function canRun({ workload, idleConnections }: Cell, { name, volumeUrl }: Target['endpoint']): boolean {
  if (idleConnections !== undefined) return name === 'store';
  return !workload.endsWith('-needle') || volumeUrl !== undefined;
}

async function measureFeature(cell: Cell, store: Target, load: LoadProcess, chosen: BenchOptions): Promise<ReportRow> {
  const figures = await runFeature(cell, store, load, chosen);
  sayRates(cell, Object.values(figures));
  return { cell, ...figures };
}

function sayRates({ name }: Cell, figures: readonly Figures[]): void {
  process.stderr.write(`${name}: ${figures.map((one) => one.unitsPerSecond.toFixed(1)).join(' / ')} per second\n`);
}
