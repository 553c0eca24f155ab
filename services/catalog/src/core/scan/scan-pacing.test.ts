import { BUSY_REST_MS, BUSY_WINDOW_MS } from './scan-limits.ts';
import { ScanPacing } from './scan-pacing.ts';

function makePacing() {
  const world = { nowMs: 0, operations: 0, pauses: [] as (number | undefined)[] };
  const pacing = new ScanPacing({
    now: () => world.nowMs,
    pause: async (ms) => {
      world.pauses.push(ms);
    },
    operationCount: () => world.operations,
  });
  const pass = (ms: number, operations: number): void => {
    world.nowMs += ms;
    world.operations += operations;
  };
  return { world, pacing, pass };
}

test('a store is busy while others use it, and a window after', () => {
  const { pacing, pass } = makePacing();
  expect(pacing.isBusy()).toBe(false);
  pass(BUSY_WINDOW_MS, 1);
  expect(pacing.isBusy()).toBe(true);
  pass(BUSY_WINDOW_MS - 1, 0);
  expect(pacing.isBusy()).toBe(true);
  pass(1, 0);
  expect(pacing.isBusy()).toBe(false);
  // One call in a long time is nobody.
  pass(1000, 1);
  expect(pacing.isBusy()).toBe(false);
});

test('alone a scan only gives way; beside others all scans together rest between their pieces', async () => {
  const { world, pacing, pass } = makePacing();
  await pacing.giveWay();
  expect(world.pauses).toEqual([undefined]);
  pass(BUSY_WINDOW_MS, 100);
  const three = [pacing.giveWay(), pacing.giveWay(), pacing.giveWay()];
  await three[0];
  expect(world.pauses).toEqual([undefined, BUSY_REST_MS, ...(world.pauses.length > 2 ? [BUSY_REST_MS] : [])]);
  await Promise.all(three);
  expect(world.pauses).toEqual([undefined, BUSY_REST_MS, BUSY_REST_MS, BUSY_REST_MS]);
});
