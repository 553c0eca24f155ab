import type { NameStep } from '../sql/ast/path-node.ts';
import { parseString } from './parse-json.ts';
import { skipString } from './skip-json.ts';

interface WantedName {
  readonly step: NameStep;
  readonly bytes: Buffer;
  readonly lower: string;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Tells which of the wanted names a member has, from its bytes. */
export class JsonMemberNames {
  readonly #wanted: readonly WantedName[];
  /** Whether a wanted name was met in its exact spelling in this row; by slot. */
  readonly #isExact: boolean[];

  constructor(wanted: readonly NameStep[]) {
    this.#wanted = wanted.map((step) => ({ step, bytes: Buffer.from(step.name), lower: step.name.toLowerCase() }));
    this.#isExact = wanted.map(() => false);
  }

  /**
   * Notes `value` as the place of each wanted name that the member has whose name's quote opens at `nameStart`. The exact spelling
   * wins over another; of two equal names the last.
   */
  note(buffer: Buffer, nameStart: number, value: number, places: Int32Array): void {
    for (let slot = 0; slot < this.#wanted.length; slot += 1) {
      const wanted = this.#wanted[slot];
      if (wanted === undefined) continue;
      if (equalsAt(buffer, nameStart + 1, wanted.bytes)) {
        this.#isExact[slot] = true;
        places[slot] = value;
      } else if (this.#differsInForm(buffer, nameStart, wanted)) {
        if (places[slot] === -1) this.#isExact[slot] = false;
        if (!this.#isExact[slot]) places[slot] = value;
      }
    }
  }

  /** The slow half: names that differ in case, and names written with escapes. */
  #differsInForm(buffer: Buffer, nameStart: number, wanted: WantedName): boolean {
    if (!mayEqual(buffer, nameStart + 1, wanted.bytes)) return false;
    const name = parseString(buffer, nameStart, skipString(buffer, nameStart));
    return wanted.step.isQuoted ? name === wanted.step.name : name.toLowerCase() === wanted.lower;
  }
}

/** False when letters alone tell that the names differ; escapes and letters beyond ASCII need a closer look. */
const mayEqual = (buffer: Buffer, at: number, bytes: Buffer): boolean => {
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = buffer[at + index] ?? 0;
    const wanted = bytes[index] ?? 0;
    if (byte === BACKSLASH || byte >= 128 || wanted >= 128) return true;
    if (byte === QUOTE || (byte | 32) !== (wanted | 32)) return false;
  }
  const next = buffer[at + bytes.length] ?? 0;
  return next === QUOTE || next === BACKSLASH || next >= 128;
};

const equalsAt = (buffer: Buffer, at: number, bytes: Buffer): boolean => {
  for (let index = 0; index < bytes.length; index += 1) if (buffer[at + index] !== bytes[index]) return false;
  return buffer[at + bytes.length] === QUOTE;
};
