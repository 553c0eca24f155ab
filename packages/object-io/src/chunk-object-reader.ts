import type { ByteRange, Chunk, ObjectReader, ReadableObject } from '@needlestack/service-contracts';
import type { ChunkBuffer, ChunkBufferShare } from './chunk-buffer-pool.ts';
import { type ChunkSource, PlainChunkSource } from './chunk-source.ts';
import type { ChunkStore } from './chunk-store.ts';
import {
  OPENED_CHUNK_BYTES_MAX,
  OPENED_CHUNKS_BYTES_MAX,
  READ_WINDOW_BYTES,
  SMALL_OBJECT_MAX_BYTES,
  UNPINNED_BUFFERS_MIN,
} from './limits.ts';
import { type ChunkExtent, planRead } from './plan-read.ts';
import { OpenedChunks } from './sealing/opened-chunks.ts';
import { OpeningChunkSource } from './sealing/opening-chunk-source.ts';

/** A chunk being read, and the pool buffer it is read into (none for small chunks). */
interface Fetch {
  readonly buffer: ChunkBuffer | undefined;
  readonly bytes: Promise<Uint8Array>;
}

/** A chunk that was read, while its buffer is held. */
interface HeldChunk {
  readonly buffer: ChunkBuffer;
  readonly bytes: Uint8Array;
}

/** Reads objects chunk by chunk, the next one on its way while the consumer has the current one. */
export class ChunkObjectReader implements ObjectReader {
  readonly #chunks: ChunkStore;
  readonly #plain: ChunkSource;
  readonly #buffers: ChunkBufferShare;
  readonly #opened = new OpenedChunks({ bytesMax: OPENED_CHUNKS_BYTES_MAX, chunkBytesMax: OPENED_CHUNK_BYTES_MAX });

  constructor(options: { readonly chunks: ChunkStore; readonly buffers: ChunkBufferShare }) {
    this.#chunks = options.chunks;
    this.#plain = new PlainChunkSource(options.chunks);
    this.#buffers = options.buffers;
  }

  /**
   * The whole of an object that is one small chunk, or inline: no iterator, and no promise where the bytes are at hand. Undefined when
   * the object is neither, and `read` must be used. The bytes must not be changed.
   */
  readSmall(object: ReadableObject, signal?: AbortSignal): Uint8Array | Promise<Uint8Array> | undefined {
    if (object.inlineData !== undefined) return object.inlineData;
    const chunk = object.chunks[0];
    if (chunk === undefined || object.chunks.length !== 1 || chunk.sizeBytes > SMALL_OBJECT_MAX_BYTES) return undefined;
    if (object.isKeptOpen === true) return this.#opened.get(chunk) ?? this.#open(object, chunk, signal);
    return this.#readWhole(object, chunk, signal);
  }

  #open(object: ReadableObject, chunk: Chunk, signal: AbortSignal | undefined): Uint8Array | Promise<Uint8Array> {
    const keep = (plain: Uint8Array): Uint8Array => {
      this.#opened.note(chunk, plain);
      return plain;
    };
    const opening = this.#readWhole(object, chunk, signal);
    return opening instanceof Promise ? opening.then(keep) : keep(opening);
  }

  #readWhole(object: ReadableObject, chunk: Chunk, signal: AbortSignal | undefined): Uint8Array | Promise<Uint8Array> {
    const whole = { chunk, offsetInChunkBytes: 0, lengthBytes: chunk.sizeBytes };
    const source = this.#sourceOf(object);
    return source.readNow(whole) ?? source.read(whole, undefined, signal);
  }

  #sourceOf({ dataKeys }: ReadableObject): ChunkSource {
    return dataKeys === undefined ? this.#plain : new OpeningChunkSource(this.#chunks, dataKeys);
  }

  /** Every piece may be used until the next one is asked for. */
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
    const source = this.#sourceOf(object);
    const extents = planRead(object, wanted);
    let ahead: Fetch | undefined;
    let current: Fetch | undefined;
    try {
      for (const [index, extent] of extents.entries()) {
        signal?.throwIfAborted();
        current = ahead ?? (await this.#fetch(source, extent, signal));
        ahead = undefined;
        const bytes = await current.bytes;
        if (current.buffer !== undefined && !current.buffer.tryPin()) {
          yield* this.#yieldWindows(source, extent, { buffer: current.buffer, bytes }, signal);
        } else {
          ahead = this.#prefetch(source, extents[index + 1], signal);
          yield bytes.subarray(extent.offsetInChunkBytes, extent.offsetInChunkBytes + extent.lengthBytes);
        }
        current.buffer?.give();
        current = undefined;
      }
    } finally {
      current?.buffer?.give();
      if (ahead !== undefined) {
        await ahead.bytes.catch(() => undefined);
        ahead.buffer?.give();
      }
    }
  }

  /**
   * The way of a stream that may not keep its buffer for as long as its client likes: the consumer gets copies of small windows. When
   * it takes its time and others need the buffer, they get it, and the chunk is read again for the next window.
   */
  async *#yieldWindows(
    source: ChunkSource,
    extent: ChunkExtent,
    first: HeldChunk,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { chunk, lengthBytes } = extent;
    let held: HeldChunk | undefined = first;
    const letGo = (): void => {
      held?.buffer.give();
      held = undefined;
    };
    const window = Buffer.allocUnsafeSlow(Math.min(READ_WINDOW_BYTES, lengthBytes));
    try {
      for (let at = 0; at < lengthBytes; at += window.length) {
        const from = extent.offsetInChunkBytes + at;
        const restBytes = lengthBytes - at;
        held ??= await this.#readAgain(source, { chunk, offsetInChunkBytes: from, lengthBytes: restBytes }, signal);
        const piece = held.bytes.subarray(from, from + Math.min(window.length, restBytes));
        window.set(piece);
        held.buffer.offer(letGo);
        yield window.subarray(0, piece.length);
        held?.buffer.withdraw();
      }
    } finally {
      letGo();
    }
  }

  async #readAgain(source: ChunkSource, extent: ChunkExtent, signal: AbortSignal | undefined): Promise<HeldChunk> {
    const buffer = await this.#buffers.take(signal);
    try {
      return { buffer, bytes: await source.read(extent, buffer.bytes, signal) };
    } catch (error) {
      buffer.give();
      throw error;
    }
  }

  async #fetch(source: ChunkSource, extent: ChunkExtent, signal: AbortSignal | undefined): Promise<Fetch> {
    if (extent.chunk.sizeBytes <= SMALL_OBJECT_MAX_BYTES)
      return { buffer: undefined, bytes: source.read(extent, undefined, signal) };
    const buffer = await this.#buffers.take(signal);
    return { buffer, bytes: source.read(extent, buffer.bytes, signal) };
  }

  /** Only with a buffer that nobody is about to need: a stream must never wait for a second buffer while it holds one. */
  #prefetch(source: ChunkSource, extent: ChunkExtent | undefined, signal: AbortSignal | undefined): Fetch | undefined {
    if (extent === undefined) return undefined;
    const isSmall = extent.chunk.sizeBytes <= SMALL_OBJECT_MAX_BYTES;
    if (!isSmall && this.#buffers.available <= UNPINNED_BUFFERS_MIN) return undefined;
    const buffer = isSmall ? undefined : this.#buffers.tryTake();
    const bytes = source.read(extent, buffer?.bytes, signal);
    // Whoever awaits it sees the failure; until then it must not count as unhandled.
    bytes.catch(() => undefined);
    return { buffer, bytes };
  }
}
