/*
 * Guesses which small records the system has in its page cache. Nothing tells a process without mapping the file, so what was read lately
 * counts as there. Reading such a record costs 1 µs where it stands; asking a thread of the pool for it costs 20 times that.
 *
 * A wrong guess makes the whole process wait for the disk. Two things bound that: a guess holds for half a minute, in which the system
 * drops a page only in dire need of memory; and when reads turn out slow, all guesses are off for a while.
 */

/** How long a record counts as cached after it was read. */
const CACHED_SECONDS = 30;
/** A direct read that takes longer may have waited for the disk, or for the processor. */
const SLOW_READ_MS = 1;
/** So many slow reads ... */
const SLOW_READS_MAX = 3;
/** ... within this time are the disk's. */
const SLOW_READS_WITHIN_MS = 100;
/** How long nothing counts as cached then. */
const SUSPENDED_MS = 5_000;

/** Records remembered: each set has room for two. */
const SETS = 32_768;
const SET_WORDS = 4;
/** All records of a volume lie at multiples of so many bytes. */
const PLACE_BYTES = 8;

/** The small records of a data directory that were read lately. */
export class CachedRecords {
  readonly #nowMs: () => number;
  /** Of each set: mark and second of the one, mark and second of the other. Pages that nobody touches take no memory. */
  readonly #sets = new Uint32Array(SETS * SET_WORDS);
  readonly #slowReadsMs: number[] = [];
  #suspendedUntilMs = 0;

  /** @param nowMs a clock that never goes back */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether direct reads may be tried at all. */
  get areReadsFast(): boolean {
    return this.#suspendedUntilMs === 0 || this.#nowMs() >= this.#suspendedUntilMs;
  }

  /** The record at this place was read. */
  note(handle: number, offsetBytes: number): void {
    const mark = markOf(handle, offsetBytes);
    const second = this.#second();
    const at = setOf(mark);
    const sets = this.#sets;
    if (sets[at] === mark) sets[at + 1] = second;
    else if (sets[at + 2] === mark || (sets[at + 3] ?? 0) < (sets[at + 1] ?? 0)) {
      sets[at + 2] = mark;
      sets[at + 3] = second;
    } else {
      sets[at] = mark;
      sets[at + 1] = second;
    }
  }

  /** Whether it was read lately. Who asks reads it: it counts as read again. */
  has(handle: number, offsetBytes: number): boolean {
    const mark = markOf(handle, offsetBytes);
    const at = setOf(mark);
    const sets = this.#sets;
    const found = sets[at] === mark ? at + 1 : sets[at + 2] === mark ? at + 3 : -1;
    if (found < 0) return false;
    const second = this.#second();
    if (second - (sets[found] ?? 0) > CACHED_SECONDS) return false;
    sets[found] = second;
    return this.areReadsFast;
  }

  /** Does a direct read, and takes note when it was slow. */
  time<Result>(read: () => Result): Result {
    const startMs = this.#nowMs();
    try {
      return read();
    } finally {
      const endMs = this.#nowMs();
      if (endMs - startMs > SLOW_READ_MS) this.#noteSlowRead(endMs);
    }
  }

  #noteSlowRead(nowMs: number): void {
    const slow = this.#slowReadsMs;
    if (slow.push(nowMs) < SLOW_READS_MAX) return;
    const firstMs = slow.shift() ?? nowMs;
    if (nowMs - firstMs > SLOW_READS_WITHIN_MS) return;
    slow.length = 0;
    this.#sets.fill(0);
    this.#suspendedUntilMs = nowMs + SUSPENDED_MS;
  }

  /** From 1 on: 0 stands for never. */
  #second(): number {
    return Math.floor(this.#nowMs() / 1000) + 1;
  }
}

/** 32 bits that tell a record from nearly all others; a mistaken one is read directly once. */
function markOf(handle: number, offsetBytes: number): number {
  const place = offsetBytes / PLACE_BYTES;
  const mixed = Math.imul(place ^ Math.floor(place / 2 ** 32), 0x9e37_79b1) ^ Math.imul(handle, 0x85eb_ca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

function setOf(mark: number): number {
  return (mark % SETS) * SET_WORDS;
}
