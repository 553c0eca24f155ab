/**
 * One version of an object.
 *
 *  at  0 u8   record version (1)
 *      1 u8   flags: 1 delete marker, 2 its bytes lie in the inline table, 4 it is the `null` version
 *      2 u8   checksum algorithm, 0 none
 *      3 u8   checksum type, 0 none
 *      4 u48  last modified, ms since the epoch
 *     10 u48  size in bytes
 *     16 u64  order among the versions of its key, 0 when never versioned
 *     24 u16  parts in the ETag, 0 when it is a plain MD5; 0xffff: the ETag is text in a section
 *     26 16 B MD5 of the ETag
 *     42 text owner
 *        sections: u8 tag, u32 length, bytes (see version-attributes.ts), in any order
 *
 * What a listing shows stands first, at fixed places, so that a scan decodes nothing else.
 */
import type { CompletedPart, ListedObject, NewObjectVersion, ObjectVersion } from '@needlestack/service-contracts';
import { checksumCode, checksumOfCode, checksumTypeCode, checksumTypeOfCode } from './checksum-code.ts';
import { readChunks, writeChunks } from './chunk-list.ts';
import { RecordError } from './record-error.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { type RecordWriter, sharedWriter } from './record-writer.ts';
import { type DecodedAttributes, readAttribute, SECTION, writeAttributes } from './version-attributes.ts';

const FORMAT: RecordFormat = { name: 'object', version: 1, upgrades: {} };

const FLAG_DELETE_MARKER = 1;
const FLAG_INLINE = 2;
const FLAG_NULL_VERSION = 4;

const AT_FLAGS = 1;
const AT_CHECKSUM = 2;
const AT_CHECKSUM_TYPE = 3;
const AT_LAST_MODIFIED = 4;
const AT_SIZE = 10;
const AT_ORDER = 16;
const AT_ETAG_PARTS = 24;
const AT_ETAG = 26;
const AT_OWNER = 42;
const ETAG_IS_TEXT = 0xffff;
const MD5_ETAG = /^[0-9a-f]{32}(?:-([1-9][0-9]{0,4}))?$/;

/** Place and time, which the catalog sets. */
export interface VersionPlace {
  readonly lastModifiedMs: number;
  readonly isDeleteMarker: boolean;
  /** Undefined for the `null` version of a bucket that never had versions. */
  readonly order?: number;
}

export interface StoredVersion {
  /** Without inline data, which lies in a row of its own. */
  readonly version: ObjectVersion;
  readonly hasInlineData: boolean;
}

export function encodeObjectRecord(version: NewObjectVersion, place: VersionPlace): Buffer {
  const writer = sharedWriter.begin();
  const parts = etagPartsOf(version.etag);
  const flags =
    (place.isDeleteMarker ? FLAG_DELETE_MARKER : 0) |
    (version.inlineData === undefined ? 0 : FLAG_INLINE) |
    (place.order === undefined ? FLAG_NULL_VERSION : 0);
  writer.u8(FORMAT.version).u8(flags);
  writer.u8(checksumCode(version.checksum?.algorithm)).u8(checksumTypeCode(version.checksum?.type));
  writer
    .u48(place.lastModifiedMs)
    .u48(version.sizeBytes)
    .u64(place.order ?? 0);
  writer.u16(parts);
  if (parts === ETAG_IS_TEXT) writer.bigU64(0n).bigU64(0n);
  else writer.hex(version.etag, 0, 32);
  writer.text(version.ownerId);
  writeSections(writer, version, parts);
  return writer.finish();
}

function etagPartsOf(etag: string): number {
  const match = MD5_ETAG.exec(etag);
  if (match === null) return ETAG_IS_TEXT;
  const parts = match[1] === undefined ? 0 : Number(match[1]);
  return Math.min(parts, ETAG_IS_TEXT);
}

function writeSections(writer: RecordWriter, version: NewObjectVersion, etagParts: number): void {
  if (etagParts === ETAG_IS_TEXT) {
    const opened = writer.u8(SECTION.etag).openBlock();
    writer.text(version.etag).closeBlock(opened);
  }
  if (version.chunks.length > 0) {
    const opened = writer.u8(SECTION.chunks).openBlock();
    writeChunks(writer, version.chunks);
    writer.closeBlock(opened);
  }
  writeAttributes(writer, version);
  if (version.checksum !== undefined) {
    const opened = writer.u8(SECTION.checksum).openBlock();
    writer.text(version.checksum.value).closeBlock(opened);
  }
  if (version.parts !== undefined && version.parts.length > 0) {
    const opened = writer.u8(SECTION.parts).openBlock();
    for (const part of version.parts)
      writer
        .u16(part.partNumber)
        .u48(part.sizeBytes)
        .text(part.checksum ?? '');
    writer.closeBlock(opened);
  }
}

