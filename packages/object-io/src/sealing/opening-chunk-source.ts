import type { Chunk } from '@needlestack/service-contracts';
import type { ChunkSource } from '../chunk-source.ts';
import type { ChunkStore } from '../chunk-store.ts';
import type { ChunkExtent } from '../plan-read.ts';
import { type DataKeys, openLayers, storedBytes } from './sealed-layers.ts';

/** Chunks of an encrypted object. Only the segments that an extent touches are opened. */
export class OpeningChunkSource implements ChunkSource {
  readonly #chunks: ChunkStore;
  readonly #keys: DataKeys;

  constructor(chunks: ChunkStore, keys: DataKeys) {
    this.#chunks = chunks;
    this.#keys = keys;
  }

  async read(extent: ChunkExtent, into: Uint8Array | undefined, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#open(extent, await this.#chunks.read(this.#storedChunk(extent), into, signal));
  }

  readNow(extent: ChunkExtent): Uint8Array | undefined {
    const stored = this.#chunks.readNow(this.#storedChunk(extent));
    return stored === undefined ? undefined : this.#open(extent, stored);
  }

  /** As the volume knows it: with the length of what lies in the needle. */
  #storedChunk({ chunk }: ChunkExtent): Chunk {
    return { ...chunk, sizeBytes: storedBytes(chunk.sizeBytes, this.#keys) };
  }

  #open({ chunk, offsetInChunkBytes, lengthBytes }: ChunkExtent, stored: Uint8Array): Uint8Array {
    return openLayers(stored, chunk.sizeBytes, this.#keys, offsetInChunkBytes, offsetInChunkBytes + lengthBytes);
  }
}
