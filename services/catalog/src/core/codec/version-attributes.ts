/**
 * What a version carries beside its size, place and time: written as sections, each a tag (u8) and a block, absent when
 * empty. Shared by object records and, for what a finished upload shall carry, upload records.
 */
import type { NewObjectVersion, ObjectEncryption, ObjectLock, RemoteTierPointer } from '@needlestack/service-contracts';
import { lockModeCode, lockModeOfCode } from './lock-mode.ts';
import { RecordError } from './record-error.ts';
import type { RecordReader } from './record-reader.ts';
import type { RecordWriter } from './record-writer.ts';
import { readTextMap, writeTextMap } from './text-map.ts';

/** Tags of sections. Numbers are stored: append only. */
export const SECTION = {
  chunks: 1,
  systemHeaders: 2,
  userMetadata: 3,
  tags: 4,
  lock: 5,
  encryption: 6,
  storageClass: 7,
  remoteTier: 8,
  checksum: 9,
  parts: 10,
  etag: 11,
  versionNonce: 12,
  acl: 13,
  restore: 14,
} as const;

export type VersionAttributes = Pick<
  NewObjectVersion,
  'systemHeaders' | 'userMetadata' | 'storageClass' | 'tags' | 'lock' | 'acl' | 'encryption' | 'remoteTier'
>;

/** The same with fields that can be set, for a decoder that meets one section after the other. */
export type DecodedAttributes = { -readonly [K in keyof VersionAttributes]: VersionAttributes[K] };

const ENCRYPTION_SCHEMES = ['SSE-C', 'SSE-S3', 'SSE-KMS', 'DSSE-KMS'] as const;
const LEGAL_HOLD_SET = 1;
const LEGAL_HOLD_ON = 2;

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  for (const _ in map) return false;
  return true;
}

function writeMapSection(writer: RecordWriter, tag: number, map: Readonly<Record<string, string>> | undefined): void {
  if (map === undefined || isEmpty(map)) return;
  const opened = writer.u8(tag).openBlock();
  writeTextMap(writer, map);
  writer.closeBlock(opened);
}

export function writeAttributes(writer: RecordWriter, attributes: VersionAttributes): void {
  writeMapSection(writer, SECTION.systemHeaders, attributes.systemHeaders);
  writeMapSection(writer, SECTION.userMetadata, attributes.userMetadata);
  writeMapSection(writer, SECTION.tags, attributes.tags);
  const { lock, acl, encryption, storageClass, remoteTier } = attributes;
  if (lock !== undefined) {
    const opened = writer.u8(SECTION.lock).openBlock();
    writeLock(writer, lock);
    writer.closeBlock(opened);
  }
  if (acl !== undefined) writer.u8(SECTION.acl).block(acl);
  if (encryption !== undefined) {
    const opened = writer.u8(SECTION.encryption).openBlock();
    writer
      .u8(ENCRYPTION_SCHEMES.indexOf(encryption.scheme))
      .text(encryption.keyId ?? '')
      .block(encryption.envelope);
    writer.closeBlock(opened);
  }
  if (storageClass !== undefined && storageClass !== 'STANDARD') {
    const opened = writer.u8(SECTION.storageClass).openBlock();
    writer.text(storageClass).closeBlock(opened);
  }
  if (remoteTier !== undefined) {
    const opened = writer.u8(SECTION.remoteTier).openBlock();
    writer
      .text(remoteTier.tier)
      .text(remoteTier.remoteKey)
      .text(remoteTier.remoteVersionId ?? '')
      .closeBlock(opened);
  }
}

/** Takes the section if it is one of these; false when it is another's. */
export function readAttribute(into: DecodedAttributes, tag: number, reader: RecordReader): boolean {
  switch (tag) {
    case SECTION.systemHeaders:
      into.systemHeaders = readTextMap(reader);
      return true;
    case SECTION.userMetadata:
      into.userMetadata = readTextMap(reader);
      return true;
    case SECTION.tags:
      into.tags = readTextMap(reader);
      return true;
    case SECTION.lock:
      into.lock = readLock(reader);
      return true;
    case SECTION.acl:
      into.acl = Buffer.from(reader.raw(reader.leftBytes));
      return true;
    case SECTION.encryption:
      into.encryption = readEncryption(reader);
      return true;
    case SECTION.storageClass:
      into.storageClass = reader.text();
      return true;
    case SECTION.remoteTier:
      into.remoteTier = readRemoteTier(reader);
      return true;
    default:
      return false;
  }
}

function writeLock(writer: RecordWriter, lock: ObjectLock): void {
  const hold = lock.legalHold === undefined ? 0 : LEGAL_HOLD_SET | (lock.legalHold ? LEGAL_HOLD_ON : 0);
  writer.u8(lockModeCode(lock.mode)).u8(hold);
  writer.u8(lock.retainUntilMs === undefined ? 0 : 1).u48(lock.retainUntilMs ?? 0);
}

function readLock(reader: RecordReader): ObjectLock {
  const mode = lockModeOfCode(reader.u8());
  const hold = reader.u8();
  const hasDate = reader.u8() === 1;
  const retainUntilMs = reader.u48();
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(hasDate ? { retainUntilMs } : {}),
    ...((hold & LEGAL_HOLD_SET) === 0 ? {} : { legalHold: (hold & LEGAL_HOLD_ON) !== 0 }),
  };
}

function readEncryption(reader: RecordReader): ObjectEncryption {
  const code = reader.u8();
  const scheme = ENCRYPTION_SCHEMES[code];
  if (scheme === undefined) throw new RecordError(`encryption scheme ${code}: expected 0 to 3`);
  const keyId = reader.text();
  const envelope = Buffer.from(reader.block());
  return keyId === '' ? { scheme, envelope } : { scheme, keyId, envelope };
}

function readRemoteTier(reader: RecordReader): RemoteTierPointer {
  const pointer = { tier: reader.text(), remoteKey: reader.text() };
  const remoteVersionId = reader.text();
  return remoteVersionId === '' ? pointer : { ...pointer, remoteVersionId };
}
