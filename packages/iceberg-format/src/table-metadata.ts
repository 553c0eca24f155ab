import type { PartitionSpec } from './partition-spec.ts';
import type { Schema } from './schema.ts';
import type { MetadataLogEntry, Snapshot, SnapshotLogEntry, SnapshotRef } from './snapshot.ts';
import type { SortOrder } from './sort-order.ts';
import type { EncryptedKey, PartitionStatisticsFile, StatisticsFile } from './statistics-file.ts';

/**
 * The state of a table (table spec, Table Metadata Fields), one shape for v1 to v3; `encodeTableMetadata` gives each version
 * its own. Members that we do not know ride along at every level. Values are never changed in place.
 */
export type TableMetadata = {
  readonly 'format-version': number;
  readonly 'table-uuid': string;
  /** Without closing slash. */
  readonly location: string;
  /** 0 in v1. */
  readonly 'last-sequence-number': bigint;
  readonly 'last-updated-ms': bigint;
  readonly 'last-column-id': number;
  readonly schemas: readonly Schema[];
  readonly 'current-schema-id': number;
  readonly 'partition-specs': readonly PartitionSpec[];
  readonly 'default-spec-id': number;
  readonly 'last-partition-id': number;
  readonly 'sort-orders': readonly SortOrder[];
  readonly 'default-sort-order-id': number;
  readonly properties: Readonly<Record<string, string>>;
  /** Null: no current snapshot. Always the snapshot of the `main` branch. */
  readonly 'current-snapshot-id': bigint | null;
  readonly snapshots: readonly Snapshot[];
  readonly refs: Readonly<Record<string, SnapshotRef>>;
  readonly 'snapshot-log': readonly SnapshotLogEntry[];
  readonly 'metadata-log': readonly MetadataLogEntry[];
  readonly statistics: readonly StatisticsFile[];
  readonly 'partition-statistics': readonly PartitionStatisticsFile[];
  /** 0 before v3. */
  readonly 'next-row-id': bigint;
  readonly 'encryption-keys': readonly EncryptedKey[];
};

export function findSchema(metadata: TableMetadata, schemaId: number): Schema | undefined {
  return metadata.schemas.find((schema) => schema['schema-id'] === schemaId);
}

export function findSpec(metadata: TableMetadata, specId: number): PartitionSpec | undefined {
  return metadata['partition-specs'].find((spec) => spec['spec-id'] === specId);
}

export function findSortOrder(metadata: TableMetadata, orderId: number): SortOrder | undefined {
  return metadata['sort-orders'].find((order) => order['order-id'] === orderId);
}

export function findSnapshot(metadata: TableMetadata, snapshotId: bigint): Snapshot | undefined {
  return metadata.snapshots.find((snapshot) => snapshot['snapshot-id'] === snapshotId);
}

/** The ref itself; a name such as `constructor` finds nothing that was not put there. */
export function findRef(metadata: TableMetadata, name: string): SnapshotRef | undefined {
  return Object.hasOwn(metadata.refs, name) ? metadata.refs[name] : undefined;
}

/** Only snapshots that a ref names, as `loadTable?snapshots=refs` answers. */
export function keepReferencedSnapshots(metadata: TableMetadata): TableMetadata {
  const referenced = new Set(Object.values(metadata.refs).map((ref) => ref['snapshot-id']));
  return { ...metadata, snapshots: metadata.snapshots.filter((snapshot) => referenced.has(snapshot['snapshot-id'])) };
}
