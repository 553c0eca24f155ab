import { RECORD_ALIGNMENT_BYTES } from '@needlestack/needle-format';

/*
 * An open-addressing table of needles. A slot is four unsigned 32-bit words: id high, id low, offset / 8 low, size (as two's
 * complement). Wide offsets have a byte more in an array beside it. No record lies at offset 0, so an offset of 0 is a free slot.
 * Nothing is ever removed: a deleted needle keeps its slot with a negative size.
 */

const WORDS_PER_SLOT = 4;
const LOW_OFFSET_RANGE = 2 ** 32;
/** Probes stay short below this. Right after a growth the load is LOAD_MAX / GROWTH: 16 / 0.71 = 23 bytes a needle at worst. */
const LOAD_MAX = 0.85;
const GROWTH = 1.2;
const FIRST_SLOTS = 16;

/** Slots at which a segment is cut in two rather than grown, so that no rehash takes long. */
export const SEGMENT_SLOTS_MAX = 32_768;

export class IndexSegment {
  /** How many low bits of the hash all needles of this segment share. */
  readonly depth: number;
  count = 0;
  #slots: number;
  #words: Uint32Array;
  #offsetsHigh: Uint8Array | undefined;

  constructor(depth: number, wide: boolean, slots: number = FIRST_SLOTS) {
    this.depth = depth;
    this.#slots = slots;
    this.#words = new Uint32Array(slots * WORDS_PER_SLOT);
    this.#offsetsHigh = wide ? new Uint8Array(slots) : undefined;
  }

  get slots(): number {
    return this.#slots;
  }

  get memoryBytes(): number {
    return this.#words.byteLength + (this.#offsetsHigh?.byteLength ?? 0);
  }

  get isFull(): boolean {
    return this.count + 1 > this.#slots * LOAD_MAX;
  }

  /** The slot that holds the id, or the free slot where it belongs. There is always a free one. */
  probe(hash: number, idHigh: number, idLow: number): number {
    const words = this.#words;
    let slot = Math.floor((hash * this.#slots) / LOW_OFFSET_RANGE);
    while (!this.isFree(slot)) {
      const word = slot * WORDS_PER_SLOT;
      if (words[word + 1] === idLow && words[word] === idHigh) return slot;
      slot = slot + 1 === this.#slots ? 0 : slot + 1;
    }
    return slot;
  }

  isFree(slot: number): boolean {
    return this.#words[slot * WORDS_PER_SLOT + 2] === 0 && (this.#offsetsHigh?.[slot] ?? 0) === 0;
  }

  offsetBytes(slot: number): number {
    const high = this.#offsetsHigh?.[slot] ?? 0;
    return (high * LOW_OFFSET_RANGE + (this.#words[slot * WORDS_PER_SLOT + 2] ?? 0)) * RECORD_ALIGNMENT_BYTES;
  }

  sizeBytes(slot: number): number {
    return (this.#words[slot * WORDS_PER_SLOT + 3] ?? 0) | 0;
  }

  idHigh(slot: number): number {
    return this.#words[slot * WORDS_PER_SLOT] ?? 0;
  }

  idLow(slot: number): number {
    return this.#words[slot * WORDS_PER_SLOT + 1] ?? 0;
  }

  set(slot: number, idHigh: number, idLow: number, offsetBytes: number, sizeBytes: number): void {
    if (this.isFree(slot)) this.count += 1;
    const units = offsetBytes / RECORD_ALIGNMENT_BYTES;
    const word = slot * WORDS_PER_SLOT;
    this.#words[word] = idHigh;
    this.#words[word + 1] = idLow;
    this.#words[word + 2] = units % LOW_OFFSET_RANGE;
    this.#words[word + 3] = sizeBytes;
    if (this.#offsetsHigh !== undefined) this.#offsetsHigh[slot] = Math.floor(units / LOW_OFFSET_RANGE);
  }

  /** Moves every needle into a larger table. */
  grow(hashOf: (idHigh: number, idLow: number) => number): void {
    const old = new IndexSegment(this.depth, this.#offsetsHigh !== undefined, 0);
    old.#slots = this.#slots;
    old.#words = this.#words;
    old.#offsetsHigh = this.#offsetsHigh;
    this.#slots = Math.ceil(this.#slots * GROWTH);
    this.#words = new Uint32Array(this.#slots * WORDS_PER_SLOT);
    if (this.#offsetsHigh !== undefined) this.#offsetsHigh = new Uint8Array(this.#slots);
    this.count = 0;
    for (let slot = 0; slot < old.#slots; slot += 1) {
      if (!old.isFree(slot)) this.#adopt(old, slot, hashOf(old.idHigh(slot), old.idLow(slot)));
    }
  }

  /** Two segments one bit deeper that hold the needles of this one: first those whose bit is 0. */
  split(hashOf: (idHigh: number, idLow: number) => number): readonly [IndexSegment, IndexSegment] {
    const wide = this.#offsetsHigh !== undefined;
    const slots = Math.ceil((this.#slots * GROWTH) / 2);
    const halves = [
      new IndexSegment(this.depth + 1, wide, slots),
      new IndexSegment(this.depth + 1, wide, slots),
    ] as const;
    for (let slot = 0; slot < this.#slots; slot += 1) {
      if (this.isFree(slot)) continue;
      const hash = hashOf(this.idHigh(slot), this.idLow(slot));
      halves[(hash >>> this.depth) & 1 ? 1 : 0].#adopt(this, slot, hash);
    }
    return halves;
  }

  #adopt(from: IndexSegment, slot: number, hash: number): void {
    const idHigh = from.idHigh(slot);
    const idLow = from.idLow(slot);
    this.set(this.probe(hash, idHigh, idLow), idHigh, idLow, from.offsetBytes(slot), from.sizeBytes(slot));
  }
}
