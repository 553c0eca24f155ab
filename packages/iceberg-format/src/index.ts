export { type AppliedCommit, applyCommit, type CommitPlan } from './commit/apply-commit.ts';
export { findLandedCommit } from './commit/landed-commit.ts';
export { decodeSchema } from './decode-schema.ts';
export { decodeTableMetadata } from './decode-table-metadata.ts';
export { encodeTableMetadata, writeTableMetadata } from './encode-table-metadata.ts';
export { ICEBERG_FORMAT_ERROR_CODES, IcebergFormatError, type IcebergFormatErrorCode } from './iceberg-format-error.ts';
export { isJsonObject, JsonNumber, type JsonObject, type JsonValue } from './json/json-value.ts';
export { parseJson } from './json/parse-json.ts';
export {
  readBoolean,
  readInt32,
  readInt64,
  readMember,
  readObject,
  readObjects,
  readOptional,
  readString,
  readStringMap,
  readStrings,
} from './json/read-member.ts';
export { writeJson } from './json/write-json.ts';
export { COMMIT_REQUIREMENTS_MAX, COMMIT_UPDATES_MAX } from './limits.ts';
export { buildNewTableMetadata, type NewTable } from './new-table-metadata.ts';
export { decodePartitionSpec, type PartitionSpec, type UnboundPartitionSpec } from './partition-spec.ts';
export type { IcebergType, NestedField, Schema } from './schema.ts';
export type { Snapshot, SnapshotRef } from './snapshot.ts';
export { decodeSortOrder, type SortOrder } from './sort-order.ts';
export { keepReferencedSnapshots, type TableMetadata } from './table-metadata.ts';
export { decodeTableRequirement, type TableRequirement } from './table-requirement.ts';
export { decodeTableUpdate, TABLE_UPDATE_ACTIONS, type TableUpdate } from './table-update.ts';
