/** Instructions as lists of bytes (WebAssembly core specification, section 5.4). */
import { signedLeb, unsignedLeb } from './leb128.ts';

export type Code = readonly number[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const V128 = 0x7b;
const VOID = 0x40;

/** Opcodes without operands in the code, or with those that follow; by their names in the specification. */
export const OP = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  i32Load8U: 0x2d,
  i32LtU: 0x49,
  i32Add: 0x6a,
  i32And: 0x71,
  i32Xor: 0x73,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  i64Sub: 0x7d,
  i64And: 0x83,
  i64Xor: 0x85,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
} as const;

/** Instructions one after the other. */
export const code = (...parts: readonly (number | Code)[]): number[] => parts.flat();

export const get = (local: number): Code => [0x20, ...unsignedLeb(local)];
export const set = (local: number): Code => [0x21, ...unsignedLeb(local)];
/** Sets the local, and leaves the value on the stack. */
export const tee = (local: number): Code => [0x22, ...unsignedLeb(local)];
export const i32 = (value: number): Code => [0x41, ...signedLeb(BigInt(value))];
export const i64 = (value: bigint): Code => [0x42, ...signedLeb(value)];

/** Load from the address on the stack plus an offset. */
export const loadI32 = (offset: number): Code => [0x28, 2, ...unsignedLeb(offset)];
export const loadI64 = (offset: number): Code => [0x29, 3, ...unsignedLeb(offset)];

/** local += value */
export const increase = (local: number, value: number): Code => code(get(local), i32(value), OP.i32Add, set(local));

/** Runs the body, and again for as long as the condition it leaves behind is true. */
export const doWhile = (body: Code, condition: Code): Code => code(OP.loop, VOID, body, condition, OP.brIf, 0, OP.end);

/** Runs the body for as long as the unsigned local is at least `least`. */
export const whileAtLeast = (local: number, least: number, body: Code): Code => {
  const leave = code(get(local), i32(least), OP.i32LtU, OP.brIf, 1);
  return code(OP.block, VOID, OP.loop, VOID, leave, body, OP.br, 0, OP.end, OP.end);
};
