/** Instructions on vectors of sixteen bytes (core specification, section 5.4.9; relaxed SIMD). */
import type { Code } from './instructions.ts';
import { unsignedLeb } from './leb128.ts';

const simd = (opcode: number, ...operands: Code): Code => [0xfd, ...unsignedLeb(opcode), ...operands];

/** Load from, and store to, the address on the stack plus an offset. */
export const loadV128 = (offset: number): Code => simd(0x00, 0, ...unsignedLeb(offset));
export const storeV128 = (offset: number): Code => simd(0x0b, 0, ...unsignedLeb(offset));

export const SIMD = {
  i8x16Splat: simd(0x0f),
  v128And: simd(0x4e),
  v128Xor: simd(0x51),
  /** Each byte shifted right by the i32 on the stack. */
  i8x16ShrU: simd(0x6d),
  /** Takes bytes of the first operand by the indexes in the second. */
  i8x16Swizzle: simd(0x0e),
  /** The same, with an unspecified outcome for indexes above 15: one instruction on x86 instead of two. */
  i8x16RelaxedSwizzle: simd(0x100),
} as const;
