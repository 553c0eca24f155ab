import type { ChecksumAlgorithm, Chunk } from '@needlestack/service-contracts';
import type { ChunkBufferPool } from './chunk-buffer-pool.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { DigestWorkerPool } from './digest-worker-pool.ts';
import { LargeObjectUpload } from './large-object-upload.ts';
import { SMALL_OBJECT_MAX_BYTES } from './limits.ts';
import { SmallObjectUpload } from './small-object-upload.ts';

/** What a finished upload left behind. */
export interface StoredObject {
  readonly chunks: readonly Chunk[];
  readonly sizeBytes: number;
  /** Raw digests of the whole, by algorithm. */
  readonly digests: ReadonlyMap<ChecksumAlgorithm, Uint8Array>;
}

/**
 * Takes the bytes of one object in order. `write` returns undefined when it took the bytes at once, or a promise to wait for before
 * the next call: that is the back-pressure to the socket. After a rejection only `abort` may be called.
 */
export interface ObjectUpload {
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** Resolves when every chunk is on stable storage. */
  finish(): Promise<StoredObject>;
  /** Ends the upload and tells which chunks were already written, so that they can be given to the garbage collector. */
  abort(): Promise<readonly Chunk[]>;
}

export interface BeginUpload {
  /** If announced; a small object then never touches the buffer pool. */
  readonly sizeBytes: number | undefined;
  readonly algorithms: readonly ChecksumAlgorithm[];
  readonly signal?: AbortSignal;
}

/** Cuts objects into chunks and stores them, hashing on the way. */
export class ObjectWriter {
  readonly #chunks: ChunkStore;
  readonly #buffers: ChunkBufferPool;
  readonly #digests: DigestWorkerPool;

  constructor(options: {
    readonly chunks: ChunkStore;
    readonly buffers: ChunkBufferPool;
    readonly digests: DigestWorkerPool;
  }) {
    this.#chunks = options.chunks;
    this.#buffers = options.buffers;
    this.#digests = options.digests;
  }

  begin(upload: BeginUpload): ObjectUpload {
    if (upload.sizeBytes !== undefined && upload.sizeBytes <= SMALL_OBJECT_MAX_BYTES) {
      return new SmallObjectUpload({ chunks: this.#chunks, ...upload });
    }
    return new LargeObjectUpload({ chunks: this.#chunks, buffers: this.#buffers, digests: this.#digests, ...upload });
  }
}
