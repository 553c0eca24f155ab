import { FormatError, type OffsetWidth } from '@needlestack/needle-format';
import type { DamageWord } from '../server-counters.ts';

/** SeaweedFS's word for what is wrong with a record, out of the refusal of a read; undefined where it has none. */
export function classifyDamage({ cause }: Error, offsetWidth: OffsetWidth): DamageWord | undefined {
  if (cause instanceof RangeError) return 'errorIndexOutOfRange';
  if (!(cause instanceof FormatError)) return undefined;
  switch (cause.code) {
    case 'bad-size':
      // With short offsets it looks for the record a second time, beyond what they reach.
      return offsetWidth === 4 ? 'errorSizeMismatchOffsetSize' : 'errorSizeMismatch';
    case 'bad-checksum':
      return 'errorCRC';
    case 'truncated':
    case 'bad-sections':
    case 'out-of-range':
      return 'errorIndexOutOfRange';
    default:
      return undefined;
  }
}
