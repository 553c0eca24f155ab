import fc from 'fast-check';
import { collectWrites, findWrite, WriteLayer } from './write-overlay.ts';

const keys = fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', 'c', '\xff') });
const write = fc.tuple(keys, fc.option(fc.nat(200).map((byte) => Buffer.of(byte))));

/** Writes that come one after the other, some of them after somebody has asked for the order of keys. */
const layers = fc.array(fc.array(fc.array(write, { maxLength: 100 }), { maxLength: 3 }), { maxLength: 4 });

test('layers show the newest write of each key, in order', () => {
  fc.assert(
    fc.property(layers, keys, keys, fc.boolean(), (written, start, end, reverse) => {
      const expected = new Map<string, Buffer | null>();
      const laid = written.map((steps) => {
        const layer = new WriteLayer();
        for (const step of steps) {
          for (const [key, value] of step) {
            layer.rows.set(key, value);
            expected.set(key, value);
          }
          expect(layer.sortedKeys()).toEqual([...layer.rows.keys()].sort());
        }
        return layer;
      });
      const rows = [...expected]
        .filter(([key]) => key >= start && key < end)
        .map(([key, value]) => ({ key, value }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      expect(collectWrites(laid, start, end, reverse)).toEqual(reverse ? rows.reverse() : rows);
      for (const [key, value] of expected) expect(findWrite(laid, key)).toBe(value);
      expect(findWrite(laid, 'absent')).toBeUndefined();
    }),
  );
});
