import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { ChunkBufferShare } from './chunk-buffer-pool.ts';
import { type ChunkSink, NO_CHUNKS } from './chunk-sink.ts';
import type { ChunkStore } from './chunk-store.ts';
import type { DigestWorkerPool } from './digest-worker-pool.ts';
import { LargeObjectUpload } from './large-object-upload.ts';
import { SMALL_OBJECT_MAX_BYTES } from './limits.ts';
import type { ObjectUpload } from './object-upload.ts';
import type { DataKeys } from './sealing/sealed-layers.ts';
import { SealingChunkSink } from './sealing/sealing-chunk-sink.ts';
import { SmallObjectUpload } from './small-object-upload.ts';

export interface BeginUpload {
  /** If announced; a small object then never touches the buffer pool. */
  readonly sizeBytes: number | undefined;
  /** Of the bytes as they come, also of an object that is sealed. */
  readonly algorithms: readonly ChecksumAlgorithm[];
  /** What the object is sealed with; plain without. */
  readonly dataKeys?: DataKeys;
  readonly signal?: AbortSignal;
}

/** Cuts objects into chunks and stores them, hashing on the way. */
export class ObjectWriter {
  readonly #chunks: ChunkStore;
  readonly #buffers: ChunkBufferShare;
  readonly #digests: DigestWorkerPool;

  constructor(options: {
    readonly chunks: ChunkStore;
    readonly buffers: ChunkBufferShare;
    readonly digests: DigestWorkerPool;
  }) {
    this.#chunks = options.chunks;
    this.#buffers = options.buffers;
    this.#digests = options.digests;
  }

  begin(upload: BeginUpload): ObjectUpload {
    const { dataKeys } = upload;
    const isPlain = dataKeys === undefined || dataKeys.length === 0;
    return this.#open(isPlain ? this.#chunks : new SealingChunkSink(this.#chunks, dataKeys), upload);
  }

  /** Hashes bytes as an upload would, and stores none: the chunks of what it finishes with name no needles. */
  beginDigest(upload: BeginUpload): ObjectUpload {
    return this.#open(NO_CHUNKS, upload);
  }

  #open(chunks: ChunkSink, upload: BeginUpload): ObjectUpload {
    if (upload.sizeBytes !== undefined && upload.sizeBytes <= SMALL_OBJECT_MAX_BYTES) {
      return new SmallObjectUpload({ chunks, ...upload });
    }
    return new LargeObjectUpload({ chunks, buffers: this.#buffers, digests: this.#digests, ...upload });
  }
}
