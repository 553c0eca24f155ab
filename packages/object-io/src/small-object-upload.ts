import { hash } from 'node:crypto';
import { type ChecksumAlgorithm, createChecksumHasher } from '@needlestack/s3-protocol';

import type { Chunk } from '@needlestack/service-contracts';
import type { ChunkSink } from './chunk-sink.ts';
import { SMALL_OBJECT_MAX_BYTES } from './limits.ts';
import type { ObjectUpload, StoredObject } from './object-upload.ts';

function digestOf(algorithm: ChecksumAlgorithm, data: Uint8Array): Uint8Array {
  if (algorithm === 'MD5') return hash('md5', data, 'buffer');
  if (algorithm === 'SHA256') return hash('sha256', data, 'buffer');
  const hasher = createChecksumHasher(algorithm);
  hasher.update(data);
  return hasher.digest();
}

/** An object of at most SMALL_OBJECT_MAX_BYTES: kept as it came, hashed on the event loop, written as one needle. */
export class SmallObjectUpload implements ObjectUpload {
  readonly #chunks: ChunkSink;
  readonly #algorithms: readonly ChecksumAlgorithm[];
  readonly #signal: AbortSignal | undefined;
  #pieces: Uint8Array[] = [];
  #sizeBytes = 0;
  #written: Promise<Chunk> | undefined;

  constructor(options: {
    readonly chunks: ChunkSink;
    readonly algorithms: readonly ChecksumAlgorithm[];
    readonly signal?: AbortSignal;
  }) {
    this.#chunks = options.chunks;
    this.#algorithms = options.algorithms;
    this.#signal = options.signal;
  }

  write(bytes: Uint8Array): undefined {
    this.#sizeBytes += bytes.byteLength;
    if (this.#sizeBytes > SMALL_OBJECT_MAX_BYTES)
      throw new RangeError(`an upload announced as small reached ${this.#sizeBytes} bytes`);
    this.#pieces.push(bytes);
    return undefined;
  }

  async finish(): Promise<StoredObject> {
    const data = this.#takeData();
    // The disk works while the event loop hashes.
    if (data.byteLength > 0) this.#written = this.#begin(data);
    const digests = new Map<ChecksumAlgorithm, Uint8Array>();
    for (const algorithm of this.#algorithms) digests.set(algorithm, digestOf(algorithm, data));
    const chunks = this.#written === undefined ? [] : [await this.#written];
    return { chunks, sizeBytes: this.#sizeBytes, digests };
  }

  #begin(data: Uint8Array): Promise<Chunk> {
    return this.#chunks.writeApart === undefined
      ? this.#chunks.write(data, this.#signal)
      : this.#chunks.writeApart(data, this.#signal);
  }

  /** All bytes in one piece. */
  #takeData(): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = [];
    const first = pieces[0];
    return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces, this.#sizeBytes);
  }

  async abort(): Promise<readonly Chunk[]> {
    this.#pieces = [];
    const chunk = await this.#written?.catch(() => undefined);
    return chunk === undefined ? [] : [chunk];
  }
}
