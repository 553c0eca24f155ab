import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { Chunk } from '@needlestack/service-contracts';
import type { ChunkBuffer, ChunkBufferShare } from './chunk-buffer-pool.ts';
import type { ChunkSink } from './chunk-sink.ts';
import type { DigestStream, DigestWorkerPool } from './digest-worker-pool.ts';
import { CHUNK_SIZE_BYTES, CHUNK_WRITES_IN_FLIGHT_MAX, SMALL_OBJECT_MAX_BYTES } from './limits.ts';
import type { ObjectUpload, StoredObject } from './object-upload.ts';

/**
 * An object of any size: bytes are copied once into chunk buffers; a full buffer is written and hashed at the same time while the next
 * one fills. At most CHUNK_WRITES_IN_FLIGHT_MAX + 1 buffers belong to one upload. While it waits for its client, the buffer that it
 * fills is on offer: if others need it, what it holds becomes a short chunk.
 */
export class LargeObjectUpload implements ObjectUpload {
  readonly #chunks: ChunkSink;
  readonly #buffers: ChunkBufferShare;
  readonly #algorithms: readonly ChecksumAlgorithm[];
  readonly #digest: DigestStream;
  readonly #signal: AbortSignal | undefined;
  readonly #done: (Chunk | undefined)[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #filling: ChunkBuffer | undefined;
  #filledBytes = 0;
  /** What the buffer held that was given to others, when it was too little for a chunk. */
  #setAside: Uint8Array | undefined;
  #sizeBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: {
    readonly chunks: ChunkSink;
    readonly buffers: ChunkBufferShare;
    readonly digests: DigestWorkerPool;
    readonly algorithms: readonly ChecksumAlgorithm[];
    readonly signal?: AbortSignal;
  }) {
    this.#chunks = options.chunks;
    this.#buffers = options.buffers;
    this.#algorithms = options.algorithms;
    this.#digest = options.digests.open(options.algorithms);
    this.#signal = options.signal;
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#filling !== undefined && bytes.byteLength < CHUNK_SIZE_BYTES - this.#filledBytes) {
      this.#copy(this.#filling, bytes);
      this.#filling.offer(this.#makeRoom);
      return undefined;
    }
    return this.#writeAcross(bytes);
  }

  #copy(into: ChunkBuffer, bytes: Uint8Array): void {
    into.bytes.set(bytes, this.#filledBytes);
    this.#filledBytes += bytes.byteLength;
    this.#sizeBytes += bytes.byteLength;
  }

  /** Fills up the current buffer, sends it off, and goes on in the next. */
  async #writeAcross(bytes: Uint8Array): Promise<void> {
    this.#filling?.withdraw();
    let rest = bytes;
    while (rest.byteLength > 0) {
      this.#throwFailure();
      const buffer = this.#filling ?? (await this.#beginBuffer());
      const taken = rest.subarray(0, CHUNK_SIZE_BYTES - this.#filledBytes);
      this.#copy(buffer, taken);
      rest = rest.subarray(taken.byteLength);
      if (this.#filledBytes === CHUNK_SIZE_BYTES) {
        this.#sendOff((data) => this.#digest.update(data));
        while (this.#inFlight.size >= CHUNK_WRITES_IN_FLIGHT_MAX) await Promise.race(this.#inFlight);
        this.#throwFailure();
      }
    }
    this.#filling?.offer(this.#makeRoom);
  }

  async #beginBuffer(): Promise<ChunkBuffer> {
    const buffer = await this.#buffers.take(this.#signal);
    this.#filling = buffer;
    if (this.#setAside !== undefined) {
      buffer.bytes.set(this.#setAside);
      this.#filledBytes = this.#setAside.byteLength;
      this.#setAside = undefined;
    }
    return buffer;
  }

  /** The client is slow and others wait for a buffer. */
  readonly #makeRoom = (): void => {
    if (this.#filling === undefined) return;
    if (this.#filledBytes > SMALL_OBJECT_MAX_BYTES) {
      this.#sendOff((data) => this.#digest.update(data));
      return;
    }
    this.#setAside = new Uint8Array(this.#filling.bytes.subarray(0, this.#filledBytes));
    this.#giveBackFilling();
  };

  /** Starts writing and hashing the filled buffer. */
  #sendOff(hash: (data: Uint8Array) => Promise<unknown>): void {
    const buffer = this.#filling;
    if (buffer === undefined) return;
    buffer.withdraw();
    const data = buffer.bytes.subarray(0, this.#filledBytes);
    this.#filling = undefined;
    this.#filledBytes = 0;
    const index = this.#done.push(undefined) - 1;
    const work = this.#store(index, data, hash(data))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        buffer.give();
        this.#inFlight.delete(work);
      });
    this.#inFlight.add(work);
  }

  async #store(index: number, data: Uint8Array, hashing: Promise<unknown>): Promise<void> {
    if (this.#chunks.roomBytes !== undefined) await hashing;
    // Both must have let go of the buffer before it is given back, also when one fails.
    const [hashed, written] = await Promise.allSettled([hashing, this.#chunks.write(data, this.#signal)]);
    if (written.status === 'fulfilled') this.#done[index] = written.value;
    if (hashed.status === 'rejected') throw hashed.reason;
    if (written.status === 'rejected') throw written.reason;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async finish(): Promise<StoredObject> {
    this.#filling?.withdraw();
    this.#throwFailure();
    if (this.#setAside !== undefined) await this.#beginBuffer();
    const values = await this.#finishDigest();
    await Promise.all(this.#inFlight);
    this.#throwFailure();
    const digests = new Map<ChecksumAlgorithm, Uint8Array>();
    for (const [index, algorithm] of this.#algorithms.entries()) {
      const value = values[index];
      if (value !== undefined) digests.set(algorithm, value);
    }
    return { chunks: this.#writtenChunks(), sizeBytes: this.#sizeBytes, digests };
  }

  /** Sends the last chunk off. The digests, or nothing when they failed: the failure is kept then. */
  async #finishDigest(): Promise<readonly Uint8Array[]> {
    if (this.#filledBytes === 0) {
      this.#giveBackFilling();
      return this.#digest.finish(undefined);
    }
    let finishing: Promise<readonly Uint8Array[]> | undefined;
    this.#sendOff((data) => {
      finishing = this.#digest.finish(data);
      return finishing;
    });
    return (await finishing?.catch(() => undefined)) ?? [];
  }

  async abort(): Promise<readonly Chunk[]> {
    this.#digest.drop();
    this.#setAside = undefined;
    this.#giveBackFilling();
    await Promise.all(this.#inFlight);
    return this.#writtenChunks();
  }

  #giveBackFilling(): void {
    this.#filling?.give();
    this.#filling = undefined;
    this.#filledBytes = 0;
  }

  #writtenChunks(): Chunk[] {
    return this.#done.filter((chunk) => chunk !== undefined);
  }
}
