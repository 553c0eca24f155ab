/**
 * CRC-64/NVME (reflected polynomial 9a6c9329ac4bc9b5) as a WebAssembly module that is assembled here, at load, from a few lines:
 * slicing by sixteen needs 64-bit words, which JavaScript has only as slow BigInts.
 *
 * The module exports `memory` (tables first, then the staging area), `update` and `multiply`. All CRC values are in the raw
 * register form: the caller inverts before and after.
 */
export const CRC64_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

const SLICES = 16;
const TABLE_BYTES = 256 * 8;
/** Where data to be hashed is put. */
export const STAGING_OFFSET_BYTES = SLICES * TABLE_BYTES;
export const STAGING_BYTES = 64 * 1024;
const PAGES = 2;

// Opcodes, by their names in the WebAssembly specification (core, 5.4).
const OP = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Load8U: 0x2d,
  i64Load: 0x29,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32LtU: 0x49,
  i32Add: 0x6a,
  i32Sub: 0x6b,
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
const VOID = 0x40;
const I32 = 0x7f;
const I64 = 0x7e;

const unsignedLeb = (value: number): number[] => {
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

const get = (local: number): number[] => [OP.localGet, local];
const set = (local: number): number[] => [OP.localSet, local];
const i32 = (value: number): number[] => [OP.i32Const, ...signedLeb(BigInt(value))];
const i64 = (value: bigint): number[] => [OP.i64Const, ...signedLeb(value)];
const loadI64 = (offset: number): number[] => [OP.i64Load, 3, ...unsignedLeb(offset)];

/** Table `slice`, indexed by byte `byte` (0 to 3) of the 32-bit local. */
const lookUp = (slice: number, local: number, byte: number): number[] => [
  ...get(local),
  ...(byte === 0 ? [...i32(3), OP.i32Shl] : [...i32(byte * 8 - 3), OP.i32ShrU]),
  ...i32(0x7f8),
  OP.i32And,
  ...loadI64(slice * TABLE_BYTES),
];

/** (crc: i64, address: i32, length: i32) -> i64 */
const updateBody = (): number[] => {
  const [crc, address, length, word0, word1, word2, word3, wide] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const words = [word0, word1, word2, word3];
  const mixed = words.flatMap((word, index) =>
    [0, 1, 2, 3].flatMap((byte) => {
      const slice = SLICES - 1 - (index * 4 + byte);
      return [...lookUp(slice, word, byte), ...(index + byte === 0 ? [] : [OP.i64Xor])];
    }),
  );
  const split = (low: number, high: number): number[] => [
    ...set(wide),
    ...get(wide),
    OP.i32WrapI64,
    ...set(low),
    ...get(wide),
    ...i64(32n),
    OP.i64ShrU,
    OP.i32WrapI64,
    ...set(high),
  ];
  const bySixteen = [
    OP.block,
    VOID,
    OP.loop,
    VOID,
    ...get(length),
    ...i32(16),
    OP.i32LtU,
    OP.brIf,
    1,
    ...get(address),
    ...loadI64(0),
    ...get(crc),
    OP.i64Xor,
    ...split(word0, word1),
    ...get(address),
    ...loadI64(8),
    ...split(word2, word3),
    ...mixed,
    ...set(crc),
    ...get(address),
    ...i32(16),
    OP.i32Add,
    ...set(address),
    ...get(length),
    ...i32(16),
    OP.i32Sub,
    ...set(length),
    OP.br,
    0,
    OP.end,
    OP.end,
  ];
  const byOne = [
    OP.block,
    VOID,
    OP.loop,
    VOID,
    ...get(length),
    OP.i32Eqz,
    OP.brIf,
    1,
    ...get(crc),
    OP.i32WrapI64,
    ...get(address),
    OP.i32Load8U,
    0,
    0,
    OP.i32Xor,
    ...set(word0),
    ...lookUp(0, word0, 0),
    ...get(crc),
    ...i64(8n),
    OP.i64ShrU,
    OP.i64Xor,
    ...set(crc),
    ...get(address),
    ...i32(1),
    OP.i32Add,
    ...set(address),
    ...get(length),
    ...i32(1),
    OP.i32Sub,
    ...set(length),
    OP.br,
    0,
    OP.end,
    OP.end,
  ];
  const locals = [2, 4, I32, 1, I64];
  return [...locals, ...bySixteen, ...byOne, ...get(crc), OP.end];
};

/** (a: i64, b: i64) -> i64: product of two polynomials modulo the CRC's, in reflected form. */
const multiplyBody = (): number[] => {
  const [a, b, product, round] = [0, 1, 2, 3] as const;
  // x and -(bit) instead of a branch: the mask is all ones when the bit is set.
  const mask = (bit: readonly number[]): number[] => [...i64(0n), ...bit, OP.i64Sub];
  const locals = [2, 1, I64, 1, I32];
  return [
    ...locals,
    ...i32(64),
    ...set(round),
    OP.loop,
    VOID,
    ...mask([...get(a), ...i64(63n), OP.i64ShrU]),
    ...get(b),
    OP.i64And,
    ...get(product),
    OP.i64Xor,
    ...set(product),
    ...get(a),
    ...i64(1n),
    OP.i64Shl,
    ...set(a),
    ...mask([...get(b), ...i64(1n), OP.i64And]),
    ...i64(CRC64_POLYNOMIAL),
    OP.i64And,
    ...get(b),
    ...i64(1n),
    OP.i64ShrU,
    OP.i64Xor,
    ...set(b),
    ...get(round),
    ...i32(1),
    OP.i32Sub,
    OP.localTee,
    round,
    OP.brIf,
    0,
    OP.end,
    ...get(product),
    OP.end,
  ];
};

const sized = (bytes: readonly number[]): number[] => [...unsignedLeb(bytes.length), ...bytes];
const section = (id: number, bytes: readonly number[]): number[] => [id, ...sized(bytes)];
const exported = (name: string, kind: number, index: number): number[] => [
  ...sized([...Buffer.from(name)]),
  kind,
  index,
];

const assembleModule = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [2, 0x60, 3, I64, I32, I32, 1, I64, 0x60, 2, I64, I64, 1, I64]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0x00, PAGES]),
    ...section(7, [3, ...exported('memory', 2, 0), ...exported('update', 0, 0), ...exported('multiply', 0, 1)]),
    ...section(10, [2, ...sized(updateBody()), ...sized(multiplyBody())]),
  ]);

