// `node test-e2e/consistency/check-consistency.ts [seconds] [seed]`: registers and sets under load, kill -9 and wrong clocks, 120 s unless told otherwise.
// Ends with status 1 when what the clients saw is not linearizable, or when too many outcomes are unknown to say so.
import { runConsistency } from './run-consistency.ts';

const DEFAULT_SECONDS = 120;
const KILL_EVERY_MS = 10_000;
const UNKNOWN_SHARE_MAX = 0.01;

const seconds = Number(process.argv[2] ?? DEFAULT_SECONDS);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
process.stdout.write(`seed ${seed}\n`);
try {
  const result = await runConsistency({
    durationMs: seconds * 1_000,
    killEveryMs: KILL_EVERY_MS,
    seed,
    report: (line) => process.stdout.write(`${line}\n`),
  });
  const operations = result.registerOperations + result.setOperations;
  process.stdout.write(
    `${seconds} s, ${result.kills} kills: ${result.registerOperations} operations on registers, ${result.setOperations} on sets, ` +
      `${result.objects} objects, all linearizable; ${result.unknown} outcomes unknown (${((100 * result.unknown) / operations).toFixed(2)} %)\n`,
  );
  if (result.unknown > operations * UNKNOWN_SHARE_MAX) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
