import type { Cell } from './cell.ts';
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

/**
 * Runs a cell against each target in turn and back again (A B B A), so that a machine that slows down or speeds up meanwhile favours
 * nobody. Figures come in the order of the targets.
 */
export async function runCell(
  cell: Cell,
  targets: readonly Target[],
  load: LoadProcess,
  settings: CellSettings,
): Promise<readonly Figures[]> {
  const measured = targets.map((): MeasuredRun[] => []);
  const forth = [...targets.keys()];
  const turns = targets.length === 1 ? forth : [...forth, ...forth.toReversed()];
  for (const index of turns) {
    const target = targets[index];
    if (target !== undefined) measured[index]?.push(await runOnce(cell, target, load, settings));
  }
  return measured.map(combineRuns);
}

async function runOnce(cell: Cell, target: Target, load: LoadProcess, settings: CellSettings): Promise<MeasuredRun> {
  runs += 1;
  const order: LoadOrder = {
    step: 'prepare',
    cell,
    endpoint: target.endpoint,
    ...settings,
    runId: settings.runId ?? `${Date.now()}-${runs}`,
  };
  await load.carryOut(order);
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
