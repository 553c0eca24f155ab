/**
 * The bytes of an encrypted chunk, as they lie in its needle:
 *
 *   ciphertext     as long as the chunk's bytes
 *   tags           16 bytes for each segment of 64 KiB, the last one may be shorter
 *   nonce prefix   8 random bytes
 *
 * A segment is AES-256-GCM (NIST SP 800-38D) under the object's data key; its nonce is the prefix and the segment's number (u32), whose top
 * bit is set in the last one. So a chunk that was cut short, lengthened, or whose segments were exchanged does not open, and a range opens by
 * its own segments alone. A data key belongs to one object: 2^32 chunks of it would have to meet before two prefixes do.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

/** What opens and closes the bytes of one object: 32 bytes. */
export type DataKey = Uint8Array;

export const DATA_KEY_BYTES = 32;
export const NONCE_PREFIX_BYTES = 8;
export const SEGMENT_BYTES = 64 * 1024;

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const LAST_SEGMENT = 0x8000_0000;

/** The bytes are not what was sealed, or were sealed with another key. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** Length in the needle of a chunk that has so many bytes. */
export function sealedBytes(sizeBytes: number): number {
  return sizeBytes + segmentsOf(sizeBytes) * TAG_BYTES + NONCE_PREFIX_BYTES;
}

function segmentsOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / SEGMENT_BYTES);
}

/**
 * Seals the first `sizeBytes` of `room` where they lie; `room` becomes the sealed chunk.
 * @param room sealedBytes(sizeBytes) long
 * @param noncePrefix random, 8 bytes
 */
export function sealInPlace(room: Uint8Array, sizeBytes: number, key: DataKey, noncePrefix: Uint8Array): void {
  const segments = segmentsOf(sizeBytes);
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.set(noncePrefix);
  for (let index = 0; index < segments; index += 1) {
    const from = index * SEGMENT_BYTES;
    numberNonce(nonce, index, segments);
    const cipher = createCipheriv(ALGORITHM, key, nonce);
    room.set(cipher.update(room.subarray(from, Math.min(from + SEGMENT_BYTES, sizeBytes))), from);
    cipher.final();
    room.set(cipher.getAuthTag(), sizeBytes + index * TAG_BYTES);
  }
  room.set(noncePrefix, sizeBytes + segments * TAG_BYTES);
}

/**
 * Opens what `fromBytes` to below `toBytes` of the chunk needs, where it lies: afterwards those bytes are plain, and whole segments around them.
 * A segment must not be opened twice.
 * @param sealed the sealed chunk; only the segments asked for change
 * @throws SealError
 */
export function openInPlace(
  sealed: Uint8Array,
  sizeBytes: number,
  key: DataKey,
  fromBytes: number,
  toBytes: number,
): void {
  if (sealed.length !== sealedBytes(sizeBytes)) {
    throw new SealError(
      `a sealed chunk of ${sealed.length} bytes, expected ${sealedBytes(sizeBytes)} around ${sizeBytes}`,
    );
  }
  const segments = segmentsOf(sizeBytes);
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.set(sealed.subarray(sealed.length - NONCE_PREFIX_BYTES));
  const last = Math.min(segments, segmentsOf(toBytes));
  for (let index = Math.floor(fromBytes / SEGMENT_BYTES); index < last; index += 1) {
    const from = index * SEGMENT_BYTES;
    const tagAt = sizeBytes + index * TAG_BYTES;
    numberNonce(nonce, index, segments);
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(tagAt, tagAt + TAG_BYTES));
    const plain = decipher.update(sealed.subarray(from, Math.min(from + SEGMENT_BYTES, sizeBytes)));
    try {
      decipher.final();
    } catch (cause) {
      throw new SealError(`segment ${index} of ${segments} does not open with this key`, { cause });
    }
    sealed.set(plain, from);
  }
}

function numberNonce(nonce: Buffer, index: number, segments: number): void {
  nonce.writeUInt32BE(index === segments - 1 ? (index | LAST_SEGMENT) >>> 0 : index, NONCE_PREFIX_BYTES);
}
