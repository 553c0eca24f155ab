// `node services/volume/test/fault/kill-volume.ts [rounds] [seed]`: kills a volume server under load, 500 times unless told otherwise.
// Ends with status 1 at the first needle that is lost, wrong or back; the seed that it prints repeats the choices.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@needlestack/fuzz';
import { runKillRounds } from './run-kill-rounds.ts';

const rounds = Number(process.argv[2] ?? 500);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const path = mkdtempSync(join(tmpdir(), 'needlestack-kill-'));
process.stdout.write(`seed ${seed}\n`);
try {
  const { kills, needles, slowestOpenMs } = await runKillRounds({
    path,
    rounds,
    acknowledgedMax: 3_000,
    random: new SeededRandom(seed),
    checkEvery: 10,
    report: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(
    `${kills} kills, ${needles} needles: none lost, none wrong, none back; slowest opening ${slowestOpenMs.toFixed(0)} ms\n`,
  );
  rmSync(path, { recursive: true });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\nthe files are kept in ${path}\n`);
  process.exitCode = 1;
}
