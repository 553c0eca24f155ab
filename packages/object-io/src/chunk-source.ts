import type { ChunkStore } from './chunk-store.ts';
import type { ChunkExtent } from './plan-read.ts';

/** Where the chunks of a read come from. */
export interface ChunkSource {
  /**
   * The chunk's bytes, of which those of the extent can be relied on; what is answered may be a view of `into` and belongs to the caller.
   * Rejects with VolumeError or SealError.
   */
  read(extent: ChunkExtent, into: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<Uint8Array>;
  /** The same when the bytes are at hand in this process; undefined otherwise, or when `read` has something to say about them. */
  readNow(extent: ChunkExtent): Uint8Array | undefined;
}

/** Chunks that lie plain. */
export class PlainChunkSource implements ChunkSource {
  readonly #chunks: ChunkStore;

  constructor(chunks: ChunkStore) {
    this.#chunks = chunks;
  }

  read({ chunk }: ChunkExtent, into: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#chunks.read(chunk, into, signal);
  }

  readNow({ chunk }: ChunkExtent): Uint8Array | undefined {
    return this.#chunks.readNow(chunk);
  }
}
