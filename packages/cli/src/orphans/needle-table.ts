/**
 * Needles of one volume, and what is known of each. Open addressing over keys in two halves: 9 bytes a slot, no object a needle, so
 * that a hundred million of them fit.
 */

const FREE = 0;
const LIVE = 1;
const DELETED = 2;
const NAMED = 3;

const FIRST_SLOTS = 1024;
/** Probes stay short below this. */
const LOAD_MAX = 0.7;

export class NeedleTable {
  #halves = new Uint32Array(FIRST_SLOTS * 2);
  #states = new Uint8Array(FIRST_SLOTS);
  #used = 0;
  /** Turns a key into its halves without making numbers of it. */
  readonly #key = new BigUint64Array(1);
  readonly #keyHalves = new Uint32Array(this.#key.buffer);

  /** What an index says, row by row: the last word counts. */
  setLive(key: bigint, isLive: boolean): void {
    if (this.#used >= this.#states.length * LOAD_MAX) this.#grow();
    this.#key[0] = key;
    const slot = this.#find(this.#keyHalves[0] ?? 0, this.#keyHalves[1] ?? 0);
    if (this.#states[slot] === FREE) {
      this.#halves.set(this.#keyHalves, slot * 2);
      this.#used += 1;
    }
    this.#states[slot] = isLive ? LIVE : DELETED;
  }

  /** A row of the catalog names it; nothing happens when the volume has it not. */
  setNamed(key: bigint): void {
    this.#key[0] = key;
    const slot = this.#find(this.#keyHalves[0] ?? 0, this.#keyHalves[1] ?? 0);
    if (this.#states[slot] === LIVE) this.#states[slot] = NAMED;
  }

  /** Needles that are there, named or not. */
  countLive(): number {
    let count = 0;
    for (const state of this.#states) if (state === LIVE || state === NAMED) count += 1;
    return count;
  }

  /** Needles that are there and that nobody named. */
  *unnamed(): Generator<bigint, void, undefined> {
    for (const [slot, state] of this.#states.entries()) if (state === LIVE) yield this.#keyAt(slot);
  }

  /** Takes what is there in another table, as it is there too. */
  addLiveOf(other: NeedleTable): void {
    for (const key of other.unnamed()) this.setLive(key, true);
  }

  #keyAt(slot: number): bigint {
    this.#keyHalves[0] = this.#halves[slot * 2] ?? 0;
    this.#keyHalves[1] = this.#halves[slot * 2 + 1] ?? 0;
    return this.#key[0] ?? 0n;
  }

  /** Where the key is, or would be. */
  #find(low: number, high: number): number {
    const mask = this.#states.length - 1;
    const mixed = Math.imul(low ^ Math.imul(high, 0x9e37_79b1), 0x85eb_ca6b);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (this.#states[slot] !== FREE && (this.#halves[slot * 2] !== low || this.#halves[slot * 2 + 1] !== high))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const halves = this.#halves;
    const states = this.#states;
    this.#halves = new Uint32Array(halves.length * 2);
    this.#states = new Uint8Array(states.length * 2);
    for (const [from, state] of states.entries()) {
      if (state === FREE) continue;
      const low = halves[from * 2] ?? 0;
      const high = halves[from * 2 + 1] ?? 0;
      const slot = this.#find(low, high);
      this.#halves[slot * 2] = low;
      this.#halves[slot * 2 + 1] = high;
      this.#states[slot] = state;
    }
  }
}
