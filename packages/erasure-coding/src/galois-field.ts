/*
 * Arithmetic in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. Addition is xor. These tables serve matrices of at most 32 × 32; bytes of
 * shards are multiplied in WebAssembly.
 */

/** The polynomial that the field is taken modulo. */
export const FIELD_POLYNOMIAL = 0x11d;

const FIELD_ORDER = 255;
const EXPONENTIALS = new Uint8Array(2 * FIELD_ORDER);
const LOGARITHMS = new Uint8Array(FIELD_ORDER + 1);

let power = 1;
for (let exponent = 0; exponent < FIELD_ORDER; exponent += 1) {
  EXPONENTIALS[exponent] = power;
  EXPONENTIALS[exponent + FIELD_ORDER] = power;
  LOGARITHMS[power] = exponent;
  power <<= 1;
  if (power > FIELD_ORDER) power ^= FIELD_POLYNOMIAL;
}

export function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return EXPONENTIALS[logarithm(a) + logarithm(b)] ?? 0;
}

/** The factor that makes 1 of `a`, which must not be 0. */
export function invert(a: number): number {
  return EXPONENTIALS[FIELD_ORDER - logarithm(a)] ?? 0;
}

/** `base` to the power of `exponent`; anything to the power of 0 is 1, 0 included. */
export function raise(base: number, exponent: number): number {
  if (exponent === 0) return 1;
  if (base === 0) return 0;
  return EXPONENTIALS[(logarithm(base) * exponent) % FIELD_ORDER] ?? 0;
}

function logarithm(a: number): number {
  return LOGARITHMS[a] ?? 0;
}
