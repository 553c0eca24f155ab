/**
 * A batch of rows, one behind the other, big-endian:
 *
 *   u16 length of the key | u32 length of the value | key | value
 */
import { ScanError } from './scan-error.ts';

export const ROW_HEADER_BYTES = 6;
const FIRST_BYTES = 64 * 1024;

/** The two buffers are views of the batch. */
export interface ScanRow {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** Collects rows up to a size; takes memory as rows come, which is nobody else's: whoever has the batch may free it. */
export class RecordsBuilder {
  readonly #bytesMax: number;
  #buffer: Buffer;
  #length = 0;
  #rows = 0;
  #lastAt = 0;

  /** `likelyBytes`: what it is expected to hold, so that it need not grow. */
  constructor(bytesMax: number, likelyBytes = 0) {
    this.#bytesMax = bytesMax;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(bytesMax, Math.max(likelyBytes, FIRST_BYTES)));
  }

  get bytes(): number {
    return this.#length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** False when it does not fit, and was not taken. The first row always fits. `keyAt`: where the key begins in its buffer. */
  add(key: Buffer, keyAt: number, value: Buffer): boolean {
    const keyBytes = key.length - keyAt;
    const end = this.#length + ROW_HEADER_BYTES + keyBytes + value.length;
    if (end > this.#bytesMax && this.#rows > 0) return false;
    if (end > this.#buffer.length) this.#grow(end);
    const buffer = this.#buffer;
    const at = this.#length;
    buffer.writeUInt16BE(keyBytes, at);
    buffer.writeUInt32BE(value.length, at + 2);
    key.copy(buffer, at + ROW_HEADER_BYTES, keyAt);
    value.copy(buffer, at + ROW_HEADER_BYTES + keyBytes);
    this.#lastAt = at;
    this.#length = end;
    this.#rows += 1;
    return true;
  }

  /** A copy; undefined when there is none. */
  lastKey(): Buffer | undefined {
    if (this.#rows === 0) return undefined;
    const at = this.#lastAt + ROW_HEADER_BYTES;
    return Buffer.from(this.#buffer.subarray(at, at + this.#buffer.readUInt16BE(this.#lastAt)));
  }

  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #grow(neededBytes: number): void {
    const doubled = Math.min(this.#buffer.length * 2, this.#bytesMax);
    const grown = Buffer.allocUnsafeSlow(Math.max(neededBytes, doubled));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Rows in order, decoded as they are asked for. ScanError `broken-answer` for bytes that are no rows. */
export function* readRecords(records: Buffer): Generator<ScanRow, void, undefined> {
  for (let at = 0; at < records.length; ) {
    const keyAt = at + ROW_HEADER_BYTES;
    if (keyAt > records.length) throw brokenAt(at, records.length);
    const valueAt = keyAt + records.readUInt16BE(at);
    const end = valueAt + records.readUInt32BE(at + 2);
    if (end > records.length) throw brokenAt(at, records.length);
    yield { key: records.subarray(keyAt, valueAt), value: records.subarray(valueAt, end) };
    at = end;
  }
}

function brokenAt(at: number, length: number): ScanError {
  return new ScanError('broken-answer', `the row at byte ${at} goes beyond the ${length} bytes of its batch`);
}

/** Where one needle of a row lies. */
export interface ScannedChunk {
  readonly volumeId: number;
  readonly needleKey: bigint;
  readonly cookie: number;
  readonly sizeBytes: number;
  readonly crc32c: number;
}

const CHUNK_BYTES = 24;

/**
 * The column `chunks`: u32 volume | u64 needle key | u32 cookie | u32 size in bytes | u32 CRC32C, one behind the other, big-endian.
 * ScanError `broken-answer`.
 */
export function decodeChunks(value: Buffer): ScannedChunk[] {
  if (value.length % CHUNK_BYTES !== 0)
    throw new ScanError('broken-answer', `chunks of ${value.length} bytes: expected a multiple of ${CHUNK_BYTES}`);
  const chunks: ScannedChunk[] = [];
  for (let at = 0; at < value.length; at += CHUNK_BYTES)
    chunks.push({
      volumeId: value.readUInt32BE(at),
      needleKey: value.readBigUInt64BE(at + 4),
      cookie: value.readUInt32BE(at + 12),
      sizeBytes: value.readUInt32BE(at + 16),
      crc32c: value.readUInt32BE(at + 20),
    });
  return chunks;
}
