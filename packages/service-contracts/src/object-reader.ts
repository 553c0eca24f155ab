import type { Chunk } from './chunk.ts';

/** What is needed to read the bytes of one pinned version of an object. */
export interface ReadableObject {
  readonly sizeBytes: number;
  readonly chunks: readonly Chunk[];
  readonly inlineData?: Uint8Array;
  /** What its chunks are sealed with, 32 bytes each, the inner layer first; absent when they lie plain. */
  readonly dataKeys?: readonly Uint8Array[];
  /** Its plain bytes may stay in memory when nobody reads them: the store itself has the key, and needs no client for it. */
  readonly isKeptOpen?: boolean;
}

export interface ByteRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export interface ObjectReader {
  /**
   * Bytes of the range in order, verified. A view that was yielded is valid until the next step of the iteration: its memory is then
   * used again. Prefetches one chunk; stops reading when the consumer stops or `signal` aborts.
   */
  read(
    object: ReadableObject,
    range: ByteRange | undefined,
    signal: AbortSignal | undefined,
  ): AsyncIterable<Uint8Array>;
}
