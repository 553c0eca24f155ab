/** As much of a WebAssembly assembler as the kernel needs: code is lists of bytes (core specification, section 5; relaxed SIMD). */

export type Code = readonly number[];

const I32 = 0x7f;
const V128 = 0x7b;
const VOID = 0x40;
const END = 0x0b;
const SIMD = 0xfd;
const FUNCTION_TYPE = 0x60;

/** Instructions one after the other. */
export const code = (...parts: readonly (number | Code)[]): number[] => parts.flat();

function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

export const get = (local: number): Code => [0x20, ...unsignedLeb(local)];
export const set = (local: number): Code => [0x21, ...unsignedLeb(local)];
export const tee = (local: number): Code => [0x22, ...unsignedLeb(local)];
export const i32 = (value: number): Code => [0x41, ...signedLeb(value)];
export const addI32: Code = [0x6a];
export const lessUnsignedI32: Code = [0x49];
/** Loads an i32 from the address on the stack. */
export const loadI32: Code = [0x28, 2, 0];

/** Runs the body, and again for as long as the condition it leaves behind is true. */
export const doWhile = (body: Code, condition: Code): Code => code(0x03, VOID, body, condition, 0x0d, 0, END);

/** local += value */
export const increase = (local: number, value: number): Code => code(get(local), i32(value), addI32, set(local));

export const loadV128 = (offset: number): Code => [SIMD, 0x00, 0, ...unsignedLeb(offset)];
export const storeV128 = (offset: number): Code => [SIMD, 0x0b, 0, ...unsignedLeb(offset)];
export const splatI8x16: Code = [SIMD, 0x0f];
export const andV128: Code = [SIMD, 0x4e];
export const xorV128: Code = [SIMD, 0x51];
/** Each byte shifted right by the i32 on the stack. */
export const shiftRightU8x16: Code = [SIMD, ...unsignedLeb(0x6d)];
/** Takes bytes of the first operand by the indexes in the second. */
export const swizzleI8x16: Code = [SIMD, 0x0e];
/** The same, with an unspecified outcome for indexes above 15: one instruction on x86 instead of two. */
export const relaxedSwizzleI8x16: Code = [SIMD, ...unsignedLeb(0x100)];

export interface WasmFunction {
  readonly name: string;
  /** All parameters are i32, and nothing is returned. */
  readonly parameterCount: number;
  /** Locals follow the parameters: first those of type i32, then vectors. */
  readonly i32Locals: number;
  readonly v128Locals: number;
  readonly body: Code;
}

const sized = (bytes: Code): Code => [...unsignedLeb(bytes.length), ...bytes];
const section = (id: number, bytes: Code): Code => [id, ...sized(bytes)];
const vector = (items: readonly Code[]): Code => code(unsignedLeb(items.length), ...items);

/** A module that imports `env.memory` and exports its functions. */
export function assembleModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const name = (text: string): Code => sized([...Buffer.from(text)]);
  const types = functions.map(({ parameterCount }) => code(FUNCTION_TYPE, sizedTypes(parameterCount), unsignedLeb(0)));
  const bodies = functions.map(({ i32Locals, v128Locals, body }) =>
    sized(code(2, unsignedLeb(i32Locals), I32, unsignedLeb(v128Locals), V128, body, END)),
  );
  return Uint8Array.from(
    code(
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, vector(types)),
      section(2, vector([code(name('env'), name('memory'), 2, 0, unsignedLeb(1))])),
      section(3, vector(functions.map((_, index) => unsignedLeb(index)))),
      section(7, vector(functions.map((declared, index) => code(name(declared.name), 0, unsignedLeb(index))))),
      section(10, vector(bodies)),
    ),
  );
}

function sizedTypes(parameterCount: number): Code {
  return code(unsignedLeb(parameterCount), new Array<number>(parameterCount).fill(I32));
}
