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

  write(data: Uint8Array, signal?: AbortSignal): Promise<Chunk> {
    return this.#seal(new Uint8Array(data.buffer, data.byteOffset, this.roomBytes(data.byteLength)), data, signal);
  }

  writeApart(data: Uint8Array, signal?: AbortSignal): Promise<Chunk> {
    return this.#seal(Buffer.allocUnsafe(this.roomBytes(data.byteLength)), data, signal);
  }

  async #seal(room: Uint8Array, data: Uint8Array, signal: AbortSignal | undefined): Promise<Chunk> {
    sealLayers(room, data, this.#keys, drawNoncePrefix);
    const { volumeId, needleKey, cookie, crc32c } = await this.#sink.write(room, signal);
    return { volumeId, needleKey, cookie, sizeBytes: data.byteLength, crc32c };
  }
}

/** Prefixes are drawn many at a time: a draw costs as much as sealing a small chunk. */
const PREFIXES_DRAWN = 128;
const prefixes = new Uint8Array(PREFIXES_DRAWN * NONCE_PREFIX_BYTES);
let prefixAt = prefixes.length;

/** Valid until the next call. */
function drawNoncePrefix(): Uint8Array {
  if (prefixAt === prefixes.length) {
    randomFillSync(prefixes);
    prefixAt = 0;
  }
  prefixAt += NONCE_PREFIX_BYTES;
  return prefixes.subarray(prefixAt - NONCE_PREFIX_BYTES, prefixAt);
}
