import type { ChecksumAlgorithm } from '@needlestack/s3-protocol';
import type { Chunk } from '@needlestack/service-contracts';

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
