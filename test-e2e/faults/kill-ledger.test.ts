import { runKillRounds } from './run-kill-rounds.ts';

const ROUNDS = 3;

test('kill -9 under mixed load loses no acknowledged write, gives no wrong byte and brings nothing back', async () => {
  const seed = Date.now() % 2 ** 31;
  const lines = [`seed ${seed}`];
  const run = runKillRounds({ rounds: ROUNDS, seed, report: (line) => lines.push(line) });
  const result = await run.catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : error}\n${lines.join('\n')}`);
  });
  expect(result.kills).toBe(ROUNDS);
  expect(result.acknowledged).toBeGreaterThanOrEqual(ROUNDS);
});
