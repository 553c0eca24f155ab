import {
  type DecodedNeedle,
  decodeNeedle,
  FormatError,
  hasFlag,
  isForever,
  locateNeedleBody,
  NEEDLE_FLAG,
  NEEDLE_HEADER_BYTES,
  type Needle,
  type NeedleVersion,
  recordBytes,
  type Superblock,
  ttlSeconds,
  verifyNeedleData,
} from '@needlestack/needle-format';
import { type ReadNeedleRequest, VolumeError } from '@needlestack/service-contracts';
import type { Clock, IndexedNeedle } from '../ports.ts';
import type { Volume } from '../volume/volume.ts';
import { allocateReadBuffer } from './read-buffer.ts';
import { damagedRecord, failedRead } from './read-record.ts';

/**
 * The data of a needle: one read, everything verified, no copy. The hot path of the store.
 * @throws VolumeError `needle-not-found`, `cookie-mismatch`, `checksum-mismatch`, `io-error`
 */
export function readNeedleData(volume: Volume, request: ReadNeedleRequest): Promise<Uint8Array> {
  const { opened } = volume;
  const entry = opened.index.get(request.needleKey);
  if (entry === undefined || entry.sizeBytes < 0)
    return Promise.reject(needleNotFound(volume.volumeId, request.needleKey));
  const lengthBytes = recordBytes(entry.sizeBytes, opened.superblock.version);
  const target = targetOf(request.into, lengthBytes);
  return new Promise((resolve, reject) => {
    opened.file.read(target, lengthBytes, entry.offsetBytes, (error, bytesRead) => {
      if (error !== undefined) return reject(failedRead(volume.volumeId, entry.offsetBytes, error));
      try {
        resolve(takeData(volume, target.subarray(0, bytesRead), entry, request));
      } catch (refusal) {
        volume.noteDamage(request.needleKey, refusal);
        reject(refusal);
      }
    });
  });
}

/** The same without waiting. Undefined when the bytes are not at hand, or when anything is wrong: the waiting read says what. */
export function readNeedleDataNow(volume: Volume, request: ReadNeedleRequest): Uint8Array | undefined {
  const { opened } = volume;
  const entry = opened.index.get(request.needleKey);
  if (entry === undefined || entry.sizeBytes < 0) return undefined;
  const lengthBytes = recordBytes(entry.sizeBytes, opened.superblock.version);
  if (!opened.file.isAtHand(lengthBytes, entry.offsetBytes)) return undefined;
  const target = targetOf(request.into, lengthBytes);
  try {
    const bytesRead = opened.file.readNow(target, lengthBytes, entry.offsetBytes);
    return takeData(volume, bytesRead === lengthBytes ? target : target.subarray(0, bytesRead), entry, request);
  } catch {
    return undefined;
  }
}

/** How a needle is read with everything that is stored beside its data. */
export interface ReadNeedleOptions {
  /** Undefined skips the check. */
  readonly cookie: number | undefined;
  /** Serves a deleted needle as long as it is remembered. */
  readonly readDeleted?: boolean;
  /** Takes a record that says another id than the index, also without a cookie that would tell that it is meant. */
  readonly anyRecordId?: boolean;
}

/**
 * A whole needle. One whose sections are damaged while its data is intact comes without its sections.
 * @throws VolumeError `needle-not-found` (unknown, deleted, expired), `cookie-mismatch`, `checksum-mismatch`, `io-error`
 */
export function readNeedle(volume: Volume, id: bigint, options: ReadNeedleOptions): Promise<DecodedNeedle> {
  const { opened } = volume;
  const entry = opened.index.get(id);
  if (entry === undefined || (entry.sizeBytes < 0 && options.readDeleted !== true)) {
    return Promise.reject(needleNotFound(volume.volumeId, id));
  }
  const found = entry.sizeBytes >= 0 ? entry : { ...entry, sizeBytes: storedSizeBytes(entry.sizeBytes) };
  const lengthBytes = recordBytes(found.sizeBytes, opened.superblock.version);
  const target = allocateReadBuffer(lengthBytes);
  return new Promise((resolve, reject) => {
    opened.file.read(target, lengthBytes, found.offsetBytes, (error, bytesRead) => {
      if (error !== undefined) return reject(failedRead(volume.volumeId, found.offsetBytes, error));
      try {
        resolve(takeNeedle(volume, target.subarray(0, bytesRead), id, found, options));
      } catch (refusal) {
        if (entry.sizeBytes >= 0) volume.noteDamage(id, refusal);
        reject(refusal);
      }
    });
  });
}

/** Whose record it is: a volume, or one that lies in shards. */
export interface RecordOwner {
  readonly volumeId: number;
  readonly clock: Clock;
  readonly opened: { readonly superblock: Pick<Superblock, 'version'> };
  /** A needle was read without what lies beside its data. */
  noteUnreadableSections(key: bigint): void;
}

/**
 * The needle in a record that was read for it.
 * @throws VolumeError `needle-not-found` (expired), `cookie-mismatch`, `checksum-mismatch`
 */
