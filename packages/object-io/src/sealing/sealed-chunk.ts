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
const TAG_LENGTH = { authTagLength: TAG_BYTES };
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
 * Makes the sealed chunk of `plain` in `room`, at whose beginning the plain bytes may lie themselves.
 * @param room sealedBytes(plain.length) long
 * @param noncePrefix random, 8 bytes
 */
export function sealInto(room: Uint8Array, plain: Uint8Array, key: DataKey, noncePrefix: Uint8Array): void {
  const sizeBytes = plain.length;
  const segments = segmentsOf(sizeBytes);
  const nonce = Buffer.allocUnsafe(NONCE_BYTES);
  nonce.set(noncePrefix);
  for (let index = 0; index < segments; index += 1) {
    const from = index * SEGMENT_BYTES;
    numberNonce(nonce, index, segments);
    const cipher = createCipheriv(ALGORITHM, key, nonce, TAG_LENGTH);
    room.set(cipher.update(segments === 1 ? plain : plain.subarray(from, from + SEGMENT_BYTES)), from);
    cipher.final();
    room.set(cipher.getAuthTag(), sizeBytes + index * TAG_BYTES);
  }
  room.set(noncePrefix, sizeBytes + segments * TAG_BYTES);
}

/**
 * Opens a whole chunk that is one segment. The sealed bytes stay what they are.
 * @returns memory of its own
 * @throws SealError
 */
export function openSingleSegment(sealed: Uint8Array, sizeBytes: number, key: DataKey): Uint8Array {
  requireSealedLength(sealed, sizeBytes);
  return openSegment(sealed, sizeBytes, key, { nonce: nonceOf(sealed), index: 0, segments: 1 });
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
  requireSealedLength(sealed, sizeBytes);
  const segments = segmentsOf(sizeBytes);
  const nonce = nonceOf(sealed);
  const last = Math.min(segments, segmentsOf(toBytes));
  for (let index = Math.floor(fromBytes / SEGMENT_BYTES); index < last; index += 1) {
    sealed.set(openSegment(sealed, sizeBytes, key, { nonce, index, segments }), index * SEGMENT_BYTES);
  }
}

function requireSealedLength(sealed: Uint8Array, sizeBytes: number): void {
  const expected = sealedBytes(sizeBytes);
  if (sealed.length !== expected)
    throw new SealError(`a sealed chunk of ${sealed.length} bytes, expected ${expected} around ${sizeBytes}`);
}

/** Room for the nonce of a segment, with the chunk's part of it. */
function nonceOf(sealed: Uint8Array): Buffer {
  const nonce = Buffer.allocUnsafe(NONCE_BYTES);
  nonce.set(sealed.subarray(sealed.length - NONCE_PREFIX_BYTES));
  return nonce;
}

interface SegmentPlace {
  readonly nonce: Buffer;
  readonly index: number;
  readonly segments: number;
}

function openSegment(
  sealed: Uint8Array,
  sizeBytes: number,
  key: DataKey,
  { nonce, index, segments }: SegmentPlace,
): Uint8Array {
  const from = index * SEGMENT_BYTES;
  const tagAt = sizeBytes + index * TAG_BYTES;
  numberNonce(nonce, index, segments);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, TAG_LENGTH);
  decipher.setAuthTag(sealed.subarray(tagAt, tagAt + TAG_BYTES));
  const plain = decipher.update(sealed.subarray(from, Math.min(from + SEGMENT_BYTES, sizeBytes)));
  try {
    decipher.final();
  } catch (cause) {
    throw new SealError(`segment ${index} of ${segments} does not open with this key`, { cause });
  }
  return plain;
}

function numberNonce(nonce: Buffer, index: number, segments: number): void {
  nonce.writeUInt32BE(index === segments - 1 ? (index | LAST_SEGMENT) >>> 0 : index, NONCE_PREFIX_BYTES);
}
