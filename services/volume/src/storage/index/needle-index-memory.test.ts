import fc from 'fast-check';
import { MemoryNeedleIndex } from './needle-index-memory.ts';

test('behaves like a Map under any sequence of puts, with both offset widths', () => {
  const command = fc.record({
    id: fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 2n ** 63n, max: 2n ** 64n - 1n })),
    unit: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    size: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), fc.boolean(), (commands, wide) => {
      const index = new MemoryNeedleIndex(wide ? 5 : 4);
      const model = new Map<bigint, { offsetBytes: number; sizeBytes: number }>();
      for (const { id, unit, size } of commands) {
        const offsetBytes = (wide ? unit * 200 : unit) * 8;
        index.put(id, offsetBytes, size);
        model.set(id, { offsetBytes, sizeBytes: size });
        expect(index.get(id)).toEqual(model.get(id));
      }
      expect(index.count).toBe(model.size);
      expect(new Map(index.entries())).toEqual(model);
    }),
    { numRuns: 100 },
  );
});

test('takes at most 24 bytes a needle while it grows through many segments, and finds every one', () => {
  const index = new MemoryNeedleIndex(4);
  let worstBytes = 0;
  const total = 200_000;
  for (let n = 1; n <= total; n += 1) {
    index.put(BigInt(n) * 3n, n * 8, n);
    if (n % 10_000 === 0) worstBytes = Math.max(worstBytes, index.memoryBytes / n);
  }
  expect(worstBytes).toBeLessThanOrEqual(24);
  for (let n = 1; n <= total; n += 97) expect(index.get(BigInt(n) * 3n)).toEqual({ offsetBytes: n * 8, sizeBytes: n });
  expect(index.get(1n)).toBeUndefined();
});
