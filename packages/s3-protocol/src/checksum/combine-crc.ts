/**
 * CRC of a joined body from the CRCs of its pieces, without reading a byte: crc(A ‖ B) = crc(A) · x^(8·|B|) + crc(B) modulo the
 * polynomial. Powers are remembered by length, for parts of one upload are mostly of one size.
 */
import { multiplyCrc64 } from './crc64.ts';

type CrcName = 'CRC32' | 'CRC32C' | 'CRC64NVME';

interface CrcField {
  /** x^0 in reflected form. */
  readonly one: bigint;
  /** x^8 in reflected form. */
  readonly xToThe8: bigint;
  multiply(a: bigint, b: bigint): bigint;
}

const field32 = (polynomial: number): CrcField => ({
  one: 0x8000_0000n,
  xToThe8: 0x0080_0000n,
  multiply: (a, b) => BigInt(multiply32(Number(a), Number(b), polynomial)),
});

const multiply32 = (a: number, b: number, polynomial: number): number => {
  let product = 0;
  let multiplicand = b | 0;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= multiplicand;
    multiplicand = multiplicand & 1 ? (multiplicand >>> 1) ^ polynomial : multiplicand >>> 1;
  }
  return product >>> 0;
};

const FIELDS: Readonly<Record<CrcName, CrcField>> = {
  CRC32: field32(0xedb8_8320 | 0),
  CRC32C: field32(0x82f6_3b78 | 0),
  CRC64NVME: { one: 1n << 63n, xToThe8: 1n << 55n, multiply: multiplyCrc64 },
};

const MAX_REMEMBERED_POWERS = 64;
const powers: Readonly<Record<CrcName, Map<number, bigint>>> = {
  CRC32: new Map(),
  CRC32C: new Map(),
  CRC64NVME: new Map(),
};

/** x^(8·lengthBytes), by squaring. */
const powerOf = (name: CrcName, lengthBytes: number): bigint => {
  const known = powers[name].get(lengthBytes);
  if (known !== undefined) return known;
  const field = FIELDS[name];
  let result = field.one;
  let base = field.xToThe8;
  for (let rest = lengthBytes; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = field.multiply(result, base);
    base = field.multiply(base, base);
  }
  if (powers[name].size >= MAX_REMEMBERED_POWERS) powers[name].clear();
  powers[name].set(lengthBytes, result);
  return result;
};

/** CRC of the concatenation of two pieces. `secondLengthBytes` is the size of the second. */
export const combineCrc = (name: CrcName, first: bigint, second: bigint, secondLengthBytes: number): bigint =>
  FIELDS[name].multiply(powerOf(name, secondLengthBytes), first) ^ second;
