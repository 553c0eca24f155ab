/**
 * One version of an object.
 *
 *  at  0 u8   record version (1)
 *      1 u8   flags: 1 delete marker, 2 its bytes lie in the inline table, 4 it is the `null` version,
 *             8 needles of it may be another version's too, 16 there may be older versions of the key (newest one only)
 *      2 u8   checksum algorithm, 0 none
 *      3 u8   checksum type, 0 none
 *      4 u48  last modified, ms since the epoch
 *     10 u48  size in bytes
 *     16 u64  order among the versions of its key, 0 when it was written without versioning
 *     24 u16  parts in the ETag, 0 when it is a plain MD5; 0xffff: the ETag is text in a section
 *     26 16 B MD5 of the ETag
 *     42 text owner
 *        sections: u8 tag, u32 length, bytes (see version-attributes.ts), in any order
 *
 * What a listing shows stands first, at fixed places, so that a scan decodes nothing else.
 */
import type {
  CompletedPart,
  ListedObject,
  ListedVersion,
  NewObjectVersion,
  ObjectVersion,
  RestoreState,
} from '@needlestack/service-contracts';
import { checksumCode, checksumOfCode, checksumTypeCode, checksumTypeOfCode } from './checksum-code.ts';
import { readChunks, writeChunks } from './chunk-list.ts';
import { RecordError } from './record-error.ts';
import { RecordReader } from './record-reader.ts';
import { inCurrentVersion, type RecordFormat } from './record-version.ts';
import { type RecordWriter, sharedWriter } from './record-writer.ts';
import { readTextMap } from './text-map.ts';
import { type DecodedAttributes, readAttribute, SECTION, writeAttributes } from './version-attributes.ts';
import { NULL_VERSION_ID, VERSION_NONCE_BYTES, versionIdOf } from './version-id.ts';

const FORMAT: RecordFormat = { name: 'object', version: 1, upgrades: {} };

const FLAG_DELETE_MARKER = 1;
const FLAG_INLINE = 2;
const FLAG_NULL_VERSION = 4;
const FLAG_SHARED_NEEDLES = 8;
const FLAG_OLDER_VERSIONS = 16;

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

/** Place and time, which the catalog sets, and what only it knows. */
export interface VersionPlace {
  readonly lastModifiedMs: number;
  readonly isDeleteMarker: boolean;
  /** Among the versions of its key; absent (0) when it was written without versioning. */
  readonly order?: number;
  /** Random half of the version id in hex; the `null` version has none. */
  readonly nonce?: string;
  /** Its bytes lie in the inline table although this writer does not bring them. */
  readonly hasInlineData?: boolean;
  /** Needles of it may be another version's too: rows of shared needles tell. */
  readonly hasSharedNeedles?: boolean;
  /** On the newest version of a key: there may be older ones. */
  readonly mayHaveOlder?: boolean;
  readonly restore?: RestoreState;
}

export interface StoredVersion {
  /** Without inline data, which lies in a row of its own. */
  readonly version: ObjectVersion;
  readonly order: number;
  readonly nonce: string | undefined;
  readonly hasInlineData: boolean;
  readonly hasSharedNeedles: boolean;
  readonly mayHaveOlder: boolean;
}

export function encodeObjectRecord(version: NewObjectVersion, place: VersionPlace): Buffer {
  const writer = sharedWriter.begin();
  const parts = etagPartsOf(version.etag);
  const flags =
    (place.isDeleteMarker ? FLAG_DELETE_MARKER : 0) |
    (version.inlineData === undefined && place.hasInlineData !== true ? 0 : FLAG_INLINE) |
    (place.nonce === undefined ? FLAG_NULL_VERSION : 0) |
    (place.hasSharedNeedles === true ? FLAG_SHARED_NEEDLES : 0) |
    (place.mayHaveOlder === true ? FLAG_OLDER_VERSIONS : 0);
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
  if (place.nonce !== undefined) writer.u8(SECTION.versionNonce).u32(VERSION_NONCE_BYTES).hex(place.nonce, 0, 16);
  writeSections(writer, version, parts);
  if (place.restore !== undefined) writeRestore(writer, place.restore);
  return writer.finish();
}

