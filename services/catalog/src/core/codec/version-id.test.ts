import fc from 'fast-check';
import { parseVersionId, versionIdOf, versionMarkerOf } from './version-id.ts';

const order = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(0xff_ffff, 0x100_0000, Number.MAX_SAFE_INTEGER));
const nonce = fc.stringMatching(/^[0-9a-f]{16}$/);

test('an id is the order in sixteen hex digits and the nonce, and is read as it was made', () => {
  fc.assert(
    fc.property(order, nonce, (number, random) => {
      const digits = BigInt(number).toString(16).padStart(16, '0');
      expect(versionIdOf(number, random)).toBe(digits + random);
      expect(versionMarkerOf(number)).toBe(`${digits}0000000000000000`);
      expect(parseVersionId(digits + random)).toEqual({ order: number, nonce: random });
    }),
  );
});
