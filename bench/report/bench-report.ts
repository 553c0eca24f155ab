import { cpus } from 'node:os';
import type { Cell } from '../cell.ts';
import { compareFigures, type Figures } from '../figures.ts';

/** The store must reach this part of its floor in every cell. */
export const FLOOR_GATE = 0.7;
/** What a feature may leave of the speed of the same cell without it. */
export const FEATURE_GATE = 0.8;

/** One line of the report: a cell on every server that ran it. */
export interface ReportRow {
  readonly cell: Cell;
  readonly store?: Figures;
  readonly floor?: Figures;
  readonly vs?: Figures;
  /** The store without the cell's feature. */
  readonly plain?: Figures;
}

/** Resident memory of the store in the cells with idle connections. */
export const MEMORY_GATE_BYTES = 400e6;

/** A cell below its gate, with the ratio that fell short. */
export interface Miss {
  readonly name: string;
  readonly ratio: number;
  readonly gate: number;
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
 * Cells below their gate. Complete in the midst of uploads is shown but not judged: there its latency is that
 * of the disk; the cell that does nothing else is judged.
 */
export function findMisses(rows: readonly ReportRow[]): readonly Miss[] {
  return rows.flatMap(({ cell, store, floor, plain }) => [
    ...missOf(cell.name, store, floor, FLOOR_GATE),
    ...missOf(cell.name, store, plain, FEATURE_GATE),
  ]);
}

function missOf(name: string, ours: Figures | undefined, theirs: Figures | undefined, gate: number): Miss[] {
  if (ours === undefined || theirs === undefined) return [];
  const { speed } = compareFigures(ours, theirs);
  return speed < gate ? [{ name, ratio: speed, gate }] : [];
}

/** Cells with idle connections in which the store took more memory than it may. */
export function findHeavyCells(rows: readonly ReportRow[]): readonly ReportRow[] {
  return rows.filter(
    ({ cell, store }) => cell.idleConnections !== undefined && (store?.peakRssBytes ?? 0) > MEMORY_GATE_BYTES,
  );
}