export function takeNeedle(
  volume: RecordOwner,
  record: Buffer,
  id: bigint,
  entry: IndexedNeedle,
  options: ReadNeedleOptions,
): DecodedNeedle {
  const { cookie } = options;
  const needle = decodeStored(record, volume, id, entry, options);
  if (cookie !== undefined && needle.cookie !== cookie) throw cookieMismatch(volume.volumeId, id);
  if (needle.ttl !== undefined && isExpired(needle, volume.opened.superblock.version, volume.clock.nowNs())) {
    throw needleNotFound(volume.volumeId, id);
  }
  return needle;
}

export function needleNotFound(volumeId: number, id: bigint): VolumeError {
  return new VolumeError('needle-not-found', `volume ${volumeId} has no needle ${id}`);
}

export function cookieMismatch(volumeId: number, id: bigint): VolumeError {
  return new VolumeError('cookie-mismatch', `needle ${id} of volume ${volumeId} has another cookie`);
}

/** Before version 3 there is no append time, so a needle with a ttl counts as expired at once. */
export function isExpired(needle: Needle, version: NeedleVersion, nowNs: bigint): boolean {
  if (needle.ttl === undefined || isForever(needle.ttl) || !hasFlag(needle.flags, NEEDLE_FLAG.hasLastModified))
    return false;
  if (version !== 3) return true;
  return nowNs >= needle.appendAtNs + BigInt(ttlSeconds(needle.ttl)) * 1_000_000_000n;
}

/** The size field of a record whose index entry may say "deleted": -1 stands for an empty file. */
export function storedSizeBytes(sizeBytes: number): number {
  return sizeBytes >= 0 ? sizeBytes : sizeBytes === -1 ? 0 : -sizeBytes;
}

function targetOf(into: Uint8Array | undefined, lengthBytes: number): Buffer {
  if (into === undefined || into.length < lengthBytes) return allocateReadBuffer(lengthBytes);
  return Buffer.from(into.buffer, into.byteOffset, lengthBytes);
}

function takeData(volume: Volume, record: Buffer, entry: IndexedNeedle, request: ReadNeedleRequest): Uint8Array {
  const { version } = volume.opened.superblock;
  const { needleKey, cookie, expectedCrc32c } = request;
  try {
    checkHeader(record, needleKey, entry);
    if (record.readUInt32BE(0) !== cookie) throw cookieMismatch(volume.volumeId, needleKey);
    const body = locateNeedleBody(record, entry.sizeBytes, version);
    const data = record.subarray(body.dataAt, body.dataEnd);
    const crc = entry.sizeBytes > 0 ? verifyNeedleData(data, body.checksum) : 0;
    if (expectedCrc32c !== undefined && crc !== expectedCrc32c) {
      throw new FormatError('bad-checksum', 'the needle holds other data than the caller remembers');
    }
    if (mayExpire(record, body.dataEnd, entry, version)) checkExpiry(record, volume, needleKey);
    return data;
  } catch (error) {
    if (error instanceof FormatError) throw damagedRecord(volume.volumeId, needleKey, entry, error);
    throw error;
  }
}

function mayExpire(record: Buffer, dataEnd: number, entry: IndexedNeedle, version: NeedleVersion): boolean {
  return version !== 1 && entry.sizeBytes > 0 && hasFlag(record[dataEnd] ?? 0, NEEDLE_FLAG.hasTtl);
}

function checkExpiry(record: Buffer, volume: Volume, id: bigint): void {
  const { version } = volume.opened.superblock;
  if (isExpired(decodeNeedle(record, version), version, volume.clock.nowNs()))
    throw needleNotFound(volume.volumeId, id);
}

/** The id and the size must be those of the index; both lie in the header. */
function checkHeader(record: Buffer, id: bigint, entry: IndexedNeedle, mayHaveOtherId = false): void {
  if (record.length < NEEDLE_HEADER_BYTES) throw new FormatError('truncated', `record has ${record.length} bytes`);
  const isMeant = mayHaveOtherId || record.readBigUInt64BE(4) === id;
  if (!isMeant || record.readInt32BE(12) !== entry.sizeBytes) {
    throw new FormatError('bad-size', 'the record has another id or size than the index says');
  }
}

function decodeStored(
  record: Buffer,
  volume: RecordOwner,
  id: bigint,
  entry: IndexedNeedle,
  { cookie, anyRecordId }: ReadNeedleOptions,
): DecodedNeedle {
  const { version } = volume.opened.superblock;
  try {
    const hasCookie = cookie !== undefined && record.length >= 4 && record.readUInt32BE(0) === cookie;
    checkHeader(record, id, entry, hasCookie || anyRecordId === true);
    return decodeNeedle(record, version);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    if (error.code !== 'bad-sections') throw damagedRecord(volume.volumeId, id, entry, error);
    volume.noteUnreadableSections(id);
    const body = locateNeedleBody(record, entry.sizeBytes, version);
    return {
      id,
      cookie: record.readUInt32BE(0),
      data: record.subarray(body.dataAt, body.dataEnd),
      flags: 0,
      name: undefined,
      mime: undefined,
      lastModifiedSeconds: 0,
      ttl: undefined,
      pairs: undefined,
      checksum: body.checksum,
      appendAtNs: body.appendAtNs,
      dataCrc32c: verifyNeedleData(record.subarray(body.dataAt, body.dataEnd), body.checksum),
    };
  }
}
