import fc from 'fast-check';
import { NeedleTable } from './needle-table.ts';

const key = fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(0n, 2n ** 64n - 1n));
const step = fc.record({ key, kind: fc.constantFrom('live', 'deleted', 'named') });

test('is what a map of the last words would be', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 3000 }), (steps) => {
      const table = new NeedleTable();
      const model = new Map<bigint, string>();
      for (const { key: needle, kind } of steps) {
        if (kind !== 'named') {
          table.setLive(needle, kind === 'live');
          model.set(needle, kind);
        } else {
          table.setNamed(needle);
          if (model.get(needle) === 'live') model.set(needle, kind);
        }
      }
      const unnamed = [...model].filter(([, kind]) => kind === 'live').map(([needle]) => needle);
      expect(new Set(table.unnamed())).toEqual(new Set(unnamed));
      expect(table.countLive()).toBe([...model.values()].filter((kind) => kind !== 'deleted').length);
    }),
    { numRuns: 50 },
  );
});

test('100,000 keys that differ in their high halves alone are found again', () => {
  const table = new NeedleTable();
  for (let high = 0n; high < 100_000n; high += 1n) table.setLive(high << 32n, true);
  for (let high = 1n; high < 100_000n; high += 1n) table.setNamed(high << 32n);
  expect([...table.unnamed()]).toEqual([0n]);
  expect(table.countLive()).toBe(100_000);
});
