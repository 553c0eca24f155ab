/** The hot calls of the catalog as session methods: both sides share these codecs. The ids are for ever. */
import type { ByteReader, ByteWriter, SessionMethod } from '@needlestack/rpc';
import type { Bucket, DefaultRetention } from '../bucket.ts';
import type {
  CommitObjectRequest,
  CommittedObject,
  DeletedObject,
  DeleteObjectRequest,
  ListObjectsPage,
  ListObjectsRequest,
} from '../object-requests.ts';
import type { ObjectVersion } from '../object-version.ts';
import { LOCK_MODES, requireOneOf, VERSIONING_STATES } from './closed-sets.ts';
import { definedFields } from './defined-fields.ts';
import {
  readDeleteCondition,
  readEvent,
  readList,
  readListed,
  readNewVersion,
  readOptional,
  readShared,
  readText,
  readVersion,
  readWriteCondition,
  writeDeleteCondition,
  writeEvent,
  writeList,
  writeListed,
  writeNewVersion,
  writeOptional,
  writeShared,
  writeText,
  writeVersion,
  writeWriteCondition,
} from './session-records.ts';

/**
 * The version of the records below. Raise it with every change of their layout: a gateway and a catalog of different versions then refuse each
 * other instead of reading one field for another.
 */
export const CATALOG_RECORDS = 'catalog/1';

function writeBucket(bucket: Bucket, writer: ByteWriter): void {
  writer.text(bucket.name);
  writer.text(bucket.bucketId);
  writer.text(bucket.ownerId);
  writer.text(bucket.region);
  writer.u48(bucket.createdAtMs);
  writer.text(bucket.versioning);
  writer.u8(bucket.objectLockEnabled ? 1 : 0);
  writer.u8(bucket.hasEventRules ? 1 : 0);
  writer.u32(bucket.configBits);
  writer.u48(bucket.configRevision);
  writeOptional(bucket.defaultRetention, writer, writeRetention);
}

function writeRetention(retention: DefaultRetention, writer: ByteWriter): void {
  writer.text(retention.mode);
  writeOptional(retention.days, writer, (days) => writer.u32(days));
  writeOptional(retention.years, writer, (years) => writer.u32(years));
}

function readRetention(reader: ByteReader): DefaultRetention {
  return definedFields({
    mode: requireOneOf('lock mode', reader.text(), LOCK_MODES),
    days: readOptional(reader, () => reader.u32()),
    years: readOptional(reader, () => reader.u32()),
  });
}

function readBucket(reader: ByteReader): Bucket {
  return definedFields({
    name: reader.text(),
    bucketId: reader.text(),
    ownerId: reader.text(),
    region: reader.text(),
    createdAtMs: reader.u48(),
    versioning: requireOneOf('versioning', reader.text(), VERSIONING_STATES),
    objectLockEnabled: reader.u8() === 1,
    hasEventRules: reader.u8() === 1,
    configBits: reader.u32(),
    configRevision: reader.u48(),
    defaultRetention: readOptional(reader, readRetention),
  });
}

/** Request: name. Answer: optional bucket. */
export const GET_BUCKET: SessionMethod<string, Bucket | undefined> = {
  id: 1,
  name: 'get-bucket',
  encodeRequest: (name, writer) => writer.text(name),
  decodeRequest: (reader) => reader.text(),
  encodeResponse: (bucket, writer) => writeOptional(bucket, writer, writeBucket),
  decodeResponse: (reader) => readOptional(reader, readBucket),
};

