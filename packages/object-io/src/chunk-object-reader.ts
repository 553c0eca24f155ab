import type { ByteRange, Chunk, ObjectReader, ReadableObject } from '@needlestack/service-contracts';
import type { ChunkBuffer, ChunkBufferPool } from './chunk-buffer-pool.ts';
import type { ChunkStore } from './chunk-store.ts';
import { SMALL_OBJECT_MAX_BYTES } from './limits.ts';
import { type ChunkExtent, planRead } from './plan-read.ts';

/** A chunk being read, and the pool buffer it is read into (none for small chunks). */
interface Fetch {
  readonly buffer: ChunkBuffer | undefined;
  readonly bytes: Promise<Uint8Array>;
}

/** Reads objects chunk by chunk, the next one on its way while the consumer has the current one. */
export class ChunkObjectReader implements ObjectReader {
  readonly #chunks: ChunkStore;
  readonly #buffers: ChunkBufferPool;

  constructor(options: { readonly chunks: ChunkStore; readonly buffers: ChunkBufferPool }) {
    this.#chunks = options.chunks;
    this.#buffers = options.buffers;
  }

  /**
   * The whole of an object that is one small chunk, or inline: no iterator, and no promise where the bytes are at hand. Undefined when
   * the object is neither, and `read` must be used. The buffer belongs to the caller.
   */
  readSmall(object: ReadableObject, signal?: AbortSignal): Uint8Array | Promise<Uint8Array> | undefined {
    if (object.inlineData !== undefined) return object.inlineData;
    const chunk = object.chunks[0];
    if (chunk === undefined || object.chunks.length !== 1 || chunk.sizeBytes > SMALL_OBJECT_MAX_BYTES) return undefined;
    return this.#chunks.readNow(chunk) ?? this.#chunks.read(chunk, undefined, signal);
  }

  async *read(
    object: ReadableObject,
    range: ByteRange | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const wanted = range ?? { offsetBytes: 0, lengthBytes: object.sizeBytes };
    if (object.inlineData !== undefined) {
      yield object.inlineData.subarray(wanted.offsetBytes, wanted.offsetBytes + wanted.lengthBytes);
      return;
    }
    const extents = planRead(object, wanted);
    let ahead: Fetch | undefined;
    let current: Fetch | undefined;
    try {
      for (let index = 0; index < extents.length; index += 1) {
        const extent = extents[index] as ChunkExtent;
        signal?.throwIfAborted();
        current = ahead ?? (await this.#fetch(extent.chunk, signal));
        ahead = undefined;
        const bytes = await current.bytes;
        ahead = this.#prefetch(extents[index + 1]?.chunk, signal);
        yield bytes.subarray(extent.offsetInChunkBytes, extent.offsetInChunkBytes + extent.lengthBytes);
        this.#release(current);
        current = undefined;
      }
    } finally {
      if (current !== undefined) this.#release(current);
      if (ahead !== undefined) {
        await ahead.bytes.catch(() => undefined);
        this.#release(ahead);
      }
    }
  }

  async #fetch(chunk: Chunk, signal: AbortSignal | undefined): Promise<Fetch> {
    if (chunk.sizeBytes <= SMALL_OBJECT_MAX_BYTES)
      return { buffer: undefined, bytes: this.#chunks.read(chunk, undefined, signal) };
    const buffer = await this.#buffers.take(signal);
    return { buffer, bytes: this.#chunks.read(chunk, buffer.bytes, signal) };
  }

  /** Only with a buffer that is free now: a stream must never wait for a second buffer while it holds one. */
  #prefetch(chunk: Chunk | undefined, signal: AbortSignal | undefined): Fetch | undefined {
    if (chunk === undefined) return undefined;
    const buffer = chunk.sizeBytes <= SMALL_OBJECT_MAX_BYTES ? undefined : this.#buffers.tryTake();
    if (buffer === undefined && chunk.sizeBytes > SMALL_OBJECT_MAX_BYTES) return undefined;
    const bytes = this.#chunks.read(chunk, buffer?.bytes, signal);
    // Whoever awaits it sees the failure; until then it must not count as unhandled.
    bytes.catch(() => undefined);
    return { buffer, bytes };
  }

  #release(fetch: Fetch): void {
    if (fetch.buffer !== undefined) this.#buffers.give(fetch.buffer);
  }
}
