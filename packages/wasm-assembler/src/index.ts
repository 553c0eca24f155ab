export { assembleModule, type WasmFunction, type WasmMemory } from './assemble-module.ts';
export {
  type Code,
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
  OP,
  set,
  tee,
  V128,
  whileAtLeast,
} from './instructions.ts';
export { loadV128, SIMD, storeV128 } from './simd-instructions.ts';
export { type WasmEngine, wasmEngine } from './wasm-engine.ts';
