import type { BitReader } from './bit-reader.ts';
import { Bzip2Damage } from './bzip2-damage.ts';

export const CODE_LENGTH_MAX = 20;

/** A canonical Huffman code: symbols by the lengths of their codes. */
export class HuffmanTable {
  /** By length: the largest code, and what to take from a code to get the place of its symbol. */
  readonly #limits = new Int32Array(CODE_LENGTH_MAX + 2).fill(-1);
  readonly #bases = new Int32Array(CODE_LENGTH_MAX + 2);
  readonly #symbols: Uint16Array;
  readonly #shortest: number;
  readonly #longest: number;

  constructor(lengths: Uint8Array) {
    this.#symbols = new Uint16Array(lengths.length);
    this.#shortest = Math.min(...lengths);
    this.#longest = Math.max(...lengths);
    let code = 0;
    let place = 0;
    for (let length = this.#shortest; length <= this.#longest; length += 1) {
      this.#bases[length] = place - code;
      for (const [symbol, symbolLength] of lengths.entries()) {
        if (symbolLength !== length) continue;
        this.#symbols[place] = symbol;
        place += 1;
        code += 1;
      }
      this.#limits[length] = code - 1;
      code *= 2;
    }
  }

  /** Throws Bzip2Damage for bits that are no code. */
  read(reader: BitReader): number {
    let code = this.#shortest === 0 ? 0 : reader.bits(this.#shortest);
    for (let length = this.#shortest; length <= this.#longest; length += 1) {
      if (code <= (this.#limits[length] ?? -1)) return this.#symbols[code + (this.#bases[length] ?? 0)] ?? 0;
      code = code * 2 + reader.bit();
    }
    throw new Bzip2Damage('bits that are no code');
  }
}
