/**
 * Where one piece of an object lies: a needle in a volume. An object is the concatenation of its chunks in order.
 */
export interface Chunk {
  readonly volumeId: number;
  /** Needle key: unsigned 64-bit. */
  readonly needleKey: bigint;
  /** Random per needle; reading or deleting with another cookie is refused. Unsigned 32-bit. */
  readonly cookie: number;
  /** Bytes of the object in this chunk; at least 1. */
  readonly sizeBytes: number;
  /** CRC32C (Castagnoli) of the chunk's bytes, unsigned 32-bit. */
  readonly crc32c: number;
}
