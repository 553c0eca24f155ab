import {
  BUSY_LOOK_MS,
  BUSY_OPERATIONS_PER_SECOND,
  BUSY_REST_MIN_MS,
  BUSY_REST_MS,
  BUSY_SEND_REST_MS,
} from './scan-limits.ts';
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
  /** Calls at this rate, and how many of the looks meanwhile found the store busy. */
  const passAt = (perSecond: number, seconds: number): number => {
    const looks = (seconds * 1000) / BUSY_LOOK_MS;
    const before = world.operations;
    let busy = 0;
    for (let look = 1; look <= looks; look += 1) {
      const due = Math.floor((look * BUSY_LOOK_MS * perSecond) / 1000);
      pass(BUSY_LOOK_MS, before + due - world.operations);
      if (pacing.isBusy()) busy += 1;
    }
    return busy / looks;
  };
  return { world, pacing, pass, passAt };
}

test('a store is busy soon after others begin to use it, and no longer when they have stopped', () => {
  const { pacing, passAt } = makePacing();
  expect(pacing.isBusy()).toBe(false);
  expect(passAt(200, 0.1)).toBe(1);
  expect(passAt(200, 2)).toBe(1);
  passAt(0, 4);
  expect(pacing.isBusy()).toBe(false);
});

test('pauses between a few calls a second are not taken for nobody', () => {
  const { passAt } = makePacing();
  passAt(BUSY_OPERATIONS_PER_SECOND * 1.5, 4);
  expect(passAt(BUSY_OPERATIONS_PER_SECOND * 1.5, 10)).toBe(1);
});

test('what services ask by themselves is nobody, and so is one call in a long time', () => {
  const { pacing, pass, passAt } = makePacing();
  expect(passAt(BUSY_OPERATIONS_PER_SECOND * 0.75, 10)).toBe(0);
  pass(60_000, 100);
  expect(pacing.isBusy()).toBe(false);
});

test('the rest before a small batch is short, but never none', async () => {
  const { world, pacing, pass } = makePacing();
  pass(BUSY_LOOK_MS, 100);
  await pacing.giveWay(0.5);
  await pacing.giveWay(0.001);
  expect(world.pauses).toEqual([BUSY_REST_MS / 2, BUSY_REST_MIN_MS]);
});

test('alone a scan only gives way; beside others all scans together rest between their pieces', async () => {
  const { world, pacing, pass } = makePacing();
  await pacing.giveWay();
  expect(world.pauses).toEqual([undefined]);
  pass(BUSY_LOOK_MS, 100);
  const three = [pacing.giveWay(), pacing.giveWay(), pacing.giveWay()];
  await three[0];
  expect(world.pauses).toEqual([undefined, BUSY_REST_MS, ...(world.pauses.length > 2 ? [BUSY_REST_MS] : [])]);
  await Promise.all(three);
  expect(world.pauses).toEqual([undefined, BUSY_REST_MS, BUSY_REST_MS, BUSY_REST_MS]);
});

test('a batch is sent at once while nobody else is there, in pieces beside others', async () => {
  const { world, pacing, pass } = makePacing();
  expect(pacing.restWhileSending()).toBeUndefined();
  pass(BUSY_LOOK_MS, 100);
  await pacing.restWhileSending();
  expect(world.pauses).toEqual([BUSY_SEND_REST_MS]);
});
