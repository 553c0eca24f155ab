import { decodeSchema } from './decode-schema.ts';
import { IcebergFormatError } from './iceberg-format-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json/json-value.ts';
import {
  readInt32,
  readInt64,
  readMember,
  readObject,
  readObjects,
  readOptional,
  readString,
  readStringMap,
} from './json/read-member.ts';
import { FORMAT_VERSION_MAX, PARTITION_ID_START } from './limits.ts';
import {
  decodePartitionField,
  decodePartitionSpec,
  type PartitionSpec,
  type UnboundPartitionField,
} from './partition-spec.ts';
import type { Schema } from './schema.ts';
import {
  decodeMetadataLogEntry,
  decodeSnapshot,
  decodeSnapshotLogEntry,
  decodeSnapshotRef,
  MAIN_BRANCH,
  type SnapshotRef,
} from './snapshot.ts';
import { decodeSortOrder, type SortOrder, UNSORTED } from './sort-order.ts';
import { decodeEncryptedKey, decodePartitionStatisticsFile, decodeStatisticsFile } from './statistics-file.ts';
import { findSchema, findSortOrder, findSpec, type TableMetadata } from './table-metadata.ts';

const OWNER = 'table metadata';

/** Decodes a metadata document of v1, v2 or v3 and checks that its parts refer to each other rightly; else `bad-metadata`. */
export function decodeTableMetadata(value: JsonValue): TableMetadata {
  if (!isJsonObject(value)) throw new IcebergFormatError('bad-metadata', 'Invalid table metadata: not an object');
  try {
    const metadata = decodeMembers(value);
    checkReferences(metadata);
    return metadata;
  } catch (error) {
    if (!(error instanceof IcebergFormatError)) throw error;
    throw new IcebergFormatError('bad-metadata', error.message);
  }
}

function decodeMembers(object: JsonObject): TableMetadata {
  const formatVersion = readInt32(object, 'format-version', OWNER);
  if (formatVersion < 1 || formatVersion > FORMAT_VERSION_MAX) {
    throw invalid(`format version ${formatVersion} is not supported (1 to ${FORMAT_VERSION_MAX} are)`);
  }
  // Members of v1 that repeat the current schema and spec: the encoder makes them anew.
  const { schema: _schema, 'partition-spec': _spec, ...rest } = object;
  const schemas = decodeSchemas(object, formatVersion);
  const specs = decodeSpecs(object, formatVersion);
  const sortOrders = decodeSortOrders(object, formatVersion);
  return {
    ...rest,
    'format-version': formatVersion,
    'table-uuid': readString(object, 'table-uuid', OWNER),
    location: readString(object, 'location', OWNER).replace(/\/+$/, ''),
    'last-sequence-number': formatVersion === 1 ? 0n : readInt64(object, 'last-sequence-number', OWNER),
    'last-updated-ms': readInt64(object, 'last-updated-ms', OWNER),
    'last-column-id': readInt32(object, 'last-column-id', OWNER),
    schemas,
    'current-schema-id': readOptional(readInt32, object, 'current-schema-id', OWNER) ?? schemas[0]?.['schema-id'] ?? 0,
    'partition-specs': specs,
    'default-spec-id': readOptional(readInt32, object, 'default-spec-id', OWNER) ?? specs[0]?.['spec-id'] ?? 0,
    'last-partition-id': readOptional(readInt32, object, 'last-partition-id', OWNER) ?? highestPartitionId(specs),
    'sort-orders': sortOrders,
    'default-sort-order-id': readOptional(readInt32, object, 'default-sort-order-id', OWNER) ?? 0,
    properties: readOptional(readStringMap, object, 'properties', OWNER) ?? {},
    ...decodeSnapshots(object),
    statistics: readList(object, 'statistics').map(decodeStatisticsFile),
    'partition-statistics': readList(object, 'partition-statistics').map(decodePartitionStatisticsFile),
    'next-row-id': formatVersion < 3 ? 0n : readInt64(object, 'next-row-id', OWNER),
    'encryption-keys': readList(object, 'encryption-keys').map(decodeEncryptedKey),
  };
}

type SnapshotMembers = Pick<
  TableMetadata,
  'current-snapshot-id' | 'snapshots' | 'refs' | 'snapshot-log' | 'metadata-log'
>;

