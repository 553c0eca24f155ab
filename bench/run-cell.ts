import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Cell, withoutFeature } from './cell.ts';
import { combineRuns, type Figures, type MeasuredRun } from './figures.ts';
import type { LoadOrder } from './load/load-message.ts';
import type { LoadProcess } from './load/load-process.ts';
import { readCpuSeconds, readPeakRssBytes, resetPeakRss } from './targets/process-usage.ts';
import type { Target } from './targets/target.ts';

export interface CellSettings {
  readonly seconds: number;
  readonly listKeys: number;
  /** Runs of one name write the same objects again; without it each run writes its own. */
  readonly runId?: string;
}

let runs = 0;

interface Contestant {
  readonly cell: Cell;
  readonly target: Target;
}

/** Runs a cell against each target. Figures come in the order of the targets. */
export function runCell(
  cell: Cell,
  targets: readonly Target[],
  load: LoadProcess,
  settings: CellSettings,
): Promise<readonly Figures[]> {
  return runInTurns(
    targets.map((target) => ({ cell, target })),
    load,
    settings,
  );
}

/** Runs a cell with its feature and without it, in the same process. */
export async function runFeature(
  cell: Cell,
  target: Target,
  load: LoadProcess,
  settings: CellSettings,
): Promise<{ readonly store?: Figures; readonly plain?: Figures }> {
  const contestants = [withoutFeature(cell), cell].map((each) => ({ cell: each, target }));
  const [plain, store] = await runInTurns(contestants, load, settings);
  return { ...(store === undefined ? {} : { store }), ...(plain === undefined ? {} : { plain }) };
}

/** There and back again (A B B A), so that a machine that slows down or speeds up meanwhile favours nobody. */
async function runInTurns(
  contestants: readonly Contestant[],
  load: LoadProcess,
  settings: CellSettings,
): Promise<readonly Figures[]> {
  const measured = contestants.map((): MeasuredRun[] => []);
  const forth = [...contestants.keys()];
  const turns = contestants.length === 1 ? forth : [...forth, ...forth.toReversed()];
  for (const index of turns) {
    const contestant = contestants[index];
    if (contestant !== undefined) measured[index]?.push(await runOnce(contestant, load, settings));
  }
  return measured.map(combineRuns);
}

/** What earlier runs left to be written back would slow down the next one, whoever it is of: gigabytes of it after large uploads. */
async function settleDisk(): Promise<void> {
  await promisify(execFile)('sync');
}

async function runOnce({ cell, target }: Contestant, load: LoadProcess, settings: CellSettings): Promise<MeasuredRun> {
  runs += 1;
  const order: LoadOrder = {
    step: 'prepare',
    cell,
    endpoint: target.endpoint,
    ...settings,
    runId: settings.runId ?? `${Date.now()}-${runs}`,
  };
  await load.carryOut(order);
  await settleDisk();
  resetPeakRss(target.pids);
  const cpuBefore = readCpuSeconds(target.pids);
  const answer = await load.carryOut({ ...order, step: 'run' });
  if (answer.kind !== 'result') throw new Error(`the load process answered ${answer.kind} to a run`);
  const server =
    target.pids.length === 0
      ? undefined
      : { cpuSeconds: readCpuSeconds(target.pids) - cpuBefore, peakRssBytes: readPeakRssBytes(target.pids) };
  return { result: answer.result, server };
}
