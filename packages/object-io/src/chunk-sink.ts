import type { Chunk } from '@needlestack/service-contracts';

/** Where the chunks of an upload go. */
export interface ChunkSink {
  /** @param data must not change until the promise settles */
  write(data: Uint8Array, signal?: AbortSignal): Promise<Chunk>;
  /**
   * Set by a sink that changes `data` where it lies: nobody else may look at it from the call on, and it must be the beginning of so much
   * memory.
   */
  roomBytes?(sizeBytes: number): number;
  /** Of such a sink: `write` that leaves `data` as it is. */
  writeApart?(data: Uint8Array, signal?: AbortSignal): Promise<Chunk>;
}

/** Takes chunks and keeps none. */
export const NO_CHUNKS: ChunkSink = {
  write: ({ byteLength }) =>
    Promise.resolve({ volumeId: 0, needleKey: 0n, cookie: 0, sizeBytes: byteLength, crc32c: 0 }),
};
