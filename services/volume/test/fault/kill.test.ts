import { tempDirectory } from '../support/test-volumes.ts';
import { runKillRounds } from './run-kill-rounds.ts';

const ROUNDS = 4;

test('kill -9 under load: nothing acknowledged is lost or wrong, nothing deleted comes back, the volume stays writable', async () => {
  const { needles } = await runKillRounds({
    path: tempDirectory(),
    rounds: ROUNDS,
    random: Math.random,
    checkEvery: 1,
  });
  expect(needles).toBeGreaterThan(ROUNDS);
}, 60_000);
