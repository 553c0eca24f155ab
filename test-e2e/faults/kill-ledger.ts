// `node test-e2e/faults/kill-ledger.ts [rounds] [seed]`: kill -9 under mixed load, 50 rounds unless told otherwise. Ends with status 1 at
// the first lost or wrong byte; the seed it prints repeats the run's choices.
import { runKillRounds } from './run-kill-rounds.ts';

const DEFAULT_ROUNDS = 50;

const rounds = Number(process.argv[2] ?? DEFAULT_ROUNDS);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
process.stdout.write(`seed ${seed}\n`);
try {
  const { kills, acknowledged, keys } = await runKillRounds({
    rounds,
    seed,
    report: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(
    `${kills} kills, ${acknowledged} acknowledged writes on ${keys} keys: none lost, none wrong, none back\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
