/** Records of the hot calls, little-endian. An optional field is a u8 0 or 1, then the field. */
import type { ByteReader, ByteWriter } from '@needlestack/rpc';
import type { Chunk } from '../chunk.ts';
import type { DeleteCondition, EventContext, SharedChunks, WriteCondition } from '../object-requests.ts';
import type {
  ChecksumAlgorithm,
  CompletedPart,
  ListedObject,
  NewObjectVersion,
  ObjectChecksum,
  ObjectEncryption,
  ObjectLock,
  ObjectVersion,
  RemoteTierPointer,
  RestoreState,
} from '../object-version.ts';
import {
  CHECKSUM_ALGORITHM_NAMES,
  CHECKSUM_TYPES,
  ENCRYPTION_SCHEMES,
  LOCK_MODES,
  requireOneOf,
} from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';

type Write<T> = (value: T, writer: ByteWriter) => void;
type Read<T> = (reader: ByteReader) => T;

export function writeOptional<T>(value: T | undefined, writer: ByteWriter, write: Write<T>): void {
  writer.u8(value === undefined ? 0 : 1);
  if (value !== undefined) write(value, writer);
}

export function readOptional<T>(reader: ByteReader, read: Read<T>): T | undefined {
  return reader.u8() === 0 ? undefined : read(reader);
}

/** u32 count, then the items. */
export function writeList<T>(items: readonly T[], writer: ByteWriter, write: Write<T>): void {
  writer.u32(items.length);
  for (const item of items) write(item, writer);
}

export function readList<T>(reader: ByteReader, read: Read<T>): T[] {
  const items: T[] = [];
  for (let left = reader.u32(); left > 0; left -= 1) items.push(read(reader));
  return items;
}

export const writeText: Write<string> = (text, writer) => writer.text(text);
export const readText: Read<string> = (reader) => reader.text();

function writeMap(map: Readonly<Record<string, string>>, writer: ByteWriter): void {
  writeList(Object.entries(map), writer, ([name, value]) => {
    writer.text(name);
    writer.text(value);
  });
}

function readMap(reader: ByteReader): Record<string, string> {
  return Object.fromEntries(readList(reader, () => [reader.text(), reader.text()]));
}

export const writeChunk: Write<Chunk> = (chunk, writer) => {
  writer.u32(chunk.volumeId);
  writer.u64(chunk.needleKey);
  writer.u32(chunk.cookie);
  writer.u32(chunk.sizeBytes);
  writer.u32(chunk.crc32c);
};

export const readChunk: Read<Chunk> = (reader) => ({
  volumeId: reader.u32(),
  needleKey: reader.u64(),
  cookie: reader.u32(),
  sizeBytes: reader.u32(),
  crc32c: reader.u32(),
});

export const readAlgorithm: Read<ChecksumAlgorithm> = (reader) =>
  requireOneOf('checksum algorithm', reader.text(), CHECKSUM_ALGORITHM_NAMES);

const readChecksumType = (reader: ByteReader) => requireOneOf('checksum type', reader.text(), CHECKSUM_TYPES);

const writeChecksum: Write<ObjectChecksum> = (checksum, writer) => {
  writer.text(checksum.algorithm);
  writer.text(checksum.type);
  writer.text(checksum.value);
};

const readChecksum: Read<ObjectChecksum> = (reader) => ({
  algorithm: readAlgorithm(reader),
  type: readChecksumType(reader),
  value: reader.text(),
});

const writePart: Write<CompletedPart> = (part, writer) => {
  writer.u16(part.partNumber);
  writer.u48(part.sizeBytes);
  writeOptional(part.checksum, writer, writeText);
};

const readPart: Read<CompletedPart> = (reader) =>
  definedFields({ partNumber: reader.u16(), sizeBytes: reader.u48(), checksum: readOptional(reader, readText) });

const writeLock: Write<ObjectLock> = (lock, writer) => {
  writeOptional(lock.mode, writer, writeText);
  writeOptional(lock.retainUntilMs, writer, (ms) => writer.u48(ms));
  writeOptional(lock.legalHold, writer, (isOn) => writer.u8(isOn ? 1 : 0));
};

const readLock: Read<ObjectLock> = (reader) =>
  definedFields({
    mode: readOptional(reader, () => requireOneOf('lock mode', reader.text(), LOCK_MODES)),
    retainUntilMs: readOptional(reader, () => reader.u48()),
    legalHold: readOptional(reader, () => reader.u8() === 1),
  });

