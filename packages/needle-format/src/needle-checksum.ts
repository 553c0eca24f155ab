import { crc32c as nativeCrc32c } from '@node-rs/crc32';

const MASK_DELTA = 0xa282ead8;

/** CRC32C (Castagnoli), unsigned. `initial` continues an earlier sum. */
export function crc32c(bytes: Uint8Array, initial?: number): number {
  return initial === undefined ? nativeCrc32c(bytes) : nativeCrc32c(bytes, initial);
}

/** The rotated and shifted form that old volumes store and that the wire protocol still carries. */
export function maskCrc32c(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + MASK_DELTA) >>> 0;
}

/** The inverse of `maskCrc32c`. */
export function unmaskCrc32c(masked: number): number {
  const rotated = (masked - MASK_DELTA) >>> 0;
  return ((rotated << 15) | (rotated >>> 17)) >>> 0;
}

/** True when a record's checksum field belongs to data with this CRC32C, in its raw or its old masked form. */
export function isChecksumOf(stored: number, crc: number): boolean {
  return stored === crc || stored === maskCrc32c(crc);
}
