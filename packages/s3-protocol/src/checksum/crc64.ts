import { loadCrc64Module, STAGING_BYTES, STAGING_OFFSET_BYTES } from './crc64-module.ts';

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const module = loadCrc64Module();

/** x^8 in reflected form. */
const X_TO_THE_8 = 1n << 55n;
/** The shortest half that is worth joining, which costs as much as 200 bytes. */
const HALF_MIN_BITS = 9;

/** x^(8·2^bits), by squaring. */
const powers = ((): readonly bigint[] => {
  const all = [X_TO_THE_8];
  for (let power = X_TO_THE_8; 2 ** all.length < STAGING_BYTES; all.push(power)) power = module.multiply(power, power);
  return all;
})();

/** CRC-64/NVME of `data`, continuing from the CRC of what came before it (0 for nothing). */
export const crc64 = (data: Uint8Array, previous = 0n): bigint => {
  let register = previous ^ ALL_ONES;
  for (let start = 0; start < data.length; start += STAGING_BYTES) {
    const end = Math.min(start + STAGING_BYTES, data.length);
    module.staging.set(start === 0 && end === data.length ? data : data.subarray(start, end));
    register = updateStaged(register, end - start);
  }
  return BigInt.asUintN(64, register ^ ALL_ONES);
};

const updateStaged = (before: bigint, lengthBytes: number): bigint => {
  let register = before;
  let at = 0;
  for (;;) {
    const halfBits = 30 - Math.clz32(lengthBytes - at);
    if (halfBits < HALF_MIN_BITS) break;
    register = module.updateHalves(register, STAGING_OFFSET_BYTES + at, 2 ** halfBits, powers[halfBits] ?? 0n);
    at += 2 * 2 ** halfBits;
  }
  return at === lengthBytes ? register : module.update(register, STAGING_OFFSET_BYTES + at, lengthBytes - at);
};

/** Product of two polynomials modulo the CRC's (reflected). Used to combine CRCs. */
export const multiplyCrc64 = (a: bigint, b: bigint): bigint => BigInt.asUintN(64, module.multiply(a, b));