const writeEncryption: Write<ObjectEncryption> = (encryption, writer) => {
  writer.text(encryption.scheme);
  writeOptional(encryption.keyId, writer, writeText);
  writer.bytes(encryption.envelope);
};

const readEncryption: Read<ObjectEncryption> = (reader) =>
  definedFields({
    scheme: requireOneOf('encryption scheme', reader.text(), ENCRYPTION_SCHEMES),
    keyId: readOptional(reader, readText),
    envelope: reader.bytes(),
  });

const writeTier: Write<RemoteTierPointer> = (pointer, writer) => {
  writer.text(pointer.tier);
  writer.text(pointer.remoteKey);
  writeOptional(pointer.remoteVersionId, writer, writeText);
};

const readTier: Read<RemoteTierPointer> = (reader) =>
  definedFields({
    tier: reader.text(),
    remoteKey: reader.text(),
    remoteVersionId: readOptional(reader, readText),
  });

const writeRestore: Write<RestoreState> = (restore, writer) => {
  writer.u8(restore.isOngoing ? 1 : 0);
  writeOptional(restore.expiresAtMs, writer, (ms) => writer.u48(ms));
};

const readRestore: Read<RestoreState> = (reader) =>
  definedFields({ isOngoing: reader.u8() === 1, expiresAtMs: readOptional(reader, () => reader.u48()) });

export const writeShared: Write<SharedChunks> = (shared, writer) => {
  writer.text(shared.bucket);
  writer.text(shared.key);
  writer.text(shared.versionId);
  writeList(shared.chunks, writer, writeChunk);
};

export const readShared: Read<SharedChunks> = (reader) => ({
  bucket: reader.text(),
  key: reader.text(),
  versionId: reader.text(),
  chunks: readList(reader, readChunk),
});

/** The fields that most versions lack follow one flag, so that the usual version pays one byte for them. */
export const writeNewVersion: Write<NewObjectVersion> = (version, writer) => {
  writer.u48(version.sizeBytes);
  writer.text(version.etag);
  writer.text(version.ownerId);
  writeMap(version.systemHeaders, writer);
  writeMap(version.userMetadata, writer);
  writeList(version.chunks, writer, writeChunk);
  writeOptional(version.checksum, writer, writeChecksum);
  writeOptional(hasRareFields(version) ? version : undefined, writer, writeRareFields);
};

export const readNewVersion: Read<NewObjectVersion> = (reader) => {
  const usual = {
    sizeBytes: reader.u48(),
    etag: reader.text(),
    ownerId: reader.text(),
    systemHeaders: readMap(reader),
    userMetadata: readMap(reader),
    chunks: readList(reader, readChunk),
  };
  const checksum = readOptional(reader, readChecksum);
  const rare = readOptional(reader, readRareFields);
  return { ...usual, ...(checksum === undefined ? undefined : { checksum }), ...rare };
};

function hasRareFields(version: NewObjectVersion): boolean {
  return (
    version.inlineData !== undefined ||
    version.parts !== undefined ||
    version.storageClass !== undefined ||
    version.tags !== undefined ||
    version.lock !== undefined ||
    version.encryption !== undefined ||
    version.remoteTier !== undefined ||
    version.acl !== undefined
  );
}

const writeRareFields: Write<NewObjectVersion> = (version, writer) => {
  writeOptional(version.inlineData, writer, (bytes) => writer.bytes(bytes));
  writeOptional(version.parts, writer, (parts) => writeList(parts, writer, writePart));
  writeOptional(version.storageClass, writer, writeText);
  writeOptional(version.tags, writer, writeMap);
  writeOptional(version.lock, writer, writeLock);
  writeOptional(version.encryption, writer, writeEncryption);
  writeOptional(version.remoteTier, writer, writeTier);
  writeOptional(version.acl, writer, (bytes) => writer.bytes(bytes));
};

function readRareFields(reader: ByteReader) {
  return definedFields({
    inlineData: readOptional(reader, () => reader.bytes()),
    parts: readOptional(reader, () => readList(reader, readPart)),
    storageClass: readOptional(reader, readText),
    tags: readOptional(reader, readMap),
    lock: readOptional(reader, readLock),
    encryption: readOptional(reader, readEncryption),
    remoteTier: readOptional(reader, readTier),
    acl: readOptional(reader, () => reader.bytes()),
  });
}

