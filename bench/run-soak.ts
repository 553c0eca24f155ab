import type { Cell } from './cell.ts';
import type { LoadProcess } from './load/load-process.ts';
import { runCell } from './run-cell.ts';
import { readAnonymousRssBytes, readRssBytes } from './targets/process-usage.ts';
import type { Target } from './targets/target.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const MEGABYTE = 1e6;

/** The load that alternates. Large uploads are short, because what they write stays on the disk. */
const SLICES: readonly { readonly cell: Cell; readonly seconds: number }[] = [
  { seconds: 5, cell: { name: 'PUT 4 KiB', workload: 'put-object', sizeBytes: 4 * KIB, clients: 64 } },
  { seconds: 5, cell: { name: 'GET 4 KiB', workload: 'get-object', sizeBytes: 4 * KIB, clients: 64 } },
  { seconds: 1, cell: { name: 'PUT 10 MiB', workload: 'put-object', sizeBytes: 10 * MIB, clients: 8 } },
  { seconds: 5, cell: { name: 'GET 10 MiB', workload: 'get-object', sizeBytes: 10 * MIB, clients: 8 } },
  { seconds: 3, cell: { name: 'DELETE 4 KiB', workload: 'delete-object', sizeBytes: 4 * KIB, clients: 16 } },
];

/** Each round writes and deletes the objects of the last one again: memory that grows then is not that of more data. */
const RUN_ID = 'soak';

/** Loads the first target for so long and prints its resident memory after each slice, and how it grew from one round to the next. */
export async function runSoak(targets: readonly Target[], load: LoadProcess, minutes: number): Promise<number> {
  const [target] = targets;
  if (target === undefined) return 1;
  const endMs = performance.now() + minutes * 60_000;
  const roundPeaks: string[] = [];
  while (performance.now() < endMs) {
    let highest = 0;
    let highestAnonymous = 0;
    for (const { cell, seconds } of SLICES) {
      const [figures] = await runCell(cell, [target], load, { seconds, listKeys: 0, runId: RUN_ID });
      const rss = readRssBytes(target.pids) / MEGABYTE;
      const anonymous = readAnonymousRssBytes(target.pids) / MEGABYTE;
      highestAnonymous = Math.max(highestAnonymous, anonymous);
      highest = Math.max(highest, (figures?.peakRssBytes ?? 0) / MEGABYTE);
      process.stdout.write(
        `${cell.name}: ${figures?.unitsPerSecond.toFixed(0)} per second, RSS ${rss.toFixed(0)} MB, ${anonymous.toFixed(0)} of it anonymous\n`,
      );
    }
    roundPeaks.push(`${highest.toFixed(0)} (${highestAnonymous.toFixed(0)})`);
  }
  process.stdout.write(`highest RSS of each round, MB (anonymous after a slice): ${roundPeaks.join(' ')}\n`);
  return 0;
}
