import { FormatError } from './format-error.ts';
import { RECORD_ALIGNMENT_BYTES } from './layout.ts';

/*
 * A row of `.idx`, `.sdx`, `.ecx`: id u64 | offset / 8, u32 | one byte more of offset in wide rows | size i32.
 * The fifth offset byte holds the highest bits although it comes last.
 */

/** Bytes of the offset field: 4 reaches 32 GiB, 5 reaches 8 TiB. */
export type OffsetWidth = 4 | 5;

/** The size that marks a deletion in an index row. */
export const TOMBSTONE_SIZE = -1;

export interface IndexEntry {
  /** Unsigned 64-bit. */
  readonly id: bigint;
  /** Position of the record in the volume file; 0 in a tombstone without a record. */
  readonly offsetBytes: number;
  /** Size field of the record; 0 is an empty file, TOMBSTONE_SIZE a deletion. */
  readonly sizeBytes: number;
}

const ID_BYTES = 8;
const SIZE_BYTES = 4;
const LOW_OFFSET_RANGE = 2 ** 32;

export function indexRowBytes(width: OffsetWidth): number {
  return ID_BYTES + width + SIZE_BYTES;
}

/** The first offset that a row of this width cannot hold. */
export function volumeBytesMax(width: OffsetWidth): number {
  return 2 ** (8 * width) * RECORD_ALIGNMENT_BYTES;
}

/**
 * Writes one row at `at` and returns the position behind it.
 * @throws FormatError `out-of-range` when the offset is not aligned or too far for the width.
 */
export function writeIndexRow(
  target: Buffer,
  at: number,
  id: bigint,
  offsetBytes: number,
  sizeBytes: number,
  width: OffsetWidth,
): number {
  if (offsetBytes < 0 || offsetBytes % RECORD_ALIGNMENT_BYTES !== 0 || offsetBytes >= volumeBytesMax(width)) {
    throw new FormatError(
      'out-of-range',
      `offset is ${offsetBytes}, expected a multiple of 8 below ${volumeBytesMax(width)}`,
    );
  }
  const units = offsetBytes / RECORD_ALIGNMENT_BYTES;
  let position = target.writeBigUInt64BE(id, at);
  position = target.writeUInt32BE(units % LOW_OFFSET_RANGE, position);
  if (width === 5) position = target.writeUInt8(Math.floor(units / LOW_OFFSET_RANGE), position);
  return target.writeInt32BE(sizeBytes, position);
}

export function encodeIndexEntry(entry: IndexEntry, width: OffsetWidth): Buffer {
  const row = Buffer.allocUnsafe(indexRowBytes(width));
  writeIndexRow(row, 0, entry.id, entry.offsetBytes, entry.sizeBytes, width);
  return row;
}

/** @throws FormatError `truncated` */
export function decodeIndexEntry(bytes: Buffer, at: number, width: OffsetWidth): IndexEntry {
  const rowBytes = indexRowBytes(width);
  if (at < 0 || bytes.length < at + rowBytes) {
    throw new FormatError('truncated', `index row has ${bytes.length - at} bytes, expected ${rowBytes}`);
  }
  const high = width === 5 ? bytes.readUInt8(at + ID_BYTES + 4) : 0;
  const units = high * LOW_OFFSET_RANGE + bytes.readUInt32BE(at + ID_BYTES);
  return {
    id: bytes.readBigUInt64BE(at),
    offsetBytes: units * RECORD_ALIGNMENT_BYTES,
    sizeBytes: bytes.readInt32BE(at + ID_BYTES + width),
  };
}

/**
 * All rows in file order.
 * @throws FormatError `truncated` when the length is not a multiple of the row.
 */
export function* decodeIndex(bytes: Buffer, width: OffsetWidth): Generator<IndexEntry> {
  const rowBytes = indexRowBytes(width);
  if (bytes.length % rowBytes !== 0) {
    throw new FormatError('truncated', `index has ${bytes.length} bytes, expected a multiple of ${rowBytes}`);
  }
  for (let at = 0; at < bytes.length; at += rowBytes) yield decodeIndexEntry(bytes, at, width);
}