export const writeVersion: Write<ObjectVersion> = (version, writer) => {
  writer.text(version.versionId);
  writer.u8(version.isDeleteMarker ? 1 : 0);
  writer.u48(version.lastModifiedMs);
  writeNewVersion(version, writer);
  writeOptional(version.restore, writer, writeRestore);
};

export const readVersion: Read<ObjectVersion> = (reader) => {
  const version = {
    versionId: reader.text(),
    isDeleteMarker: reader.u8() === 1,
    lastModifiedMs: reader.u48(),
    ...readNewVersion(reader),
  };
  const restore = readOptional(reader, readRestore);
  return restore === undefined ? version : { ...version, restore };
};

export const writeEvent: Write<EventContext> = (event, writer) => {
  writer.text(event.eventName);
  writer.text(event.requestId);
  writer.text(event.principalId);
  writer.text(event.sourceIpAddress);
  writer.text(event.userAgent);
};

export const readEvent: Read<EventContext> = (reader) => ({
  eventName: reader.text(),
  requestId: reader.text(),
  principalId: reader.text(),
  sourceIpAddress: reader.text(),
  userAgent: reader.text(),
});

export const writeWriteCondition: Write<WriteCondition> = (condition, writer) => {
  writeOptional(condition.ifNoneMatch, writer, writeText);
  writeOptional(condition.ifMatch, writer, writeText);
  writer.u8(condition.heldBefore === true ? 1 : 0);
};

export const readWriteCondition: Read<WriteCondition> = (reader) =>
  definedFields({
    ifNoneMatch: readOptional(reader, readText),
    ifMatch: readOptional(reader, readText),
    heldBefore: reader.u8() === 1 ? true : undefined,
  });

export const writeDeleteCondition: Write<DeleteCondition> = (condition, writer) => {
  writeOptional(condition.ifMatch, writer, writeText);
  writeOptional(condition.ifMatchSizeBytes, writer, (size) => writer.u48(size));
  writeOptional(condition.ifMatchLastModifiedMs, writer, (ms) => writer.u48(ms));
  writeOptional(condition.ifUnchanged, writer, (same) => {
    writer.text(same.versionId);
    writer.u48(same.lastModifiedMs);
  });
  writer.u8((condition.ifNoncurrent === true ? 1 : 0) | (condition.ifOnlyVersion === true ? 2 : 0));
};

export const readDeleteCondition: Read<DeleteCondition> = (reader) => {
  const condition = {
    ifMatch: readOptional(reader, readText),
    ifMatchSizeBytes: readOptional(reader, () => reader.u48()),
    ifMatchLastModifiedMs: readOptional(reader, () => reader.u48()),
    ifUnchanged: readOptional(reader, () => ({ versionId: reader.text(), lastModifiedMs: reader.u48() })),
  };
  const flags = reader.u8();
  return definedFields({
    ...condition,
    ifNoncurrent: (flags & 1) !== 0 ? true : undefined,
    ifOnlyVersion: (flags & 2) !== 0 ? true : undefined,
  });
};

export const writeListed: Write<ListedObject> = (listed, writer) => {
  writer.text(listed.key);
  writer.u48(listed.sizeBytes);
  writer.text(listed.etag);
  writer.u48(listed.lastModifiedMs);
  writer.text(listed.storageClass);
  writer.text(listed.ownerId);
  writeOptional(listed.checksumAlgorithm, writer, writeText);
  writeOptional(listed.checksumType, writer, writeText);
  const hasDetails = listed.tags !== undefined || listed.restore !== undefined;
  writeOptional(hasDetails ? listed : undefined, writer, writeDetails);
};

const writeDetails: Write<Pick<ListedObject, 'tags' | 'restore'>> = (listed, writer) => {
  writeOptional(listed.tags, writer, writeMap);
  writeOptional(listed.restore, writer, writeRestore);
};

const readDetails = (reader: ByteReader) =>
  definedFields({ tags: readOptional(reader, readMap), restore: readOptional(reader, readRestore) });

export const readListed: Read<ListedObject> = (reader) => {
  const listed = {
    key: reader.text(),
    sizeBytes: reader.u48(),
    etag: reader.text(),
    lastModifiedMs: reader.u48(),
    storageClass: reader.text(),
    ownerId: reader.text(),
  };
  const checksumAlgorithm = readOptional(reader, readAlgorithm);
  const checksumType = readOptional(reader, readChecksumType);
  const details = readOptional(reader, readDetails);
  if (checksumAlgorithm === undefined || checksumType === undefined) return { ...listed, ...details };
  return { ...listed, checksumAlgorithm, checksumType, ...details };
};
