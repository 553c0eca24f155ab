import type { OpenedVolume } from '../ports.ts';

/*
 * The live needles of a volume are sorted into buckets by their ids; the digest of a bucket is the exclusive or of a hash of each id and
 * size in it, and so does not depend on their order. Both come from the index in memory. Copies whose digests are equal have the same
 * needles; they may still differ in the content of one, which lists tell.
 */

export const NEEDLE_BUCKETS = 1_024;
const DIGEST_BYTES = 8;
/** Needles between two looks at what else the process has to do: about a millisecond. */
const NEEDLES_AT_ONCE = 4_096;
const BUCKET_SHIFT = 22;

interface KnownDigests {
  readonly rowsBytes: number;
  readonly digests: Buffer;
}

/** Makes digests, and remembers them as long as a volume does not change. */
export class NeedleDigests {
  readonly #known = new WeakMap<OpenedVolume, KnownDigests>();

  /** 8 bytes for each bucket. What is appended meanwhile may be in it or not. */
  async of(opened: OpenedVolume, signal: AbortSignal): Promise<Buffer> {
    const rowsBytes = opened.log.endBytes;
    const known = this.#known.get(opened);
    if (known?.rowsBytes === rowsBytes) return known.digests;
    const digests = await digestNeedles(opened, signal);
    this.#known.set(opened, { rowsBytes, digests });
    return digests;
  }
}

/** In which bucket a needle is counted. */
export function bucketOf(key: bigint): number {
  return hash(Number(key & 0xffffffffn), Number(key >> 32n), 0x9e3779b1) >>> BUCKET_SHIFT;
}

/** Buckets whose digests differ. Digests of another length are of nothing that can be compared: all buckets. */
export function differingBuckets(a: Buffer, b: Buffer): number[] {
  const all = [...Array(NEEDLE_BUCKETS).keys()];
  if (a.length !== b.length) return all;
  return all.filter((bucket) => {
    const at = bucket * DIGEST_BYTES;
    return !a.subarray(at, at + DIGEST_BYTES).equals(b.subarray(at, at + DIGEST_BYTES));
  });
}

async function digestNeedles({ index }: OpenedVolume, signal: AbortSignal): Promise<Buffer> {
  const words = new Uint32Array(NEEDLE_BUCKETS * 2);
  let needles = 0;
  for (const [key, { sizeBytes }] of index.entries()) {
    needles += 1;
    if (needles % NEEDLES_AT_ONCE === 0) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
    }
    if (sizeBytes < 0) continue;
    const low = Number(key & 0xffffffffn);
    const high = Number(key >> 32n);
    const at = 2 * (hash(low, high, 0x9e3779b1) >>> BUCKET_SHIFT);
    words[at] = (words[at] ?? 0) ^ hash(low, high ^ sizeBytes, 0x85ebca6b);
    words[at + 1] = (words[at + 1] ?? 0) ^ hash(low ^ sizeBytes, high, 0xc2b2ae35);
  }
  const digests = Buffer.alloc(words.length * 4);
  for (const [at, word] of words.entries()) digests.writeUInt32BE(word, at * 4);
  return digests;
}

/** Mixes all 64 bits of two words into 32. */
function hash(low: number, high: number, seed: number): number {
  let mixed = seed;
  for (const word of [low, high]) {
    mixed = Math.imul(mixed ^ word, 0xcc9e2d51);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x1b873593);
    mixed ^= mixed >>> 13;
  }
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
