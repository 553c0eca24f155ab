import fc from 'fast-check';
import { formatSequencer, parseSequencer } from './sequencer.ts';

test('16 upper-case digits', () => {
  expect(formatSequencer(0n)).toBe('0000000000000000');
  expect(formatSequencer(0xabcn)).toBe('0000000000000ABC');
  expect(formatSequencer(2n ** 64n - 1n)).toBe('FFFFFFFFFFFFFFFF');
});

test('text order is the order of seq', () => {
  const seq = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(seq, seq, (a, b) => {
      expect(formatSequencer(a) < formatSequencer(b)).toBe(a < b);
      expect(parseSequencer(formatSequencer(a))).toBe(a);
    }),
  );
});

test('a seq that no outbox gives is refused', () => {
  expect(() => formatSequencer(-1n)).toThrow(RangeError);
  expect(() => formatSequencer(2n ** 64n)).toThrow(RangeError);
});

test.each(['', 'abc', '0000000000000abc', '00000000000000000'])('%p is no sequencer', (text) => {
  expect(parseSequencer(text)).toBeUndefined();
});
