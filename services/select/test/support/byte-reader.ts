import type { ObjectReader } from '@needlestack/service-contracts';

/** Reads the inline bytes of objects in pieces of a size, and counts them. */
export class InlineReader implements ObjectReader {
  readonly #pieceBytes: number;
  readBytes = 0;

  constructor(pieceBytes = 64 * 1024) {
    this.#pieceBytes = pieceBytes;
  }

  async *read(
    object: Parameters<ObjectReader['read']>[0],
    range: Parameters<ObjectReader['read']>[1],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const bytes = object.inlineData ?? new Uint8Array(0);
    const end = range === undefined ? bytes.length : range.offsetBytes + range.lengthBytes;
    for (let at = range?.offsetBytes ?? 0; at < end; at += this.#pieceBytes) {
      signal?.throwIfAborted();
      const piece = bytes.subarray(at, Math.min(end, at + this.#pieceBytes));
      this.readBytes += piece.length;
      yield piece;
    }
  }
}
