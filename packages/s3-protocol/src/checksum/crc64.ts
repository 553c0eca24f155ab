import { loadCrc64Module, STAGING_BYTES, STAGING_OFFSET_BYTES } from './crc64-module.ts';

const ALL_ONES = 0xffff_ffff_ffff_ffffn;
const module = loadCrc64Module();

/** CRC-64/NVME of `data`, continuing from the CRC of what came before it (0 for nothing). */
export const crc64 = (data: Uint8Array, previous = 0n): bigint => {
  let register = previous ^ ALL_ONES;
  for (let start = 0; start < data.length; start += STAGING_BYTES) {
    const end = Math.min(start + STAGING_BYTES, data.length);
    module.staging.set(start === 0 && end === data.length ? data : data.subarray(start, end));
    register = module.update(register, STAGING_OFFSET_BYTES, end - start);
  }
  return BigInt.asUintN(64, register ^ ALL_ONES);
};

/** Product of two polynomials modulo the CRC's (reflected). Used to combine CRCs. */
export const multiplyCrc64 = (a: bigint, b: bigint): bigint => BigInt.asUintN(64, module.multiply(a, b));
