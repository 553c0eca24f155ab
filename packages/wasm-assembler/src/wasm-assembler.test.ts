import fc from 'fast-check';
import {
  assembleModule,
  code,
  doWhile,
  get,
  I32,
  I64,
  i32,
  i64,
  increase,
  loadI32,
  loadI64,
  loadV128,
  OP,
  SIMD,
  set,
  storeV128,
  tee,
  V128,
  type WasmFunction,
  type WasmMemory,
  wasmEngine,
  whileAtLeast,
} from './index.ts';

type Callable = (...values: (number | bigint)[]) => unknown;

function load(functions: readonly WasmFunction[], memory: WasmMemory = { pages: 1 }, imports: object = {}) {
  const bytes = assembleModule(functions, memory);
  expect(wasmEngine.validate(bytes)).toBe(true);
  const { exports } = new wasmEngine.Instance(new wasmEngine.Module(bytes), imports);
  return {
    memory: exports.memory as { readonly buffer: ArrayBuffer },
    call: (name: string, ...values: (number | bigint)[]) => (exports[name] as Callable)(...values),
  };
}

const constant = (name: string, type: number, body: WasmFunction['body']): WasmFunction => ({
  name,
  parameters: [],
  results: [type],
  locals: [],
  body,
});

test('numbers are what they were', () => {
  fc.assert(
    fc.property(fc.integer(), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (narrow, wide) => {
      const { call } = load([constant('narrow', I32, i32(narrow)), constant('wide', I64, i64(wide))]);
      expect(call('narrow')).toBe(narrow);
      expect(call('wide')).toBe(wide);
    }),
    { numRuns: 100 },
  );
});

test('locals beyond the 127th, and more functions and pages than fit one byte', () => {
  const far: WasmFunction = {
    name: 'far',
    parameters: [I32],
    results: [I32],
    locals: [[200, I32]],
    body: code(get(0), tee(200), get(200), OP.i32Add, set(130), get(130)),
  };
  const others = Array.from({ length: 130 }, (_, index) => constant(`f${index}`, I32, i32(index)));
  const { call, memory } = load([far, ...others], { pages: 130 });
  expect(call('far', 21)).toBe(42);
  expect(call('f129')).toBe(129);
  expect(memory.buffer.byteLength).toBe(130 * 65_536);
});

test('loops run as often as they should', () => {
  const looping = (name: string, body: WasmFunction['body']): WasmFunction => ({
    name,
    parameters: [I32],
    results: [I32],
    locals: [[1, I32]],
    body: code(body, get(1)),
  });
  const { call } = load([
    looping('pairs', whileAtLeast(0, 2, code(increase(0, -2), increase(1, 1)))),
    looping('upTo', doWhile(increase(1, 3), code(get(1), get(0), OP.i32LtU))),
  ]);
  expect([0, 1, 2, 9].map((count) => call('pairs', count))).toEqual([0, 0, 1, 4]);
  expect([0, 3, 4].map((limit) => call('upTo', limit))).toEqual([3, 3, 6]);
});

test('functions call each other by place', () => {
  const twice: WasmFunction = {
    name: 'twice',
    parameters: [I32],
    results: [I32],
    locals: [],
    body: code(get(0), get(0), OP.i32Add),
  };
  const { call } = load([twice, { ...twice, name: 'fourTimes', body: code(get(0), OP.call, 0, OP.call, 0) }]);
  expect(call('fourTimes', 5)).toBe(20);
});

test('loads come from the address plus the offset', () => {
  const loading = (name: string, type: number, body: WasmFunction['body']): WasmFunction => ({
    name,
    parameters: [I32],
    results: [type],
    locals: [],
    body: code(get(0), body),
  });
  const { call, memory } = load([loading('narrow', I32, loadI32(300)), loading('wide', I64, loadI64(4))]);
  const view = new DataView(memory.buffer);
  view.setInt32(308, -7, true);
  view.setBigInt64(12, -9n, true);
  expect(call('narrow', 8)).toBe(-7);
  expect(call('wide', 8)).toBe(-9n);
});

test.each([
  ['swizzle', SIMD.i8x16Swizzle],
  ['relaxed swizzle', SIMD.i8x16RelaxedSwizzle],
])('vectors in a memory from elsewhere: %s', (_name, swizzle) => {
  const memory = new wasmEngine.Memory({ initial: 1, maximum: 1 });
  const low = code(get(0), loadV128(0), i32(0x0f), SIMD.i8x16Splat, SIMD.v128And);
  const high = code(get(0), loadV128(0), i32(4), SIMD.i8x16ShrU);
  const lookUp = (table: number, indexes: WasmFunction['body']) => code(i32(0), loadV128(table), indexes, swizzle);
  const multiply: WasmFunction = {
    name: 'multiply',
    parameters: [I32],
    results: [],
    locals: [[1, V128]],
    body: code(lookUp(0, low), set(1), get(0), get(1), lookUp(16, high), SIMD.v128Xor, storeV128(16)),
  };
  const { call } = load([multiply], 'imported', { env: { memory } });
  const bytes = new Uint8Array(memory.buffer);
  for (let index = 0; index < 16; index += 1) {
    bytes[index] = index * 3;
    bytes[16 + index] = index * 5;
    bytes[64 + index] = index * 17;
  }
  call('multiply', 64);
  expect([...bytes.subarray(80, 96)]).toEqual(Array.from({ length: 16 }, (_, index) => (index * 3) ^ (index * 5)));
});
