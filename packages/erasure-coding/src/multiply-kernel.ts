import {
  assembleModule,
  type Code,
  code,
  doWhile,
  get,
  I32,
  i32,
  increase,
  loadI32,
  loadV128,
  OP,
  SIMD,
  set,
  storeV128,
  tee,
  V128,
  type WasmFunction,
  wasmEngine,
} from '@needlestack/wasm-assembler';

/*
 * One factor times sixteen bytes is two table look-ups with SIMD: the products of the factor with the low halves of the bytes, and with
 * the high halves, each out of a table of sixteen bytes. A function handles all inputs and up to four outputs in one go, so that each byte
 * of data is loaded once and the sums stay in registers.
 *
 * Memory as the functions see it:
 *   inputs   a table of i32 addresses
 *   tables   for each input, for each output: 16 products of low halves, 16 products of high halves
 *   outputs  one address each, as parameters
 */

/** Outputs that one call can make. More do not fit the registers. */
export const OUTPUTS_PER_CALL_MAX = 4;
/** Bytes that one step takes of each input; lengths are multiples of it. */
export const STEP_BYTES = 32;
/** Bytes of tables for one factor. */
export const FACTOR_TABLE_BYTES = 32;

const VECTOR_BYTES = 16;

/** (inputs, inputsEnd, tables, lengthBytes, ...outputs) */
export type MultiplyFunction = (...addresses: number[]) => void;

function multiplyFunction(outputs: number, swizzle: Code): WasmFunction {
  const [inputs, inputsEnd, tables, lengthBytes] = [0, 1, 2, 3];
  const outputAt = (index: number): number => 4 + index;
  const [position, input, table] = [4 + outputs, 5 + outputs, 6 + outputs];
  const vectors = 7 + outputs;
  const sum = (index: number, half: number): number => vectors + 2 * index + half;
  const low = (half: number): number => vectors + 2 * outputs + half;
  const high = (half: number): number => vectors + 2 * outputs + 2 + half;
  const [mask, products] = [vectors + 2 * outputs + 4, vectors + 2 * outputs + 5];
  const bothHalves = [0, 1];
  const all = Array.from({ length: outputs }, (_, index) => index);

  const clear = all.flatMap((index) =>
    bothHalves.flatMap((half) => code(i32(0), SIMD.i8x16Splat, set(sum(index, half)))),
  );
  const loadInput = bothHalves.flatMap((half) =>
    code(
      get(input),
      loadI32(0),
      get(position),
      OP.i32Add,
      loadV128(half * VECTOR_BYTES),
      tee(high(half)),
      get(mask),
      SIMD.v128And,
      set(low(half)),
      get(high(half)),
      i32(4),
      SIMD.i8x16ShrU,
      set(high(half)),
    ),
  );
  const addProducts = (index: number, tableOffset: number, nibble: (half: number) => number): Code =>
    code(
      get(table),
      loadV128(index * FACTOR_TABLE_BYTES + tableOffset),
      set(products),
      ...bothHalves.map((half) =>
        code(get(products), get(nibble(half)), swizzle, get(sum(index, half)), SIMD.v128Xor, set(sum(index, half))),
      ),
    );
  const addInput = code(
    loadInput,
    ...all.map((index) => code(addProducts(index, 0, low), addProducts(index, VECTOR_BYTES, high))),
    increase(table, outputs * FACTOR_TABLE_BYTES),
    increase(input, 4),
  );
  const store = all.flatMap((index) =>
    bothHalves.flatMap((half) =>
      code(get(outputAt(index)), get(position), OP.i32Add, get(sum(index, half)), storeV128(half * VECTOR_BYTES)),
    ),
  );
  const step = code(
    clear,
    get(tables),
    set(table),
    get(inputs),
    set(input),
    doWhile(addInput, code(get(input), get(inputsEnd), OP.i32LtU)),
    store,
    increase(position, STEP_BYTES),
  );
  return {
    name: `multiply${outputs}`,
    parameters: new Array<number>(4 + outputs).fill(I32),
    results: [],
    locals: [
      [3, I32],
      [2 * outputs + 6, V128],
    ],
    body: code(i32(0x0f), SIMD.i8x16Splat, set(mask), doWhile(step, code(get(position), get(lengthBytes), OP.i32LtU))),
  };
}

function assembleKernel(swizzle: Code): Uint8Array<ArrayBuffer> {
  return assembleModule(
    Array.from({ length: OUTPUTS_PER_CALL_MAX }, (_, index) => multiplyFunction(index + 1, swizzle)),
    'imported',
  );
}

/** Indexes are always below 16, so both swizzles give the same. */
function compileKernel(): object {
  const relaxed = assembleKernel(SIMD.i8x16RelaxedSwizzle);
  return new wasmEngine.Module(wasmEngine.validate(relaxed) ? relaxed : assembleKernel(SIMD.i8x16Swizzle));
}

let compiled: object | undefined;

/** Memory, and the functions over it for one, two, three and four outputs. */
export interface MultiplyKernel {
  readonly buffer: ArrayBuffer;
  readonly functions: readonly MultiplyFunction[];
}

export const PAGE_BYTES = 65_536;

/** A kernel with memory of so many bytes, which are zeros. */
export function createKernel(memoryBytes: number): MultiplyKernel {
  const pages = Math.ceil(memoryBytes / PAGE_BYTES);
  const memory = new wasmEngine.Memory({ initial: pages, maximum: pages });
  compiled ??= compileKernel();
  const { exports } = new wasmEngine.Instance(compiled, { env: { memory } });
  const functions = Array.from({ length: OUTPUTS_PER_CALL_MAX }, (_, index): MultiplyFunction => {
    const declared = exports[`multiply${index + 1}`];
    if (typeof declared !== 'function') throw new Error('the kernel lacks a function');
    return (...addresses) => declared(...addresses);
  });
  return { buffer: memory.buffer, functions };
}
