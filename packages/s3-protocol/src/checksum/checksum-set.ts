import type { ChecksumAlgorithm } from './checksum-algorithm.ts';
import { type ChecksumHasher, createChecksumHasher } from './checksum-hasher.ts';

/** Several checksums of one body in one pass. Algorithms named twice are computed once. */
export class ChecksumSet {
  readonly #hashers = new Map<ChecksumAlgorithm, ChecksumHasher>();
  readonly #digests = new Map<ChecksumAlgorithm, Buffer>();

  constructor(algorithms: Iterable<ChecksumAlgorithm>) {
    for (const algorithm of algorithms) {
      if (!this.#hashers.has(algorithm)) this.#hashers.set(algorithm, createChecksumHasher(algorithm));
    }
  }

  update(data: Uint8Array): void {
    for (const hasher of this.#hashers.values()) hasher.update(data);
  }

  /** The digest of everything so far; no update may follow. Undefined for an algorithm that is not in the set. */
  digest(algorithm: ChecksumAlgorithm): Buffer | undefined {
    const known = this.#digests.get(algorithm);
    if (known !== undefined) return known;
    const digest = this.#hashers.get(algorithm)?.digest();
    if (digest !== undefined) this.#digests.set(algorithm, digest);
    return digest;
  }

  /** The same in base64, as S3 writes it. */
  digestBase64(algorithm: ChecksumAlgorithm): string | undefined {
    return this.digest(algorithm)?.toString('base64');
  }
}