function writeRestore(writer: RecordWriter, restore: RestoreState): void {
  const opened = writer.u8(SECTION.restore).openBlock();
  writer.u8(restore.isOngoing ? 1 : 0).u48(restore.expiresAtMs ?? 0);
  writer.closeBlock(opened);
}

function readRestore(reader: RecordReader): RestoreState {
  const isOngoing = reader.u8() === 1;
  const expiresAtMs = reader.u48();
  return expiresAtMs === 0 ? { isOngoing } : { isOngoing, expiresAtMs };
}

function etagPartsOf(etag: string): number {
  const match = MD5_ETAG.exec(etag);
  if (match === null) return ETAG_IS_TEXT;
  const parts = match[1] === undefined ? 0 : Number(match[1]);
  return Math.min(parts, ETAG_IS_TEXT);
}

function writeSections(writer: RecordWriter, version: NewObjectVersion, etagParts: number): void {
  if (etagParts === ETAG_IS_TEXT && version.etag !== '') {
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

function requireHeader(row: Buffer): Buffer {
  const record = inCurrentVersion(FORMAT, row);
  if (record.length < AT_OWNER + 2)
    throw new RecordError(`an object record of ${record.length} bytes: expected at least ${AT_OWNER + 2}`);
  return record;
}

type DecodedVersion = DecodedAttributes & { -readonly [K in keyof ObjectVersion]: ObjectVersion[K] };

const TWO_TO_32 = 0x1_0000_0000;

/** Order among the versions of its key. */
export const orderOf = (record: Buffer): number =>
  record.readUInt32BE(AT_ORDER) * TWO_TO_32 + record.readUInt32BE(AT_ORDER + 4);

export function decodeObjectRecord(row: Buffer): StoredVersion {
  const record = requireHeader(row);
  const reader = new RecordReader(record, AT_OWNER);
  const flags = record.readUInt8(AT_FLAGS);
  const version: DecodedVersion = {
    versionId: NULL_VERSION_ID,
    isDeleteMarker: (flags & FLAG_DELETE_MARKER) !== 0,
    lastModifiedMs: record.readUIntBE(AT_LAST_MODIFIED, 6),
    sizeBytes: record.readUIntBE(AT_SIZE, 6),
    etag: fixedEtag(record),
    ownerId: reader.text(),
    systemHeaders: {},
    userMetadata: {},
    chunks: [],
  };
  let nonce: string | undefined;
  const order = orderOf(record);
  while (!reader.isAtEnd) {
    const tag = reader.u8();
    const section = reader.section();
    if (tag === SECTION.versionNonce) nonce = section.hex(VERSION_NONCE_BYTES);
    else readSection(version, record, tag, section);
  }
  if (nonce !== undefined) version.versionId = versionIdOf(order, nonce);
  return {
    version,
    order,
    nonce,
    hasInlineData: (flags & FLAG_INLINE) !== 0,
    hasSharedNeedles: (flags & FLAG_SHARED_NEEDLES) !== 0,
    mayHaveOlder: (flags & FLAG_OLDER_VERSIONS) !== 0,
  };
}

/** What is needed to write a version again with something changed. */
export function placeOf(stored: StoredVersion): VersionPlace {
  const { version, order, nonce, hasInlineData, hasSharedNeedles, mayHaveOlder } = stored;
  const { lastModifiedMs, isDeleteMarker, restore } = version;
  return {
    lastModifiedMs,
    isDeleteMarker,
    order,
    hasInlineData,
    hasSharedNeedles,
    mayHaveOlder,
    ...(nonce === undefined ? {} : { nonce }),
    ...(restore === undefined ? {} : { restore }),
  };
}

/** The same record with one fact about its surroundings changed; nothing is decoded. */
function withFlag(record: Buffer, flag: number, isSet: boolean): Buffer {
  const changed = Buffer.from(requireHeader(record));
  const flags = changed.readUInt8(AT_FLAGS);
  changed.writeUInt8(isSet ? flags | flag : flags & ~flag, AT_FLAGS);
  return changed;
}

export const withSharedNeedles = (record: Buffer): Buffer => withFlag(record, FLAG_SHARED_NEEDLES, true);

export const withOlderVersions = (record: Buffer, mayHaveOlder: boolean): Buffer =>
  withFlag(record, FLAG_OLDER_VERSIONS, mayHaveOlder);

function readSection(version: DecodedVersion, record: Buffer, tag: number, section: RecordReader): void {
  if (tag === SECTION.chunks) version.chunks = readChunks(section);
  else if (tag === SECTION.parts) version.parts = readParts(section);
  else if (tag === SECTION.etag) version.etag = section.text();
  else if (tag === SECTION.restore) version.restore = readRestore(section);
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

type ListedFields = { -readonly [K in keyof ListedObject]: ListedObject[K] };

export function isNullVersionRecord(record: Buffer): boolean {
  return (record.readUInt8(AT_FLAGS) & FLAG_NULL_VERSION) !== 0;
}

/** What a listing shows of a record. Decodes sections only for what is not the usual; tags and restore state only `withDetails`. */
export function decodeListedObject(key: string, row: Buffer, withDetails = false): ListedObject {
  return readListed(key, requireHeader(row), withDetails).listed;
}

/** The same of a version. */
export function decodeListedVersion(
  key: string,
  row: Buffer,
  options: { readonly isLatest: boolean; readonly withDetails: boolean },
): ListedVersion {
  const record = requireHeader(row);
  const { listed, nonce } = readListed(key, record, options.withDetails);
  const versionId = nonce === undefined ? NULL_VERSION_ID : versionIdOf(orderOf(record), nonce);
  // The same object grows: a page has a thousand of them.
  return Object.assign(listed, { versionId, isLatest: options.isLatest, isDeleteMarker: isDeleteMarkerRecord(record) });
}

function readListed(
  key: string,
  record: Buffer,
  withDetails: boolean,
): { readonly listed: ListedFields; readonly nonce: string | undefined } {
  const ownerEnd = AT_OWNER + 2 + record.readUInt16BE(AT_OWNER);
  const checksumAlgorithm = checksumOfCode(record.readUInt8(AT_CHECKSUM));
  const checksumType = checksumTypeOfCode(record.readUInt8(AT_CHECKSUM_TYPE));
  const always = {
    key,
    sizeBytes: record.readUIntBE(AT_SIZE, 6),
    etag: fixedEtag(record),
    lastModifiedMs: record.readUIntBE(AT_LAST_MODIFIED, 6),
    storageClass: 'STANDARD',
    ownerId: record.toString('utf8', AT_OWNER + 2, ownerEnd),
  };
  // A thousand of them make a page: what nearly all have stands in the object itself, not in properties added later.
  const listed: ListedFields =
    checksumAlgorithm === undefined || checksumType === undefined
      ? always
      : { ...always, checksumAlgorithm, checksumType };
  let nonce: string | undefined;
  // Sections are hopped over by their lengths; there are seldom more than three.
  for (let at = ownerEnd; at < record.length; ) {
    const tag = record.readUInt8(at);
    const start = at + 5;
    at = start + record.readUInt32BE(at + 1);
    if (tag === SECTION.versionNonce) nonce = record.toString('hex', start, start + VERSION_NONCE_BYTES);
    else if (tag === SECTION.storageClass) listed.storageClass = new RecordReader(record, start).text();
    else if (tag === SECTION.etag) listed.etag = new RecordReader(record, start).text();
    else if (!withDetails) continue;
    else if (tag === SECTION.tags) listed.tags = readTextMap(new RecordReader(record, start));
    else if (tag === SECTION.restore) listed.restore = readRestore(new RecordReader(record, start));
  }
  return { listed, nonce };
}
