import { backoffMs } from './backoff.ts';

test('ceilings double from the base to five minutes', () => {
  const almostOne = () => 0.999_999_99;
  const ceilings = [1, 2, 3, 4, 8, 9, 1_000].map((failures) =>
    Math.ceil(backoffMs(failures, 2_000, almostOne) / 1_000),
  );
  expect(ceilings).toEqual([2, 4, 8, 16, 256, 300, 300]);
});

test('jitter reaches down to nothing', () => {
  expect(backoffMs(5, 2_000, () => 0)).toBe(0);
  expect(backoffMs(2, 2_000, () => 0.5)).toBe(2_000);
});
