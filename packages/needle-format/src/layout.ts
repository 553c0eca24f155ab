import { FormatError } from './format-error.ts';

/** Byte positions and lengths of a volume file; the tables are in FORMAT.md. */

/** Version of the needle records in a volume. New volumes are version 3. */
export type NeedleVersion = 1 | 2 | 3;

export const CURRENT_NEEDLE_VERSION: NeedleVersion = 3;

export const SUPERBLOCK_BYTES = 8;
/** Records start on multiples of this, and index rows store offsets divided by it. */
export const RECORD_ALIGNMENT_BYTES = 8;

/** cookie u32, id u64, size i32. */
export const NEEDLE_HEADER_BYTES = 16;
export const COOKIE_AT = 0;
export const ID_AT = 4;
export const SIZE_AT = 12;

export const CHECKSUM_BYTES = 4;
export const APPEND_TIME_BYTES = 8;
export const DATA_SIZE_BYTES = 4;
export const FLAGS_BYTES = 1;
export const LAST_MODIFIED_BYTES = 5;
export const TTL_BYTES = 2;

/** The size field is a signed 32-bit number; the body it counts must fit. */
export const NEEDLE_SIZE_MAX = 0x7fffffff;
/** A name or mime type has a one-byte length. */
export const NAME_BYTES_MAX = 255;
export const MIME_BYTES_MAX = 255;
/** Pairs have a two-byte length. */
export const PAIRS_BYTES_MAX = 65_535;
export const LAST_MODIFIED_SECONDS_MAX = 2 ** 40 - 1;

if (SUPERBLOCK_BYTES % RECORD_ALIGNMENT_BYTES !== 0) throw new Error('the first record must be aligned');
if (SIZE_AT + 4 !== NEEDLE_HEADER_BYTES) throw new Error('the size field must close the needle header');

/** Refuses any version but 1, 2 and 3 with `bad-version`. */
export function toNeedleVersion(value: number): NeedleVersion {
  if (value === 1 || value === 2 || value === 3) return value;
  throw new FormatError('bad-version', `needle version is ${value}, expected 1, 2 or 3`);
}

/** What follows the body: the checksum, and in version 3 the time of the append. */
export function trailerBytes(version: NeedleVersion): number {
  return version === 3 ? CHECKSUM_BYTES + APPEND_TIME_BYTES : CHECKSUM_BYTES;
}

/** Bytes of padding after the trailer: 1 to 8, never 0, as the format has always had it. */
export function paddingBytes(sizeBytes: number, version: NeedleVersion): number {
  const unpaddedBytes = NEEDLE_HEADER_BYTES + sizeBytes + trailerBytes(version);
  return RECORD_ALIGNMENT_BYTES - (unpaddedBytes % RECORD_ALIGNMENT_BYTES);
}

/** Length on disk of a record whose size field is `sizeBytes`. A negative size (a tombstone of the index) counts as 0. */
export function recordBytes(sizeBytes: number, version: NeedleVersion): number {
  const bodyBytes = Math.max(sizeBytes, 0);
  return NEEDLE_HEADER_BYTES + bodyBytes + trailerBytes(version) + paddingBytes(bodyBytes, version);
}