function readParts(reader: RecordReader): CompletedPart[] {
  const parts: CompletedPart[] = [];
  while (!reader.isAtEnd) {
    const part = { partNumber: reader.u16(), sizeBytes: reader.u48() };
    const checksum = reader.text();
    parts.push(checksum === '' ? part : { ...part, checksum });
  }
  return parts;
}

/** The text of a version id: `null`, or the version's order in hex, so that newer ids are greater. */
export function versionIdOf(isNull: boolean, order: number): string {
  return isNull ? 'null' : order.toString(16).padStart(16, '0');
}

function requireHeader(row: Buffer): Buffer {
  const record = inCurrentVersion(FORMAT, row);
  if (record.length < AT_OWNER + 2)
    throw new RecordError(`an object record of ${record.length} bytes: expected at least ${AT_OWNER + 2}`);
  return record;
}

type DecodedVersion = DecodedAttributes & { -readonly [K in keyof ObjectVersion]: ObjectVersion[K] };

export function decodeObjectRecord(row: Buffer): StoredVersion {
  const record = requireHeader(row);
  const reader = new RecordReader(record, AT_OWNER);
  const flags = record.readUInt8(AT_FLAGS);
  const order = Number(record.readBigUInt64BE(AT_ORDER));
  const version: DecodedVersion = {
    versionId: versionIdOf((flags & FLAG_NULL_VERSION) !== 0, order),
    isDeleteMarker: (flags & FLAG_DELETE_MARKER) !== 0,
    lastModifiedMs: record.readUIntBE(AT_LAST_MODIFIED, 6),
    sizeBytes: record.readUIntBE(AT_SIZE, 6),
    etag: fixedEtag(record),
    ownerId: reader.text(),
    systemHeaders: {},
    userMetadata: {},
    chunks: [],
  };
  while (!reader.isAtEnd) readSection(version, record, reader.u8(), reader.section());
  return { version, hasInlineData: (flags & FLAG_INLINE) !== 0 };
}

function readSection(version: DecodedVersion, record: Buffer, tag: number, section: RecordReader): void {
  if (tag === SECTION.chunks) version.chunks = readChunks(section);
  else if (tag === SECTION.parts) version.parts = readParts(section);
  else if (tag === SECTION.etag) version.etag = section.text();
  else if (tag === SECTION.checksum) {
    const algorithm = checksumOfCode(record.readUInt8(AT_CHECKSUM));
    const type = checksumTypeOfCode(record.readUInt8(AT_CHECKSUM_TYPE));
    if (algorithm !== undefined && type !== undefined) version.checksum = { algorithm, type, value: section.text() };
  } else if (!readAttribute(version, tag, section)) throw new RecordError(`section ${tag} in an object record`);
}

function fixedEtag(record: Buffer): string {
  const parts = record.readUInt16BE(AT_ETAG_PARTS);
  if (parts === ETAG_IS_TEXT) return '';
  const md5 = record.toString('hex', AT_ETAG, AT_ETAG + 16);
  return parts === 0 ? md5 : `${md5}-${parts}`;
}

export function isDeleteMarkerRecord(record: Buffer): boolean {
  return (record.readUInt8(AT_FLAGS) & FLAG_DELETE_MARKER) !== 0;
}

/** What a listing shows of a record. Decodes sections only for a storage class or an ETag that is not the usual one. */
export function decodeListedObject(key: string, row: Buffer): ListedObject {
  const record = requireHeader(row);
  const ownerEnd = AT_OWNER + 2 + record.readUInt16BE(AT_OWNER);
  const listed = {
    key,
    sizeBytes: record.readUIntBE(AT_SIZE, 6),
    etag: fixedEtag(record),
    lastModifiedMs: record.readUIntBE(AT_LAST_MODIFIED, 6),
    storageClass: 'STANDARD',
    ownerId: record.toString('utf8', AT_OWNER + 2, ownerEnd),
  };
  readRareListedFields(listed, record, ownerEnd);
  const checksumAlgorithm = checksumOfCode(record.readUInt8(AT_CHECKSUM));
  const checksumType = checksumTypeOfCode(record.readUInt8(AT_CHECKSUM_TYPE));
  if (checksumAlgorithm === undefined || checksumType === undefined) return listed;
  return { ...listed, checksumAlgorithm, checksumType };
}

function readRareListedFields(listed: { etag: string; storageClass: string }, record: Buffer, start: number): void {
  // Sections are hopped over by their lengths; there are seldom more than three.
  for (let at = start; at < record.length; ) {
    const tag = record.readUInt8(at);
    const length = record.readUInt32BE(at + 1);
    if (tag === SECTION.storageClass || tag === SECTION.etag) {
      const text = new RecordReader(record, at + 5).text();
      if (tag === SECTION.etag) listed.etag = text;
      else listed.storageClass = text;
    }
    at += 5 + length;
  }
}
