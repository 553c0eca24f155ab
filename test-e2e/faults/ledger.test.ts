import { bytesOf } from './content.ts';
import { isValue, Ledger } from './ledger.ts';

const FIRST = { id: 1, sizeBytes: 1_000 };
const SECOND = { id: 2, sizeBytes: 10 };

test('a value is its bytes, all of them and no others', () => {
  const bytes = Buffer.concat([bytesOf(FIRST), bytesOf(SECOND)]);
  expect(isValue([FIRST, SECOND], bytes)).toBe(true);
  expect(isValue([FIRST], bytes)).toBe(false);
  expect(isValue([FIRST, SECOND], bytes.subarray(1))).toBe(false);
  for (const at of [0, 999, 1_000, 1_009]) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
    expect(isValue([FIRST, SECOND], flipped)).toBe(false);
  }
  expect(isValue('absent', undefined)).toBe(true);
  expect(isValue('absent', Buffer.alloc(0))).toBe(false);
  expect(isValue([], undefined)).toBe(false);
});

test('contents of different numbers differ', () => {
  expect(bytesOf({ id: 3, sizeBytes: 64 }).equals(bytesOf({ id: 4, sizeBytes: 64 }))).toBe(false);
});

test('a key may hold the old value or the new one until the answer comes', () => {
  const ledger = new Ledger();
  expect(ledger.valuesOf('k')).toEqual(['absent']);
  ledger.begin('k', [FIRST]);
  expect(ledger.valuesOf('k')).toEqual(['absent', [FIRST]]);
  ledger.acknowledge('k', [FIRST]);
  expect(ledger.valuesOf('k')).toEqual([[FIRST]]);
  ledger.begin('k', 'absent');
  ledger.settle('k', 'absent');
  expect(ledger.valuesOf('k')).toEqual(['absent']);
  expect(ledger.acknowledged).toBe(1);
});
