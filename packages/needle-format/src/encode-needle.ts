import { FormatError } from './format-error.ts';
import {
  COOKIE_AT,
  DATA_SIZE_BYTES,
  FLAGS_BYTES,
  ID_AT,
  LAST_MODIFIED_BYTES,
  LAST_MODIFIED_SECONDS_MAX,
  MIME_BYTES_MAX,
  NAME_BYTES_MAX,
  NEEDLE_HEADER_BYTES,
  NEEDLE_SIZE_MAX,
  type NeedleVersion,
  PAIRS_BYTES_MAX,
  recordBytes,
  SIZE_AT,
  TTL_BYTES,
} from './layout.ts';
import type { Needle } from './needle.ts';
import { hasFlag, NEEDLE_FLAG } from './needle-flags.ts';
import { writePadding } from './needle-padding.ts';

/*
 * A record is a head, the caller's data, and a tail. Head and tail are written into a scratch buffer and handed to one vectored
 * write together with the data, which is never copied:
 *
 *   head: cookie u32 | id u64 | size i32 | dataSize u32 (versions 2 and 3 with data)
 *   tail: flags and sections (versions 2 and 3 with data) | checksum u32 | appendAtNs u64 (version 3) | padding
 *
 * In a batch the tail of one record and the head of the next are neighbours on disk and in the scratch buffer.
 */

/**
 * The value of the size field.
 * @throws FormatError `out-of-range` when a section or the whole is too long for its length field.
 */
export function needleSizeBytes(needle: Needle, version: NeedleVersion): number {
  const dataBytes = needle.data.length;
  if (version === 1 || dataBytes === 0) return checkRange('data length', dataBytes, NEEDLE_SIZE_MAX);
  const { flags } = needle;
  let sizeBytes = DATA_SIZE_BYTES + dataBytes + FLAGS_BYTES;
  if (hasFlag(flags, NEEDLE_FLAG.hasName)) {
    sizeBytes += 1 + checkRange('name length', needle.name?.length ?? 0, NAME_BYTES_MAX);
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasMime)) {
    sizeBytes += 1 + checkRange('mime length', needle.mime?.length ?? 0, MIME_BYTES_MAX);
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasLastModified)) {
    checkRange('lastModified', needle.lastModifiedSeconds, LAST_MODIFIED_SECONDS_MAX);
    sizeBytes += LAST_MODIFIED_BYTES;
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasTtl)) sizeBytes += TTL_BYTES;
  if (hasFlag(flags, NEEDLE_FLAG.hasPairs)) {
    sizeBytes += 2 + checkRange('pairs length', needle.pairs?.length ?? 0, PAIRS_BYTES_MAX);
  }
  return checkRange('needle size', sizeBytes, NEEDLE_SIZE_MAX);
}

/** Bytes in front of the data. */
export function needleHeadBytes(dataBytes: number, version: NeedleVersion): number {
  return version === 1 || dataBytes === 0 ? NEEDLE_HEADER_BYTES : NEEDLE_HEADER_BYTES + DATA_SIZE_BYTES;
}

/** Writes what stands before the data, and returns the position behind it. `sizeBytes` comes from `needleSizeBytes`. */
export function writeNeedleHead(
  target: Buffer,
  at: number,
  needle: Needle,
  sizeBytes: number,
  version: NeedleVersion,
): number {
  target.writeUInt32BE(needle.cookie, at + COOKIE_AT);
  target.writeBigUInt64BE(needle.id, at + ID_AT);
  target.writeInt32BE(sizeBytes, at + SIZE_AT);
  const end = at + NEEDLE_HEADER_BYTES;
  if (version === 1 || needle.data.length === 0) return end;
  return target.writeUInt32BE(needle.data.length, end);
}

/**
 * Writes what stands behind the data, and returns the position behind it. The append time is given apart, because it is known
 * only when the record's turn comes; version 1 and 2 have none.
 */
export function writeNeedleTail(
  target: Buffer,
  at: number,
  needle: Needle,
  sizeBytes: number,
  version: NeedleVersion,
  appendAtNs: bigint,
): number {
  let position = at;
  if (version !== 1 && needle.data.length > 0) position = writeSections(target, position, needle);
  position = target.writeUInt32BE(needle.checksum, position);
  if (version === 3) position = target.writeBigUInt64BE(appendAtNs, position);
  return writePadding(target, position, needle, sizeBytes, version);
}

/** The whole record in one new buffer. For cold paths; it copies the data. */
export function encodeNeedle(needle: Needle, version: NeedleVersion): Buffer {
  const sizeBytes = needleSizeBytes(needle, version);
  const record = Buffer.allocUnsafe(recordBytes(sizeBytes, version));
  const dataAt = writeNeedleHead(record, 0, needle, sizeBytes, version);
  record.set(needle.data, dataAt);
  writeNeedleTail(record, dataAt + needle.data.length, needle, sizeBytes, version, needle.appendAtNs);
  return record;
}

function writeSections(target: Buffer, at: number, needle: Needle): number {
  const { flags } = needle;
  let position = target.writeUInt8(flags, at);
  if (hasFlag(flags, NEEDLE_FLAG.hasName)) position = writeShortBytes(target, position, needle.name);
  if (hasFlag(flags, NEEDLE_FLAG.hasMime)) position = writeShortBytes(target, position, needle.mime);
  if (hasFlag(flags, NEEDLE_FLAG.hasLastModified)) {
    position = target.writeUIntBE(needle.lastModifiedSeconds, position, LAST_MODIFIED_BYTES);
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasTtl)) {
    position = target.writeUInt8(needle.ttl?.count ?? 0, position);
    position = target.writeUInt8(needle.ttl?.unit ?? 0, position);
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasPairs)) {
    position = target.writeUInt16BE(needle.pairs?.length ?? 0, position);
    if (needle.pairs !== undefined) target.set(needle.pairs, position);
    position += needle.pairs?.length ?? 0;
  }
  return position;
}

function writeShortBytes(target: Buffer, at: number, bytes: Uint8Array | undefined): number {
  const position = target.writeUInt8(bytes?.length ?? 0, at);
  if (bytes === undefined) return position;
  target.set(bytes, position);
  return position + bytes.length;
}

function checkRange(field: string, value: number, max: number): number {
  if (value >= 0 && value <= max) return value;
  throw new FormatError('out-of-range', `${field} is ${value}, expected 0 to ${max}`);
}