export interface LookupRequest {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** Request: bucket, key, optional version id. Answer: optional version. */
export const LOOKUP_OBJECT: SessionMethod<LookupRequest, ObjectVersion | undefined> = {
  id: 2,
  name: 'lookup-object',
  encodeRequest: (request, writer) => {
    writer.text(request.bucket);
    writer.text(request.key);
    writeOptional(request.versionId, writer, writeText);
  },
  decodeRequest: (reader) =>
    definedFields({ bucket: reader.text(), key: reader.text(), versionId: readOptional(reader, readText) }),
  encodeResponse: (version, writer) => writeOptional(version, writer, writeVersion),
  decodeResponse: (reader) => readOptional(reader, readVersion),
};

/** Request: bucket, key, event, version, optional condition, optional shared chunks. Answer: version id, last modified u48. */
export const COMMIT_OBJECT: SessionMethod<CommitObjectRequest, CommittedObject> = {
  id: 3,
  name: 'commit-object',
  encodeRequest: (request, writer) => {
    writer.text(request.bucket);
    writer.text(request.key);
    writeEvent(request.event, writer);
    writeNewVersion(request.version, writer);
    writeOptional(request.condition, writer, writeWriteCondition);
    writeOptional(request.shared, writer, writeShared);
  },
  decodeRequest: (reader) =>
    definedFields({
      bucket: reader.text(),
      key: reader.text(),
      event: readEvent(reader),
      version: readNewVersion(reader),
      condition: readOptional(reader, readWriteCondition),
      shared: readOptional(reader, readShared),
    }),
  encodeResponse: (committed, writer) => {
    writer.text(committed.versionId);
    writer.u48(committed.lastModifiedMs);
  },
  decodeResponse: (reader) => ({ versionId: reader.text(), lastModifiedMs: reader.u48() }),
};

/** Request: bucket, key, event, optional version id, optional condition, bypass u8. Answer: existed u8, optional version id, optional marker u8. */
export const DELETE_OBJECT: SessionMethod<DeleteObjectRequest, DeletedObject> = {
  id: 4,
  name: 'delete-object',
  encodeRequest: (request, writer) => {
    writer.text(request.bucket);
    writer.text(request.key);
    writeEvent(request.event, writer);
    writeOptional(request.versionId, writer, writeText);
    writeOptional(request.condition, writer, writeDeleteCondition);
    writer.u8(request.bypassGovernance === true ? 1 : 0);
  },
  decodeRequest: (reader) =>
    definedFields({
      bucket: reader.text(),
      key: reader.text(),
      event: readEvent(reader),
      versionId: readOptional(reader, readText),
      condition: readOptional(reader, readDeleteCondition),
      bypassGovernance: reader.u8() === 1 ? true : undefined,
    }),
  encodeResponse: (deleted, writer) => {
    writer.u8(deleted.existed ? 1 : 0);
    writeOptional(deleted.versionId, writer, writeText);
    writeOptional(deleted.isDeleteMarker, writer, (isMarker) => writer.u8(isMarker ? 1 : 0));
  },
  decodeResponse: (reader) =>
    definedFields({
      existed: reader.u8() === 1,
      versionId: readOptional(reader, readText),
      isDeleteMarker: readOptional(reader, () => reader.u8() === 1),
    }),
};

/** Request: bucket, prefix, delimiter, start after, resume u8, max keys u16, details u8. Answer: objects, prefixes, truncated u8, optional next. */
export const LIST_OBJECTS: SessionMethod<ListObjectsRequest, ListObjectsPage> = {
  id: 5,
  name: 'list-objects',
  encodeRequest: (request, writer) => {
    writer.text(request.bucket);
    writer.text(request.prefix);
    writer.text(request.delimiter);
    writer.text(request.startAfter);
    writer.u8(request.resumeAfterPrefix ? 1 : 0);
    writer.u16(request.maxKeys);
    writer.u8(request.withDetails === true ? 1 : 0);
  },
  decodeRequest: (reader) =>
    definedFields({
      bucket: reader.text(),
      prefix: reader.text(),
      delimiter: reader.text(),
      startAfter: reader.text(),
      resumeAfterPrefix: reader.u8() === 1,
      maxKeys: reader.u16(),
      withDetails: reader.u8() === 1 ? true : undefined,
    }),
  encodeResponse: (page, writer) => {
    writeList(page.objects, writer, writeListed);
    writeList(page.commonPrefixes, writer, writeText);
    writer.u8(page.isTruncated ? 1 : 0);
    writeOptional(page.nextStartAfter, writer, writeText);
    writeOptional(page.nextIsPrefix, writer, (isPrefix) => writer.u8(isPrefix ? 1 : 0));
  },
  decodeResponse: (reader) =>
    definedFields({
      objects: readList(reader, readListed),
      commonPrefixes: readList(reader, readText),
      isTruncated: reader.u8() === 1,
      nextStartAfter: readOptional(reader, readText),
      nextIsPrefix: readOptional(reader, () => reader.u8() === 1),
    }),
};
