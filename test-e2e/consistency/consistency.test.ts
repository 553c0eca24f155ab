import { runConsistency } from './run-consistency.ts';

const DURATION_MS = 5_000;

test('registers and sets are linearizable under load, kill -9 and clocks that are wrong by up to a minute', async () => {
  const seed = Date.now() % 2 ** 31;
  const lines = [`seed ${seed}`];
  const run = runConsistency({
    durationMs: DURATION_MS,
    killEveryMs: 2_000,
    seed,
    report: (line) => lines.push(line),
  });
  const result = await run.catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : error}\n${lines.join('\n')}`);
  });
  expect(result.kills).toBeGreaterThan(0);
  expect(result.registerOperations).toBeGreaterThan(0);
  expect(result.setOperations).toBeGreaterThan(0);
});
