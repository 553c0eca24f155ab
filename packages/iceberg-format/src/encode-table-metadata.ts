import type { JsonObject } from './json/json-value.ts';
import { writeJson } from './json/write-json.ts';
import { findSchema, findSpec, type TableMetadata } from './table-metadata.ts';

/**
 * The document of a table's state as its format version has it: v1 repeats current schema and spec for older readers and has
 * no sequence numbers, row ids come with v3, and "no current snapshot" is -1 before v3 and null from then on.
 */
export function encodeTableMetadata(metadata: TableMetadata): JsonObject {
  const formatVersion = metadata['format-version'];
  const {
    'last-sequence-number': lastSequenceNumber,
    'next-row-id': nextRowId,
    'encryption-keys': encryptionKeys,
    'current-snapshot-id': currentSnapshotId,
    ...rest
  } = metadata;
  return {
    ...rest,
    ...(formatVersion === 1 ? encodeFirstVersion(metadata) : { 'last-sequence-number': lastSequenceNumber }),
    ...(formatVersion < 3 ? {} : { 'next-row-id': nextRowId }),
    ...(encryptionKeys.length === 0 ? {} : { 'encryption-keys': encryptionKeys }),
    'current-snapshot-id': currentSnapshotId ?? (formatVersion < 3 ? -1 : null),
  };
}

function encodeFirstVersion(metadata: TableMetadata): JsonObject {
  return {
    schema: findSchema(metadata, metadata['current-schema-id']),
    'partition-spec': findSpec(metadata, metadata['default-spec-id'])?.fields,
  };
}

/** The bytes of a `.metadata.json` file. */
export function writeTableMetadata(metadata: TableMetadata): Buffer {
  return Buffer.from(writeJson(encodeTableMetadata(metadata)));
}
