import { FormatError } from './format-error.ts';
import {
  COOKIE_AT,
  DATA_SIZE_BYTES,
  FLAGS_BYTES,
  ID_AT,
  LAST_MODIFIED_BYTES,
  NEEDLE_HEADER_BYTES,
  type NeedleVersion,
  recordBytes,
  SIZE_AT,
  TTL_BYTES,
  trailerBytes,
} from './layout.ts';
import type { Needle, NeedleHeader } from './needle.ts';
import { crc32c, isChecksumOf } from './needle-checksum.ts';
import { hasFlag, NEEDLE_FLAG } from './needle-flags.ts';
import type { TimeToLive } from './time-to-live.ts';

/** Where the data of a record lies, and what its trailer says. Positions count from the start of the record. */
export interface NeedleBody {
  readonly dataAt: number;
  readonly dataEnd: number;
  readonly checksum: number;
  /** 0 before version 3. */
  readonly appendAtNs: bigint;
}

/** A needle as read. */
export interface DecodedNeedle extends Needle {
  /** The raw CRC32C of the data, also where an old volume stores its masked form; 0 without data. */
  readonly dataCrc32c: number;
}

/**
 * The first 16 bytes of a record at `at`.
 * @throws FormatError `truncated`
 */
export function decodeNeedleHeader(bytes: Buffer, at = 0): NeedleHeader {
  if (bytes.length < at + NEEDLE_HEADER_BYTES) {
    throw new FormatError('truncated', `needle header has ${bytes.length - at} bytes, expected ${NEEDLE_HEADER_BYTES}`);
  }
  return {
    cookie: bytes.readUInt32BE(at + COOKIE_AT),
    id: bytes.readBigUInt64BE(at + ID_AT),
    sizeBytes: bytes.readInt32BE(at + SIZE_AT),
  };
}

/**
 * Finds the data of a record without looking at its name, type or other sections. Does not verify the checksum.
 * @throws FormatError `truncated`, `bad-size`, `out-of-range`
 */
export function locateNeedleBody(record: Buffer, sizeBytes: number, version: NeedleVersion): NeedleBody {
  if (sizeBytes < 0) throw new FormatError('bad-size', `needle size is ${sizeBytes}, expected 0 or more`);
  const bodyEnd = NEEDLE_HEADER_BYTES + sizeBytes;
  if (record.length < bodyEnd + trailerBytes(version)) {
    throw new FormatError(
      'truncated',
      `needle record has ${record.length} bytes, expected ${recordBytes(sizeBytes, version)}`,
    );
  }
  let dataAt = NEEDLE_HEADER_BYTES;
  let dataEnd = bodyEnd;
  if (version !== 1 && sizeBytes > 0) {
    const roomBytes = sizeBytes - DATA_SIZE_BYTES - FLAGS_BYTES;
    const dataBytes = roomBytes < 0 ? -1 : record.readUInt32BE(NEEDLE_HEADER_BYTES);
    if (dataBytes < 0 || dataBytes > roomBytes) {
      throw new FormatError(
        'out-of-range',
        `data size is ${dataBytes}, but the needle size ${sizeBytes} has no room for it`,
      );
    }
    dataAt += DATA_SIZE_BYTES;
    dataEnd = dataAt + dataBytes;
  }
  return {
    dataAt,
    dataEnd,
    checksum: record.readUInt32BE(bodyEnd),
    appendAtNs: version === 3 ? record.readBigUInt64BE(bodyEnd + 4) : 0n,
  };
}

/**
 * The CRC32C of the data, which the record's checksum field must confirm in its raw or masked form.
 * @throws FormatError `bad-checksum`
 */
export function verifyNeedleData(data: Uint8Array, checksum: number): number {
  const computed = crc32c(data);
  if (isChecksumOf(checksum, computed)) return computed;
  throw new FormatError(
    'bad-checksum',
    `checksum of ${data.length} bytes is ${computed.toString(16)}, the record says ${checksum.toString(16)}`,
  );
}

