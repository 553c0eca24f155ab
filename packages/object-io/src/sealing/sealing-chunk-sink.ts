import { randomFillSync } from 'node:crypto';
import type { Chunk } from '@needlestack/service-contracts';
import type { ChunkSink } from '../chunk-sink.ts';
import { NONCE_PREFIX_BYTES } from './sealed-chunk.ts';
import { type DataKeys, sealLayers, storedBytes } from './sealed-layers.ts';

/** Seals chunks on their way to another sink. The chunks it answers with count the plain bytes, as every chunk of an object does. */
export class SealingChunkSink implements ChunkSink {
  readonly #sink: ChunkSink;
  readonly #keys: DataKeys;

  constructor(sink: ChunkSink, keys: DataKeys) {
    this.#sink = sink;
    this.#keys = keys;
  }

  roomBytes(sizeBytes: number): number {
    return storedBytes(sizeBytes, this.#keys);
  }

  async write(data: Uint8Array, signal?: AbortSignal): Promise<Chunk> {
    const sizeBytes = data.byteLength;
    const room = new Uint8Array(data.buffer, data.byteOffset, this.roomBytes(sizeBytes));
    sealLayers(room, sizeBytes, this.#keys, () => randomFillSync(new Uint8Array(NONCE_PREFIX_BYTES)));
    return { ...(await this.#sink.write(room, signal)), sizeBytes };
  }
}
