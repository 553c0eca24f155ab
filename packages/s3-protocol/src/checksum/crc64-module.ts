/**
 * CRC-64/NVME (reflected polynomial 9a6c9329ac4bc9b5) as a WebAssembly module that is assembled here, at load, from a few lines:
 * slicing by sixteen needs 64-bit words, which JavaScript has only as slow BigInts.
 *
 * The module exports `memory` (tables first, then the staging area), `update`, `updateHalves` and `multiply`. All CRC values are in the raw
 * register form: the caller inverts before and after.
 */
import {
  assembleModule,
  code,
  get,
  I32,
  I64,
  i32,
  i64,
  increase,
  loadI64,
  OP,
  set,
  type WasmFunction,
  wasmEngine,
  whileAtLeast,
} from '@needlestack/wasm-assembler';

export const CRC64_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

const SLICES = 16;
const TABLE_BYTES = 256 * 8;
/** Where data to be hashed is put. */
export const STAGING_OFFSET_BYTES = SLICES * TABLE_BYTES;
export const STAGING_BYTES = 64 * 1024;
const PAGES = 2;

/** Table `slice`, indexed by byte `byte` (0 to 3) of the 32-bit local. */
const lookUp = (slice: number, local: number, byte: number): number[] => {
  const scaled = byte === 0 ? code(i32(3), OP.i32Shl) : code(i32(byte * 8 - 3), OP.i32ShrU);
  return code(get(local), scaled, i32(0x7f8), OP.i32And, loadI64(slice * TABLE_BYTES));
};

/** A register and the address of the next sixteen bytes, in locals; the others are scratch. */
interface Lane {
  readonly crc: number;
  readonly address: number;
  readonly words: readonly [number, number, number, number];
  readonly wide: number;
}

/** Takes sixteen bytes, each through its own table, and adds up what the tables say. */
const stepSixteen = ({ crc, address, words, wide }: Lane): number[] => {
  const [word0, word1, word2, word3] = words;
  const splitInto = (low: number, high: number): number[] =>
    code(set(wide), get(wide), OP.i32WrapI64, set(low), get(wide), i64(32n), OP.i64ShrU, OP.i32WrapI64, set(high));
  const lookUps = words.flatMap((word, index) =>
    [0, 1, 2, 3].flatMap((byte) => {
      const position = index * 4 + byte;
      return code(lookUp(SLICES - 1 - position, word, byte), position === 0 ? [] : OP.i64Xor);
    }),
  );
  return code(
    code(get(address), loadI64(0), get(crc), OP.i64Xor, splitInto(word0, word1)),
    code(get(address), loadI64(8), splitInto(word2, word3)),
    code(lookUps, set(crc)),
    increase(address, 16),
  );
};

/** (crc: i64, address: i32, length: i32) -> i64 */
const assembleUpdate = (): WasmFunction => {
  const [crc, address, length, word0, word1, word2, word3, wide] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const byOne = code(
    code(get(crc), OP.i32WrapI64, get(address), OP.i32Load8U, 0, 0, OP.i32Xor, set(word0)),
    code(lookUp(0, word0, 0), get(crc), i64(8n), OP.i64ShrU, OP.i64Xor, set(crc)),
    code(increase(address, 1), increase(length, -1)),
  );
  const bySixteen = code(
    stepSixteen({ crc, address, words: [word0, word1, word2, word3], wide }),
    increase(length, -16),
  );
  return {
    name: 'update',
    parameters: [I64, I32, I32],
    results: [I64],
    locals: [
      [4, I32],
      [1, I64],
    ],
    body: code(whileAtLeast(length, 16, bySixteen), whileAtLeast(length, 1, byOne), get(crc)),
  };
};

/**
 * (crc: i64, address: i32, half: i32, power: i64) -> i64: takes twice `half` bytes, the halves side by side. A step of one register
 * must wait for its last step, but not for the other register's: half as fast again as one after the other. Then the two are joined:
 * `power` is x^(8·half), and `half` a multiple of sixteen.
 */
const assembleUpdateHalves = (multiplyIndex: number): WasmFunction => {
  const [crc, address, half, power, word0, word1, word2, word3, address2, wide, crc2] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ] as const;
  const words = [word0, word1, word2, word3] as const;
  const bothBySixteen = code(
    stepSixteen({ crc, address, words, wide }),
    stepSixteen({ crc: crc2, address: address2, words, wide }),
    increase(half, -16),
  );
  return {
    name: 'updateHalves',
    parameters: [I64, I32, I32, I64],
    results: [I64],
    locals: [
      [5, I32],
      [2, I64],
    ],
    body: code(
      code(get(address), get(half), OP.i32Add, set(address2)),
      whileAtLeast(half, 16, bothBySixteen),
      code(get(power), get(crc), OP.call, multiplyIndex, get(crc2), OP.i64Xor),
    ),
  };
};

/** (a: i64, b: i64) -> i64: product of two polynomials modulo the CRC's, in reflected form. */
const assembleMultiply = (): WasmFunction => {
  const [a, b, product, round] = [0, 1, 2, 3] as const;
  // Negating a bit gives a mask of all ones or none: no branch.
  const mask = (bit: readonly number[]): number[] => code(i64(0n), bit, OP.i64Sub);
  const highBitOfA = code(get(a), i64(63n), OP.i64ShrU);
  const lowBitOfB = code(get(b), i64(1n), OP.i64And);
  const step = code(
    code(mask(highBitOfA), get(b), OP.i64And, get(product), OP.i64Xor, set(product)),
    code(get(a), i64(1n), OP.i64Shl, set(a)),
    code(mask(lowBitOfB), i64(CRC64_POLYNOMIAL), OP.i64And, get(b), i64(1n), OP.i64ShrU, OP.i64Xor, set(b)),
    increase(round, -1),
  );
  return {
    name: 'multiply',
    parameters: [I64, I64],
    results: [I64],
    locals: [
      [1, I64],
      [1, I32],
    ],
    body: code(i32(64), set(round), whileAtLeast(round, 1, step), get(product)),
  };
};

export interface Crc64Module {
  /** The staging area; at most STAGING_BYTES at a time. */
  readonly staging: Uint8Array;
  update(crc: bigint, address: number, lengthBytes: number): bigint;
  /** `power` is x^(8·halfBytes). */
  updateHalves(crc: bigint, address: number, halfBytes: number, power: bigint): bigint;
  multiply(a: bigint, b: bigint): bigint;
}

const isCallable = (value: unknown): value is (...values: (bigint | number)[]) => bigint => typeof value === 'function';

/** Assembles and instantiates the module and fills its tables. */
export const loadCrc64Module = (): Crc64Module => {
  const { exports } = new wasmEngine.Instance(
    new wasmEngine.Module(
      assembleModule([assembleMultiply(), assembleUpdate(), assembleUpdateHalves(0)], { pages: PAGES }),
    ),
  );
  const { memory, update, updateHalves, multiply } = exports;
  if (
    !(memory instanceof wasmEngine.Memory) ||
    !isCallable(update) ||
    !isCallable(updateHalves) ||
    !isCallable(multiply)
  ) {
    throw new TypeError('the assembled CRC module lacks an export');
  }
  fillTables(new BigUint64Array(memory.buffer, 0, SLICES * 256));
  const staging = new Uint8Array(memory.buffer, STAGING_OFFSET_BYTES, STAGING_BYTES);
  return { staging, update, updateHalves, multiply };
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
