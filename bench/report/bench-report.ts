import { cpus } from 'node:os';
import type { Cell } from '../cell.ts';
import { compareFigures, type Figures } from '../figures.ts';

/** The store must reach this part of its floor in every cell. */
export const FLOOR_GATE = 0.7;

/** One line of the report: a cell on every server that ran it. */
export interface ReportRow {
  readonly cell: Cell;
  readonly store?: Figures;
  readonly floor?: Figures;
  readonly vs?: Figures;
}

export interface BenchReport {
  readonly date: string;
  readonly machine: { readonly cpus: number; readonly cpuModel: string; readonly node: string };
  readonly mode: 'all-in-one' | 'processes';
  readonly secondsPerRun: number;
  readonly idleRssBytes?: number;
  readonly rows: readonly ReportRow[];
}

export function describeMachine(): BenchReport['machine'] {
  const [first] = cpus();
  return { cpus: cpus().length, cpuModel: first?.model ?? 'unknown', node: process.version };
}

/**
 * Cells below the gate, with the ratio that fell short. Complete in the midst of uploads is shown but not judged: there its latency is that
 * of the disk; the cell that does nothing else is judged.
 */
export function findMisses(rows: readonly ReportRow[]): readonly { readonly name: string; readonly ratio: number }[] {
  return rows.flatMap(({ cell, store, floor }) => {
    if (store === undefined || floor === undefined) return [];
    const { speed } = compareFigures(store, floor);
    return speed < FLOOR_GATE ? [{ name: cell.name, ratio: speed }] : [];
  });
}
