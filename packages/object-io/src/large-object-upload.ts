import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { Chunk } from '@needlestack/service-contracts';
import type { ChunkBuffer, ChunkBufferPool } from './chunk-buffer-pool.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { DigestStream, DigestWorkerPool } from './digest-worker-pool.ts';
import { CHUNK_SIZE_BYTES, CHUNK_WRITES_IN_FLIGHT_MAX } from './limits.ts';
import type { ObjectUpload, StoredObject } from './object-upload.ts';

/**
 * An object of any size: bytes are copied once into chunk buffers; a full buffer is written and hashed at the same time while the next
 * one fills. At most CHUNK_WRITES_IN_FLIGHT_MAX + 1 buffers belong to one upload.
 */
export class LargeObjectUpload implements ObjectUpload {
  readonly #chunks: ChunkStore;
  readonly #buffers: ChunkBufferPool;
  readonly #algorithms: readonly ChecksumAlgorithm[];
  readonly #digest: DigestStream;
  readonly #signal: AbortSignal | undefined;
  readonly #done: (Chunk | undefined)[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #filling: ChunkBuffer | undefined;
  #filledBytes = 0;
  #sizeBytes = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: {
    readonly chunks: ChunkStore;
    readonly buffers: ChunkBufferPool;
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
      this.#copy(bytes);
      return undefined;
    }
    return this.#writeAcross(bytes);
  }

  #copy(bytes: Uint8Array): void {
    this.#filling?.bytes.set(bytes, this.#filledBytes);
    this.#filledBytes += bytes.byteLength;
    this.#sizeBytes += bytes.byteLength;
  }

  /** Fills up the current buffer, sends it off, and goes on in the next. */
  async #writeAcross(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.byteLength > 0) {
      this.#throwFailure();
      this.#filling ??= await this.#buffers.take(this.#signal);
      const taken = rest.subarray(0, CHUNK_SIZE_BYTES - this.#filledBytes);
      this.#copy(taken);
      rest = rest.subarray(taken.byteLength);
      if (this.#filledBytes === CHUNK_SIZE_BYTES) await this.#sendOff();
    }
  }

  /** Starts writing and hashing the filled buffer; waits while too many are under way. */
  async #sendOff(): Promise<void> {
    const buffer = this.#filling;
    if (buffer === undefined) return;
    const data = buffer.bytes.subarray(0, this.#filledBytes);
    this.#filling = undefined;
    this.#filledBytes = 0;
    const index = this.#done.push(undefined) - 1;
    const work = this.#store(index, data)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#buffers.give(buffer);
        this.#inFlight.delete(work);
      });
    this.#inFlight.add(work);
    while (this.#inFlight.size >= CHUNK_WRITES_IN_FLIGHT_MAX) await Promise.race(this.#inFlight);
    this.#throwFailure();
  }

  async #store(index: number, data: Uint8Array): Promise<void> {
    // Both must have let go of the buffer before it is given back, also when one fails.
    const [hashed, written] = await Promise.allSettled([
      this.#digest.update(data),
      this.#chunks.write(data, this.#signal),
    ]);
    if (written.status === 'fulfilled') this.#done[index] = written.value;
    if (hashed.status === 'rejected') throw hashed.reason;
    if (written.status === 'rejected') throw written.reason;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async finish(): Promise<StoredObject> {
    this.#throwFailure();
    if (this.#filledBytes > 0) await this.#sendOff();
    else this.#giveBackFilling();
    await Promise.all(this.#inFlight);
    this.#throwFailure();
    const values = await this.#digest.finish();
    const digests = new Map<ChecksumAlgorithm, Uint8Array>();
    for (const [index, algorithm] of this.#algorithms.entries()) {
      const value = values[index];
      if (value !== undefined) digests.set(algorithm, value);
    }
    return { chunks: this.#writtenChunks(), sizeBytes: this.#sizeBytes, digests };
  }

  async abort(): Promise<readonly Chunk[]> {
    this.#digest.drop();
    this.#giveBackFilling();
    await Promise.all(this.#inFlight);
    return this.#writtenChunks();
  }

  #giveBackFilling(): void {
    if (this.#filling !== undefined) this.#buffers.give(this.#filling);
    this.#filling = undefined;
    this.#filledBytes = 0;
  }

  #writtenChunks(): Chunk[] {
    return this.#done.filter((chunk) => chunk !== undefined);
  }
}
