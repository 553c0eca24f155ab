/** As much of a WebAssembly assembler as the CRC needs: code is lists of bytes (WebAssembly core specification, section 5). */

export const VOID = 0x40;
export const I32 = 0x7f;
export const I64 = 0x7e;

/** Opcodes, by their names in the specification. */
export const OP = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  localGet: 0x20,
  localSet: 0x21,
  i64Load: 0x29,
  i32Load8U: 0x2d,
  i32Const: 0x41,
  i64Const: 0x42,
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

type Code = readonly number[];

/** Instructions one after the other. */
export const code = (...parts: readonly (number | Code)[]): number[] => parts.flat();

export const unsignedLeb = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
};

const signedLeb = (value: bigint): number[] => {
  const bytes: number[] = [];
  let rest = BigInt.asIntN(64, value);
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
};

export const get = (local: number): Code => [OP.localGet, local];
export const set = (local: number): Code => [OP.localSet, local];
export const i32 = (value: number): Code => [OP.i32Const, ...signedLeb(BigInt(value))];
export const i64 = (value: bigint): Code => [OP.i64Const, ...signedLeb(value)];

/** Loads eight bytes from the address on the stack plus an offset. */
export const loadI64 = (offset: number): Code => [OP.i64Load, 3, ...unsignedLeb(offset)];

/** local += value */
export const increase = (local: number, value: number): Code => code(get(local), i32(value), OP.i32Add, set(local));

/** Runs the body for as long as the unsigned local is at least `least`. */
export const whileAtLeast = (local: number, least: number, body: Code): Code => {
  const leave = code(get(local), i32(least), OP.i32LtU, OP.brIf, 1);
  return code(OP.block, VOID, OP.loop, VOID, leave, body, OP.br, 0, OP.end, OP.end);
};

const sized = (bytes: Code): Code => [...unsignedLeb(bytes.length), ...bytes];
const section = (id: number, bytes: Code): Code => [id, ...sized(bytes)];

export interface WasmFunction {
  readonly name: string;
  readonly parameters: Code;
  readonly result: number;
  /** Count and type, in pairs. */
  readonly locals: readonly (readonly [number, number])[];
  readonly body: Code;
}

const MAGIC_AND_VERSION: Code = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const FUNCTION_TYPE = 0x60;
const EXPORT_FUNCTION = 0;
const EXPORT_MEMORY = 2;

/** A module that exports its functions and `memory` of so many pages. */
export const assembleModule = (functions: readonly WasmFunction[], pages: number): Uint8Array => {
  const count = functions.length;
  const types = functions.flatMap(({ parameters, result }) => code(FUNCTION_TYPE, sized(parameters), 1, result));
  const exportOf = (name: string, kind: number, index: number): Code =>
    code(sized([...Buffer.from(name)]), kind, index);
  const exports = functions.flatMap(({ name }, index) => exportOf(name, EXPORT_FUNCTION, index));
  const bodies = functions.flatMap(({ locals, body }) => sized(code(locals.length, locals.flat(), body, OP.end)));
  return Uint8Array.from(
    code(
      MAGIC_AND_VERSION,
      section(1, code(count, types)),
      section(
        3,
        code(
          count,
          functions.map((_, index) => index),
        ),
      ),
      section(5, [1, 0, pages]),
      section(7, code(count + 1, exportOf('memory', EXPORT_MEMORY, 0), exports)),
      section(10, code(count, bodies)),
    ),
  );
};
