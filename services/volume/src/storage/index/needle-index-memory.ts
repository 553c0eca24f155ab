import type { OffsetWidth } from '@needlestack/needle-format';
import type { IndexedNeedle, NeedleIndex } from '../../core/ports.ts';
import { IndexSegment, SEGMENT_SLOTS_MAX } from './index-segment.ts';

/**
 * Extendible hashing: a directory of segments, chosen by the low bits of an id's hash. A segment grows by a fifth at a time and is
 * cut in two when it is large, so a needle takes 19 to 23 bytes (a byte or two more with wide offsets) and no insertion ever
 * rehashes more than one segment.
 */
export class MemoryNeedleIndex implements NeedleIndex {
  readonly #wide: boolean;
  #depth = 0;
  #directory: IndexSegment[];

  constructor(width: OffsetWidth) {
    this.#wide = width === 5;
    this.#directory = [new IndexSegment(0, this.#wide)];
  }

  get count(): number {
    let count = 0;
    for (const segment of this.#segments()) count += segment.count;
    return count;
  }

  get memoryBytes(): number {
    let bytes = this.#directory.length * 8;
    for (const segment of this.#segments()) bytes += segment.memoryBytes;
    return bytes;
  }

  get(id: bigint): IndexedNeedle | undefined {
    splitId[0] = id;
    const idLow = idHalves[0] ?? 0;
    const idHigh = idHalves[1] ?? 0;
    const hash = hashId(idHigh, idLow);
    const segment = this.#segmentOf(hash);
    const slot = segment.probe(hash, idHigh, idLow);
    if (segment.isFree(slot)) return undefined;
    return { offsetBytes: segment.offsetBytes(slot), sizeBytes: segment.sizeBytes(slot) };
  }

  put(id: bigint, offsetBytes: number, sizeBytes: number): void {
    splitId[0] = id;
    const idLow = idHalves[0] ?? 0;
    const idHigh = idHalves[1] ?? 0;
    const hash = hashId(idHigh, idLow);
    let segment = this.#segmentOf(hash);
    let slot = segment.probe(hash, idHigh, idLow);
    while (segment.isFree(slot) && segment.isFull) {
      if (segment.slots < SEGMENT_SLOTS_MAX) segment.grow(hashId);
      else this.#split(segment, hash);
      segment = this.#segmentOf(hash);
      slot = segment.probe(hash, idHigh, idLow);
    }
    segment.set(slot, idHigh, idLow, offsetBytes, sizeBytes);
  }

  *entries(): Generator<readonly [bigint, IndexedNeedle]> {
    for (const segment of this.#segments()) {
      for (let slot = 0; slot < segment.slots; slot += 1) {
        if (segment.isFree(slot)) continue;
        const id = (BigInt(segment.idHigh(slot)) << 32n) | BigInt(segment.idLow(slot));
        yield [id, { offsetBytes: segment.offsetBytes(slot), sizeBytes: segment.sizeBytes(slot) }];
      }
    }
  }

  #segmentOf(hash: number): IndexSegment {
    const segment = this.#directory[hash & (this.#directory.length - 1)];
    if (segment === undefined) throw new Error('the directory of segments has a hole');
    return segment;
  }

  #segments(): Set<IndexSegment> {
    return new Set(this.#directory);
  }

  #split(segment: IndexSegment, hash: number): void {
    if (segment.depth === this.#depth) {
      this.#directory = [...this.#directory, ...this.#directory];
      this.#depth += 1;
    }
    const [zero, one] = segment.split(hashId);
    const stride = 2 ** segment.depth;
    for (let at = hash & (stride - 1); at < this.#directory.length; at += stride) {
      this.#directory[at] = (at >>> segment.depth) & 1 ? one : zero;
    }
  }
}

/** Splits a 64-bit id without allocating: written as one word, read as two. The halves are in the machine's (little-endian) order. */
const splitId = new BigUint64Array(1);
const idHalves = new Uint32Array(splitId.buffer);

/** Mixes all 64 bits into 32, so that both the low bits (directory) and the high bits (slot) are even for consecutive ids. */
function hashId(idHigh: number, idLow: number): number {
  let hash = idLow ^ Math.imul(idHigh, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