function decodeSnapshots(object: JsonObject): SnapshotMembers {
  const current = readOptional(readInt64, object, 'current-snapshot-id', OWNER) ?? -1n;
  const refs = decodeRefs(readOptional(readObject, object, 'refs', OWNER) ?? {});
  if (current !== -1n && !Object.hasOwn(refs, MAIN_BRANCH))
    refs[MAIN_BRANCH] = { 'snapshot-id': current, type: 'branch' };
  const main = Object.hasOwn(refs, MAIN_BRANCH) ? refs[MAIN_BRANCH]?.['snapshot-id'] : undefined;
  if (current !== (main ?? -1n)) throw invalid(`current snapshot ${current} is not the snapshot of main, ${main}`);
  return {
    'current-snapshot-id': main ?? null,
    snapshots: readList(object, 'snapshots').map(decodeSnapshot),
    refs,
    'snapshot-log': readList(object, 'snapshot-log').map(decodeSnapshotLogEntry),
    'metadata-log': readList(object, 'metadata-log').map(decodeMetadataLogEntry),
  };
}

function decodeRefs(object: JsonObject): Record<string, SnapshotRef> {
  const refs = Object.keys(object).map((name): [string, SnapshotRef] => {
    const ref = readObject(object, name, 'refs');
    return [name, { ...ref, ...decodeSnapshotRef(ref, name) }];
  });
  return Object.fromEntries(refs);
}

function decodeSchemas(object: JsonObject, formatVersion: number): readonly Schema[] {
  const schemas = readList(object, 'schemas').map((schema) => decodeSchema(schema));
  if (schemas.length > 0) return schemas;
  if (formatVersion > 1) throw invalid('schemas is missing or empty');
  return [decodeSchema(readObject(object, 'schema', OWNER))];
}

function decodeSpecs(object: JsonObject, formatVersion: number): readonly PartitionSpec[] {
  const specs = readList(object, 'partition-specs');
  if (specs.length > 0) return specs.map((spec) => bindStoredSpec(decodePartitionSpec(spec)));
  if (formatVersion > 1) throw invalid('partition-specs is missing or empty');
  return [bindStoredSpec({ fields: readObjects(object, 'partition-spec', OWNER).map(decodePartitionField) })];
}

/** Specs of v1 may lack field ids: they count from 1000. */
function bindStoredSpec(spec: { 'spec-id'?: number; fields: readonly UnboundPartitionField[] }): PartitionSpec {
  const fields = spec.fields.map((field, index) => ({
    ...field,
    'field-id': field['field-id'] ?? PARTITION_ID_START + 1 + index,
  }));
  return { ...spec, 'spec-id': spec['spec-id'] ?? 0, fields };
}

function decodeSortOrders(object: JsonObject, formatVersion: number): readonly SortOrder[] {
  const orders = readList(object, 'sort-orders').map(decodeSortOrder);
  if (orders.length > 0) return orders;
  if (formatVersion > 1) throw invalid('sort-orders is missing or empty');
  return [UNSORTED];
}

function highestPartitionId(specs: readonly PartitionSpec[]): number {
  return Math.max(PARTITION_ID_START, ...specs.flatMap((spec) => spec.fields.map((field) => field['field-id'])));
}

function readList(object: JsonObject, name: string): readonly JsonObject[] {
  return readMember(object, name) === undefined ? [] : readObjects(object, name, OWNER);
}

/** What every reader relies on, checked after reading and before writing. */
export function checkReferences(metadata: TableMetadata): void {
  const schemaId = metadata['current-schema-id'];
  if (findSchema(metadata, schemaId) === undefined) throw invalid(`current schema ${schemaId} does not exist`);
  const specId = metadata['default-spec-id'];
  if (findSpec(metadata, specId) === undefined) throw invalid(`default partition spec ${specId} does not exist`);
  const orderId = metadata['default-sort-order-id'];
  if (orderId !== 0 && findSortOrder(metadata, orderId) === undefined) {
    throw invalid(`default sort order ${orderId} does not exist`);
  }
  const snapshotIds = new Set(metadata.snapshots.map((snapshot) => snapshot['snapshot-id']));
  if (snapshotIds.size < metadata.snapshots.length) throw invalid('two snapshots have the same id');
  for (const [name, ref] of Object.entries(metadata.refs)) {
    const id = ref['snapshot-id'];
    if (!snapshotIds.has(id)) throw invalid(`ref ${name} names snapshot ${id}, which does not exist`);
  }
  const lastSequence = metadata['last-sequence-number'];
  for (const snapshot of metadata.snapshots) {
    const sequence = snapshot['sequence-number'] ?? 0n;
    if (sequence > lastSequence) {
      throw invalid(
        `snapshot ${snapshot['snapshot-id']} has sequence number ${sequence}, above the last, ${lastSequence}`,
      );
    }
  }
}

function invalid(message: string): IcebergFormatError {
  return new IcebergFormatError('bad-request', `Invalid table metadata: ${message}`);
}
