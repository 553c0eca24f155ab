export interface WasmEngine {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports?: object) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (descriptor: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
}

declare const WebAssembly: WasmEngine;

/** What is used of WebAssembly: the compiler knows it only together with the whole browser. */
export const wasmEngine: WasmEngine = WebAssembly;
