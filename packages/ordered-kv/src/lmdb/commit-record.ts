/**
 * One record of the commit log: what one batch wrote. Numbers are big-endian.
 *
 *    0  u32  `NSCL`
 *    4  u32  length of the record in bytes, this head included
 *    8  u32  CRC-32 of the eight bytes before and of all bytes behind
 *   12  u32  rows
 *   16  u64  number of the batch, one more than that of the batch before
 *   24  u64  the round's own random number: what is left over from an earlier round, or was sent by a client to look like a record, has another
 *   32  u32  sequences
 *   36  u32  zero
 *   40  rows: u32 length of the key, u32 length of the value or 0xFFFFFFFF for a deletion, key, value;
 *       sequences: u32 length of the name, u64 last number, name
 */
import { crc32 } from 'node:zlib';
import type { RowWrites } from '../write-overlay.ts';

const MAGIC = 0x4e_53_43_4c;
const CRC_AT = 8;
const HEAD_BYTES = 40;
const ROW_HEAD_BYTES = 8;
const SEQUENCE_HEAD_BYTES = 12;
const DELETED = 0xff_ff_ff_ff;
/** Records are built in memory that is kept, up to this size. */
const KEPT_BYTES_MAX = 1024 * 1024;

/** What a record says. Keys are latin1 strings of their bytes, values views into the log that was read. */
export interface CommitRecord {
  readonly number: number;
  /** Chosen at random for each round through a file. */
  readonly round: bigint;
  readonly rows: RowWrites;
  readonly sequences: ReadonlyMap<string, number>;
}

function recordBytes({ rows, sequences }: Pick<CommitRecord, 'rows' | 'sequences'>): number {
  let bytes = HEAD_BYTES;
  for (const [key, value] of rows) bytes += ROW_HEAD_BYTES + key.length + (value?.length ?? 0);
  for (const name of sequences.keys()) bytes += SEQUENCE_HEAD_BYTES + Buffer.byteLength(name);
  return bytes;
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(CRC_AT + 4), crc32(record.subarray(0, CRC_AT)));
}

/** Builds records in one buffer, so that what it gives is valid until the next call. */
export class CommitRecordEncoder {
  #kept = Buffer.allocUnsafe(64 * 1024);

  encode(commit: CommitRecord): Buffer {
    const length = recordBytes(commit);
    const record = this.#bufferOf(length);
    let at = HEAD_BYTES;
    for (const [key, value] of commit.rows) {
      record.writeUInt32BE(key.length, at);
      record.writeUInt32BE(value === null ? DELETED : value.length, at + 4);
      at += ROW_HEAD_BYTES;
      at += record.write(key, at, 'latin1');
      if (value === null) continue;
      record.set(value, at);
      at += value.length;
    }
    for (const [name, last] of commit.sequences) {
      const written = record.write(name, at + SEQUENCE_HEAD_BYTES);
      record.writeUInt32BE(written, at);
      record.writeBigUInt64BE(BigInt(last), at + 4);
      at += SEQUENCE_HEAD_BYTES + written;
    }
    record.writeUInt32BE(MAGIC, 0);
    record.writeUInt32BE(length, 4);
    record.writeUInt32BE(commit.rows.size, 12);
    record.writeBigUInt64BE(BigInt(commit.number), 16);
    record.writeBigUInt64BE(commit.round, 24);
    record.writeUInt32BE(commit.sequences.size, 32);
    record.writeUInt32BE(0, 36);
    record.writeUInt32BE(checksumOf(record), CRC_AT);
    return record;
  }

  #bufferOf(length: number): Buffer {
    if (length > KEPT_BYTES_MAX) return Buffer.allocUnsafe(length);
    if (length > this.#kept.length) this.#kept = Buffer.allocUnsafe(Math.min(KEPT_BYTES_MAX, length * 2));
    return this.#kept.subarray(0, length);
  }
}

/** The record that begins at an offset, and where it ends; undefined when none does, or not a whole one. */
export function decodeCommitRecord(
  log: Buffer,
  offset: number,
): { readonly commit: CommitRecord; readonly end: number } | undefined {
  if (log.length - offset < HEAD_BYTES || log.readUInt32BE(offset) !== MAGIC) return undefined;
  const end = offset + log.readUInt32BE(offset + 4);
  if (end < offset + HEAD_BYTES || end > log.length) return undefined;
  const record = log.subarray(offset, end);
  if (record.readUInt32BE(CRC_AT) !== checksumOf(record)) return undefined;
  return { commit: decodeBody(record), end };
}

function decodeBody(record: Buffer): CommitRecord {
  const rows = new Map<string, Uint8Array | null>();
  const sequences = new Map<string, number>();
  let at = HEAD_BYTES;
  for (let left = record.readUInt32BE(12); left > 0; left -= 1) {
    const valueAt = at + ROW_HEAD_BYTES + record.readUInt32BE(at);
    const valueBytes = record.readUInt32BE(at + 4);
    const isDeletion = valueBytes === DELETED;
    const key = record.toString('latin1', at + ROW_HEAD_BYTES, valueAt);
    at = isDeletion ? valueAt : valueAt + valueBytes;
    rows.set(key, isDeletion ? null : record.subarray(valueAt, at));
  }
  for (let left = record.readUInt32BE(32); left > 0; left -= 1) {
    const nameAt = at + SEQUENCE_HEAD_BYTES;
    const last = Number(record.readBigUInt64BE(at + 4));
    at = nameAt + record.readUInt32BE(at);
    sequences.set(record.toString('utf8', nameAt, at), last);
  }
  return { number: Number(record.readBigUInt64BE(16)), round: record.readBigUInt64BE(24), rows, sequences };
}