export interface Crc64Module {
  /** The staging area; at most STAGING_BYTES at a time. */
  readonly staging: Uint8Array;
  update(crc: bigint, address: number, lengthBytes: number): bigint;
  multiply(a: bigint, b: bigint): bigint;
}

// The compiler knows WebAssembly only together with the whole browser; this is what is used of it.
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer };
};

const isCallable = (value: unknown): value is (...values: (bigint | number)[]) => bigint => typeof value === 'function';

/** Assembles and instantiates the module and fills its tables. */
export const loadCrc64Module = (): Crc64Module => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assembleModule()));
  const { memory, update, multiply } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !isCallable(update) || !isCallable(multiply)) {
    throw new TypeError('the assembled CRC module lacks an export');
  }
  fillTables(new BigUint64Array(memory.buffer, 0, SLICES * 256));
  const staging = new Uint8Array(memory.buffer, STAGING_OFFSET_BYTES, STAGING_BYTES);
  return { staging, update, multiply };
};

const fillTables = (tables: BigUint64Array): void => {
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ CRC64_POLYNOMIAL : crc >> 1n;
    tables[byte] = crc;
  }
  for (let slice = 1; slice < SLICES; slice++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[(slice - 1) * 256 + byte] ?? 0n;
      tables[slice * 256 + byte] = (before >> 8n) ^ (tables[Number(before & 0xffn)] ?? 0n);
    }
  }
};
