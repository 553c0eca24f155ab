import { compareFigures, type Figures } from '../figures.ts';
import {
  type BenchReport,
  FEATURE_GATE,
  FLOOR_GATE,
  findHeavyCells,
  findMisses,
  MEMORY_GATE_BYTES,
  type Miss,
  type ReportRow,
} from './bench-report.ts';

const HEADINGS = ['cell', 'server', 'per s', 'MiB/s', 'p50 ms', 'p99 ms', 'CPU s', 'CPU us/op', 'peak MB', 'ratio'];
const MEGABYTE = 1e6;

/** The report as a table that reads in a terminal and as Markdown alike. */
export function formatReport(report: BenchReport): string {
  const { machine } = report;
  const lines = [
    `${report.date}, ${machine.cpus} x ${machine.cpuModel}, Node ${machine.node}, ${report.mode}, ${report.secondsPerRun} s a run, objects plain (-sse.default=none) but in the cells of SSE-S3`,
    '',
    ...alignRows([HEADINGS, ...report.rows.flatMap(formatRow)]),
    '',
  ];
  if (report.idleRssBytes !== undefined)
    lines.push(`Idle RSS of the store: ${formatMegabytes(report.idleRssBytes)} MB`);
  const misses = findMisses(report.rows);
  if (report.rows.some((row) => row.store !== undefined && row.floor !== undefined))
    lines.push(...formatGate('its floor', FLOOR_GATE, misses));
  if (report.rows.some((row) => row.plain !== undefined))
    lines.push(...formatGate('the plain cell', FEATURE_GATE, misses));
  if (report.rows.some(({ cell, store }) => cell.idleConnections !== undefined && store !== undefined))
    lines.push(...formatMemoryGate(report.rows));
  return `${lines.join('\n')}\n`;
}

function formatRow({ cell, store, floor, vs, plain }: ReportRow): string[][] {
  const rows: string[][] = [];
  if (store !== undefined) rows.push(...formatFigures(cell.name, 'store', store));
  if (floor !== undefined) rows.push(...formatFigures(cell.name, 'floor', floor, store));
  if (vs !== undefined) rows.push(...formatFigures(cell.name, 'vs', vs, store));
  if (plain !== undefined) rows.push(...formatFigures(cell.name, 'plain', plain, store));
  return rows;
}

/** `store` is divided by these figures to give the ratio. */
function formatFigures(name: string, server: string, figures: Figures, store?: Figures): string[][] {
  const ratio = store === undefined ? undefined : compareFigures(store, figures);
  const line = [
    name,
    server,
    figures.unitsPerSecond.toFixed(figures.unitsPerSecond < 100 ? 1 : 0),
    figures.mebibytesPerSecond.toFixed(figures.mebibytesPerSecond < 100 ? 1 : 0),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(2),
    figures.serverCpuSeconds?.toFixed(2) ?? '',
    figures.serverCpuMicrosPerOperation?.toFixed(0) ?? '',
    figures.peakRssBytes === undefined ? '' : formatMegabytes(figures.peakRssBytes),
    ratio?.speed.toFixed(2) ?? '',
  ];
  if (figures.completeP50Ms === undefined) return [line];
  const complete = [
    `${name}, Complete`,
    server,
    '',
    '',
    figures.completeP50Ms.toFixed(2),
    figures.completeP99Ms?.toFixed(2) ?? '',
    '',
    '',
    '',
    ratio?.complete?.toFixed(2) ?? '',
  ];
  return [line, complete];
}

function formatGate(of: string, gate: number, all: readonly Miss[]): string[] {
  const misses = all.filter((miss) => miss.gate === gate);
  if (misses.length === 0) return [`Gate: every cell is at ${gate.toFixed(2)} of ${of} or above.`];
  return [
    `Gate: ${misses.length} below ${gate.toFixed(2)} of ${of}:`,
    ...misses.map((miss) => `  ${miss.name}: ${miss.ratio.toFixed(2)}`),
  ];
}

function formatMemoryGate(rows: readonly ReportRow[]): string[] {
  const gate = `${formatMegabytes(MEMORY_GATE_BYTES)} MB beside idle connections`;
  const heavy = findHeavyCells(rows);
  if (heavy.length === 0) return [`Gate: no cell takes more than ${gate}.`];
  return [
    `Gate: ${heavy.length} above ${gate}:`,
    ...heavy.map(({ cell, store }) => `  ${cell.name}: ${formatMegabytes(store?.peakRssBytes ?? 0)}`),
  ];
}

function formatMegabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}

function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (text: string, column: number): string =>
    column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  const [headings, ...body] = rows.map((row) => `| ${row.map(pad).join(' | ')} |`);
  const rule = `|${widths.map((width, column) => (column < 2 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [headings ?? '', rule, ...body];
}
