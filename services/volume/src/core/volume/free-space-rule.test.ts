import { parseFreeSpaceRule, reservedBytes } from './free-space-rule.ts';

test.each([
  ['1', 10_000, 100],
  ['2.5', 1_000, 25],
  ['100', 500, 500],
  ['10GiB', 1, 10 * 2 ** 30],
  ['500 mb', 1, 500e6],
  ['2T', 1, 2e12],
])('%s of %d bytes reserves %d', (text, totalBytes, reserved) => {
  expect(reservedBytes(parseFreeSpaceRule(text), totalBytes)).toBe(reserved);
});

test.each(['', '-1', '101', '10x', '50b', 'GiB'])('"%s" is no rule', (text) => {
  expect(parseFreeSpaceRule(text)).toBeUndefined();
});
