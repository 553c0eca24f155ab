// `node services/volume/test/power-loss/power-loss.ts [states] [seed] [needles]`: traces a volume server and opens what power failures may
// have left, 500 states unless told otherwise. Ends with status 1 at the first loss; the seed that it prints repeats the choices.
import { SeededRandom } from '@needlestack/fuzz';
import { replayPowerLosses } from './replay-power-losses.ts';

const states = Number(process.argv[2] ?? 500);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const needles = Number(process.argv[4] ?? 400);
process.stdout.write(`seed ${seed}\n`);
try {
  const result = await replayPowerLosses({ needles, states, random: new SeededRandom(seed) });
  process.stdout.write(
    `${result.states} crash states out of ${result.events} events: all open, ${result.checked} needles read back as acknowledged\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
