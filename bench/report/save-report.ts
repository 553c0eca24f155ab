import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchReport } from './bench-report.ts';
import { formatReport } from './format-table.ts';

const RESULTS_FOLDER = fileURLToPath(new URL('../results', import.meta.url));

/** Keeps the figures in the repository; returns the path of the JSON file. */
export function saveReport(report: BenchReport, what: string): string {
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  const path = join(RESULTS_FOLDER, `${report.date.slice(0, 10)}-${what}`);
  writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${path}.md`, formatReport(report));
  return `${path}.json`;
}
