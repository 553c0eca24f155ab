import { FormatError, type FormatErrorCode } from '@needlestack/needle-format';
import { VolumeError } from '@needlestack/service-contracts';
import { classifyDamage } from './classify-damage.ts';

function refusalFor(cause: unknown): Error {
  return new VolumeError('checksum-mismatch', 'the record is damaged', { cause });
}

test.each<readonly [FormatErrorCode, string, string]>([
  ['bad-size', 'errorSizeMismatchOffsetSize', 'errorSizeMismatch'],
  ['bad-checksum', 'errorCRC', 'errorCRC'],
  ['truncated', 'errorIndexOutOfRange', 'errorIndexOutOfRange'],
  ['bad-sections', 'errorIndexOutOfRange', 'errorIndexOutOfRange'],
])('%s is %s with short offsets and %s with long ones', (code, short, long) => {
  const refusal = refusalFor(new FormatError(code, 'why'));
  expect(classifyDamage(refusal, 4)).toBe(short);
  expect(classifyDamage(refusal, 5)).toBe(long);
});

test('reads beyond what was read are of the same kind, and anything else has no word', () => {
  expect(classifyDamage(refusalFor(new RangeError('offset')), 4)).toBe('errorIndexOutOfRange');
  expect(classifyDamage(refusalFor(new FormatError('bad-ttl', 'ttl')), 4)).toBeUndefined();
  expect(classifyDamage(refusalFor(undefined), 4)).toBeUndefined();
});
