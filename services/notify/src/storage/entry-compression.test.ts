import fc from 'fast-check';
import { compressEntry, expandEntry } from './entry-compression.ts';
import { Rqp1Error } from './rqp1-entry.ts';

test('what was compressed expands to the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 1, max: 20 }), (unit, times) => {
      const bytes = Buffer.concat(Array.from({ length: times }, () => unit));
      expect(expandEntry(compressEntry(bytes), true)).toEqual(bytes);
    }),
  );
});

test('reads a block that another encoder wrote', () => {
  // Size 12, a literal of 4 bytes, a copy of 8 bytes from 4 back.
  expect(expandEntry(Buffer.from([12, 12, 0x61, 0x62, 0x63, 0x64, 0x11, 4]), true).toString()).toBe('abcdabcdabcd');
});

test('a declared size beyond 4 MiB is refused before anything is expanded', () => {
  expect(() => expandEntry(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]), true)).toThrow('larger than 4194304');
  expect(() => expandEntry(Buffer.alloc(5 * 1024 * 1024), false)).toThrow('larger than 4194304');
});

test('damaged blocks are refused with a coded error, or expand to something', () => {
  const whole = compressEntry(Buffer.from('needles in haystacks, haystacks of needles'));
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (index, value) => {
      const damaged = Buffer.from(whole);
      damaged[index] = value;
      try {
        expect(expandEntry(damaged, true)).toBeInstanceOf(Buffer);
      } catch (error) {
        expect(error).toBeInstanceOf(Rqp1Error);
      }
    }),
  );
  expect(() => expandEntry(Buffer.alloc(0), true)).toThrow(Rqp1Error);
  expect(() => expandEntry(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80]), true)).toThrow(Rqp1Error);
});
