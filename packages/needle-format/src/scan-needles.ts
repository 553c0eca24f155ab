import type { ByteSource } from './byte-source.ts';
import { decodeNeedleHeader, locateNeedleBody } from './decode-needle.ts';
import { FormatError } from './format-error.ts';
import { NEEDLE_HEADER_BYTES, type NeedleVersion, RECORD_ALIGNMENT_BYTES, recordBytes } from './layout.ts';
import type { NeedleHeader } from './needle.ts';
import { crc32c, isChecksumOf } from './needle-checksum.ts';

/** One record found by a scan. */
export interface ScannedNeedle {
  readonly offsetBytes: number;
  readonly header: NeedleHeader;
  readonly recordBytes: number;
  /** As stored; in a tombstone that of the deleted data. */
  readonly checksum: number;
  /** 0 before version 3. */
  readonly appendAtNs: bigint;
  /** Whether the checksum fits the data. A record without data always fits. */
  readonly intact: boolean;
  /** The whole record; valid until the next one is asked for. */
  readonly record: Buffer;
}

/**
 * Why a scan ended:
 * - `end`: at the end of the range, behind a whole record
 * - `torn-header`, `torn-record`: the source ends inside a header or inside a record
 * - `bad-header`: the size is negative or its sections have no room, so the next record cannot be found
 * - `zeros`: a header of zeros, as left by a file that was extended but not written
 */
export type ScanEndReason = 'end' | 'torn-header' | 'torn-record' | 'bad-header' | 'zeros';

export interface ScanEnd {
  /** Behind the last whole record. */
  readonly offsetBytes: number;
  readonly reason: ScanEndReason;
}

export interface ScanOptions {
  readonly version: NeedleVersion;
  /** Where the first record starts. */
  readonly startBytes: number;
  /** Defaults to the end of the source. */
  readonly endBytes?: number;
  readonly signal?: AbortSignal;
}

/** Bytes read at once; a longer record is read whole. */
const WINDOW_BYTES = 1 << 20;

/**
 * Walks over records in the order of the file and returns why it stopped. A record whose data does not fit its checksum is
 * yielded with `intact: false`; the walk goes on, since its length is known.
 */
export async function* scanNeedles(source: ByteSource, options: ScanOptions): AsyncGenerator<ScannedNeedle, ScanEnd> {
  const { version, startBytes, signal } = options;
  const endBytes = Math.min(options.endBytes ?? source.lengthBytes, source.lengthBytes);
  const window = new ReadWindow(source, endBytes);
  let offsetBytes = startBytes;
  for (;;) {
    signal?.throwIfAborted();
    const leftBytes = endBytes - offsetBytes;
    if (leftBytes <= 0) return { offsetBytes, reason: 'end' };
    if (leftBytes < NEEDLE_HEADER_BYTES) return { offsetBytes, reason: 'torn-header' };
    const header = decodeNeedleHeader(await window.read(offsetBytes, NEEDLE_HEADER_BYTES));
    if (header.sizeBytes < 0) return { offsetBytes, reason: 'bad-header' };
    const lengthBytes = recordBytes(header.sizeBytes, version);
    if (lengthBytes > leftBytes) return { offsetBytes, reason: 'torn-record' };
    const record = await window.read(offsetBytes, lengthBytes);
    if (isZero(record.subarray(0, NEEDLE_HEADER_BYTES)) && isZero(record)) return { offsetBytes, reason: 'zeros' };
    const scanned = examineRecord(record, offsetBytes, header, version);
    if (scanned === undefined) return { offsetBytes, reason: 'bad-header' };
    yield scanned;
    offsetBytes += lengthBytes;
  }
}

function examineRecord(
  record: Buffer,
  offsetBytes: number,
  header: NeedleHeader,
  version: NeedleVersion,
): ScannedNeedle | undefined {
  try {
    const body = locateNeedleBody(record, header.sizeBytes, version);
    const intact =
      header.sizeBytes === 0 || isChecksumOf(body.checksum, crc32c(record.subarray(body.dataAt, body.dataEnd)));
    const { checksum, appendAtNs } = body;
    return { offsetBytes, header, recordBytes: record.length, checksum, appendAtNs, intact, record };
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Reads ahead, so that small records cost no read each. */
class ReadWindow {
  readonly #source: ByteSource;
  readonly #endBytes: number;
  #startBytes = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(source: ByteSource, endBytes: number) {
    this.#source = source;
    this.#endBytes = endBytes;
  }

  async read(offsetBytes: number, lengthBytes: number): Promise<Buffer> {
    if (offsetBytes < this.#startBytes || offsetBytes + lengthBytes > this.#startBytes + this.#bytes.length) {
      const wantedBytes = Math.min(Math.max(lengthBytes, WINDOW_BYTES), this.#endBytes - offsetBytes);
      this.#bytes = await this.#source.read(offsetBytes, wantedBytes);
      this.#startBytes = offsetBytes;
      if (this.#bytes.length < lengthBytes) {
        throw new FormatError(
          'truncated',
          `source gave ${this.#bytes.length} bytes at ${offsetBytes}, expected ${lengthBytes}`,
        );
      }
    }
    const at = offsetBytes - this.#startBytes;
    return this.#bytes.subarray(at, at + lengthBytes);
  }
}

if (WINDOW_BYTES % RECORD_ALIGNMENT_BYTES !== 0) throw new Error('the scan window must be aligned');
