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

/** Cells below the gate, with the ratio that fell short. */
export function findMisses(rows: readonly ReportRow[]): readonly { readonly name: string; readonly ratio: number }[] {
  return rows.flatMap(({ cell, store, floor }) => {
    if (store === undefined || floor === undefined) return [];
    const { speed, complete } = compareFigures(store, floor);
    const misses = speed < FLOOR_GATE ? [{ name: cell.name, ratio: speed }] : [];
    if (complete !== undefined && complete < FLOOR_GATE)
      misses.push({ name: `${cell.name}, Complete`, ratio: complete });
    return misses;
  });
}
