import fc from 'fast-check';
import { FlagError } from './flag-error.ts';
import { formatDuration, parseDurationMs } from './parse-duration.ts';

test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['300ms', 300],
  ['-2s', -2_000],
  ['0', 0],
  ['1us', 0.001],
])('%s is %d ms', (text, expectedMs) => {
  expect(parseDurationMs(text)).toBeCloseTo(expectedMs, 9);
});

test.each(['', '5', 's', '1x', '1m30', '1 s', 'm1'])('refuses "%s"', (text) => {
  expect(() => parseDurationMs(text)).toThrow(FlagError);
});

test('what is formatted reads back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), (durationMs) => {
      expect(parseDurationMs(formatDuration(durationMs))).toBeCloseTo(durationMs, 3);
    }),
  );
});
