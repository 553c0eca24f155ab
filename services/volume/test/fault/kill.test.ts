import { SeededRandom } from '@needlestack/fuzz';
import { tempDirectory } from '../support/test-volumes.ts';
import { runKillRounds } from './run-kill-rounds.ts';

const ROUNDS = 4;
const SEED = Date.now() % 2 ** 31;

test(`kill -9 under load: nothing acknowledged is lost or wrong, nothing deleted comes back, the volume stays writable (seed ${SEED})`, async () => {
  const { needles } = await runKillRounds({
    path: tempDirectory(),
    rounds: ROUNDS,
    acknowledgedMax: 800,
    random: new SeededRandom(SEED),
    checkEvery: 1,
  });
  expect(needles).toBeGreaterThan(ROUNDS);
});
