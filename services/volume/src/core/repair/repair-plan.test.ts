import { planNextLook } from './repair-plan.ts';

/** As it is while a look is under way. */
const underWay = (retryMs: number) => ({ dueAtMs: Number.POSITIVE_INFINITY, retryMs });
const TIMES = { everyMs: 5_000, retryMs: 1_000 };

test('what is done is due when its usual time is over', () => {
  const plan = underWay(4_000);
  planNextLook(plan, true, 100, TIMES);
  expect(plan).toEqual({ dueAtMs: 5_100, retryMs: 1_000 });
});

test('tries come at longer and longer intervals, up to the usual one', () => {
  const plan = underWay(1_000);
  const waits = [1, 2, 3, 4, 5].map(() => {
    plan.dueAtMs = Number.POSITIVE_INFINITY;
    planNextLook(plan, false, 100, TIMES);
    return plan.dueAtMs - 100;
  });
  expect(waits).toEqual([1_000, 2_000, 4_000, 5_000, 5_000]);
});

test('without a usual time only what is not done is looked at again, at the same intervals', () => {
  const [done, open] = [underWay(1_000), underWay(1_000)];
  planNextLook(done, true, 100, { everyMs: 0, retryMs: 1_000 });
  planNextLook(open, false, 100, { everyMs: 0, retryMs: 1_000 });
  expect(done.dueAtMs).toBe(Number.POSITIVE_INFINITY);
  expect(open).toEqual({ dueAtMs: 1_100, retryMs: 1_000 });
});

test('what happened during the look is not put off', () => {
  const plan = { dueAtMs: 90, retryMs: 1_000 };
  planNextLook(plan, true, 100, TIMES);
  expect(plan.dueAtMs).toBe(90);
});