/**
 * A whole record, its checksum verified when there is data. The needle's byte fields are views of `record`.
 * @throws FormatError `truncated`, `bad-size`, `out-of-range`, `bad-checksum`, `bad-sections`
 */
export function decodeNeedle(record: Buffer, version: NeedleVersion): DecodedNeedle {
  const header = decodeNeedleHeader(record);
  const body = locateNeedleBody(record, header.sizeBytes, version);
  const data = record.subarray(body.dataAt, body.dataEnd);
  const dataCrc32c = header.sizeBytes > 0 ? verifyNeedleData(data, body.checksum) : 0;
  const sections =
    version === 1 || header.sizeBytes === 0
      ? NO_SECTIONS
      : decodeSections(record, body.dataEnd, NEEDLE_HEADER_BYTES + header.sizeBytes);
  return {
    id: header.id,
    cookie: header.cookie,
    data,
    flags: sections.flags,
    name: sections.name,
    mime: sections.mime,
    lastModifiedSeconds: sections.lastModifiedSeconds,
    ttl: sections.ttl,
    pairs: sections.pairs,
    checksum: body.checksum,
    appendAtNs: body.appendAtNs,
    dataCrc32c,
  };
}

type NeedleSections = Pick<Needle, 'flags' | 'name' | 'mime' | 'lastModifiedSeconds' | 'ttl' | 'pairs'>;

const NO_SECTIONS: NeedleSections = {
  flags: 0,
  name: undefined,
  mime: undefined,
  lastModifiedSeconds: 0,
  ttl: undefined,
  pairs: undefined,
};

/** Sections in their order on disk, from the flags byte at `at`. They must end exactly at `end`. */
function decodeSections(record: Buffer, at: number, end: number): NeedleSections {
  const flags = record.readUInt8(at);
  let position = at + FLAGS_BYTES;
  let name: Uint8Array | undefined;
  let mime: Uint8Array | undefined;
  let lastModifiedSeconds = 0;
  let ttl: TimeToLive | undefined;
  let pairs: Uint8Array | undefined;
  if (hasFlag(flags, NEEDLE_FLAG.hasName)) {
    name = takeBytes(record, position, end, 1, 'name');
    position += 1 + name.length;
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasMime)) {
    mime = takeBytes(record, position, end, 1, 'mime');
    position += 1 + mime.length;
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasLastModified)) {
    checkRoom(position, LAST_MODIFIED_BYTES, end, 'lastModified');
    lastModifiedSeconds = record.readUIntBE(position, LAST_MODIFIED_BYTES);
    position += LAST_MODIFIED_BYTES;
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasTtl)) {
    checkRoom(position, TTL_BYTES, end, 'ttl');
    ttl = { count: record.readUInt8(position), unit: record.readUInt8(position + 1) };
    position += TTL_BYTES;
  }
  if (hasFlag(flags, NEEDLE_FLAG.hasPairs)) {
    pairs = takeBytes(record, position, end, 2, 'pairs');
    position += 2 + pairs.length;
  }
  if (position !== end) {
    throw new FormatError(
      'bad-sections',
      `sections end ${end - position} bytes before the needle does (flags ${flags})`,
    );
  }
  return { flags, name, mime, lastModifiedSeconds, ttl, pairs };
}

/** A section that starts with its own length. */
function takeBytes(record: Buffer, at: number, end: number, lengthBytes: 1 | 2, field: string): Uint8Array {
  checkRoom(at, lengthBytes, end, `length of ${field}`);
  const length = lengthBytes === 1 ? record.readUInt8(at) : record.readUInt16BE(at);
  const start = at + lengthBytes;
  checkRoom(start, length, end, field);
  return record.subarray(start, start + length);
}

function checkRoom(start: number, length: number, end: number, field: string): void {
  if (start + length <= end) return;
  throw new FormatError('bad-sections', `${field} needs ${length} bytes, but the needle has ${end - start} left`);
}
