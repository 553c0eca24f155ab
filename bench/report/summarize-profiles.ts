import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FUNCTIONS_SHOWN = 40;
const FOLDERS_SHOWN = 20;

/** What is read of V8's `.cpuprofile`. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Where the time went, by function and by folder, in each of the CPU profiles below a directory (one a thread). */
export function summarizeProfiles(directory: string): string {
  return readdirSync(directory, { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.cpuprofile'))
    .map((name) => summarize(name, JSON.parse(readFileSync(join(directory, name), 'utf8')) as CpuProfile))
    .join('\n');
}

function summarize(name: string, profile: CpuProfile): string {
  const byFunction = new Map<string, number>();
  const byFolder = new Map<string, number>();
  const frames = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
  let totalMicros = 0;
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    const micros = profile.timeDeltas[index] ?? 0;
    if (frame === undefined || frame.functionName === '(idle)' || frame.functionName === '(program)') continue;
    totalMicros += micros;
    const path = frame.url.replace(`file://${ROOT}`, '').replace(/^node_modules\/\.pnpm\/[^/]+\//, '');
    add(byFunction, `${frame.functionName || '(anonymous)'} ${path}:${frame.lineNumber + 1}`, micros);
    add(byFolder, path === '' ? '(native)' : path.split('/').slice(0, 4).join('/'), micros);
  }
  return [
    `${name}: ${(totalMicros / 1e6).toFixed(2)} s of JavaScript`,
    ...rank(byFolder, totalMicros, FOLDERS_SHOWN),
    '',
    ...rank(byFunction, totalMicros, FUNCTIONS_SHOWN),
    '',
  ].join('\n');
}

function add(totals: Map<string, number>, name: string, micros: number): void {
  totals.set(name, (totals.get(name) ?? 0) + micros);
}

function rank(totals: ReadonlyMap<string, number>, totalMicros: number, count: number): string[] {
  return [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([name, micros]) => `${((100 * micros) / totalMicros).toFixed(1).padStart(6)} %  ${name}`);
}
