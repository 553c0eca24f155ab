import { decodeSchema } from './decode-schema.ts';
import { IcebergFormatError } from './iceberg-format-error.ts';
import type { JsonObject } from './json/json-value.ts';
import {
  readInt32,
  readInt32s,
  readInt64,
  readInt64s,
  readMember,
  readObject,
  readOptional,
  readString,
  readStringMap,
  readStrings,
} from './json/read-member.ts';
import { decodePartitionSpec, type UnboundPartitionSpec } from './partition-spec.ts';
import type { Schema } from './schema.ts';
import { decodeSnapshot, decodeSnapshotRef, type Snapshot, type SnapshotRef } from './snapshot.ts';
import { decodeSortOrder, type SortOrder } from './sort-order.ts';
import {
  decodeEncryptedKey,
  decodePartitionStatisticsFile,
  decodeStatisticsFile,
  type EncryptedKey,
  type PartitionStatisticsFile,
  type StatisticsFile,
} from './statistics-file.ts';

/** The 23 changes of a table (Iceberg REST, TableUpdate). An id of -1 means "added last in this request". */
export type TableUpdate =
  | { readonly action: 'assign-uuid'; readonly uuid: string }
  | { readonly action: 'upgrade-format-version'; readonly formatVersion: number }
  | { readonly action: 'add-schema'; readonly schema: Schema; readonly lastColumnId?: number | undefined }
  | { readonly action: 'set-current-schema'; readonly schemaId: number }
  | { readonly action: 'add-spec'; readonly spec: UnboundPartitionSpec }
  | { readonly action: 'set-default-spec'; readonly specId: number }
  | { readonly action: 'add-sort-order'; readonly sortOrder: SortOrder }
  | { readonly action: 'set-default-sort-order'; readonly sortOrderId: number }
  | { readonly action: 'add-snapshot'; readonly snapshot: Snapshot }
  | { readonly action: 'set-snapshot-ref'; readonly refName: string; readonly ref: SnapshotRef }
  | { readonly action: 'remove-snapshots'; readonly snapshotIds: readonly bigint[] }
  | { readonly action: 'remove-snapshot-ref'; readonly refName: string }
  | { readonly action: 'set-location'; readonly location: string }
  | { readonly action: 'set-properties'; readonly updates: Readonly<Record<string, string>> }
  | { readonly action: 'remove-properties'; readonly removals: readonly string[] }
  | { readonly action: 'set-statistics'; readonly statistics: StatisticsFile }
  | { readonly action: 'remove-statistics'; readonly snapshotId: bigint }
  | { readonly action: 'set-partition-statistics'; readonly partitionStatistics: PartitionStatisticsFile }
  | { readonly action: 'remove-partition-statistics'; readonly snapshotId: bigint }
  | { readonly action: 'remove-partition-specs'; readonly specIds: readonly number[] }
  | { readonly action: 'remove-schemas'; readonly schemaIds: readonly number[] }
  | { readonly action: 'add-encryption-key'; readonly encryptionKey: EncryptedKey }
  | { readonly action: 'remove-encryption-key'; readonly keyId: string };

type Decoder = (object: JsonObject, owner: string) => TableUpdate;

const DECODERS: { readonly [Action in TableUpdate['action']]: Decoder } = {
  'assign-uuid': (object, owner) => ({ action: 'assign-uuid', uuid: readString(object, 'uuid', owner) }),
  'upgrade-format-version': (object, owner) => ({
    action: 'upgrade-format-version',
    formatVersion: readInt32(object, 'format-version', owner),
  }),
  'add-schema': (object, owner) => ({
    action: 'add-schema',
    schema: decodeSchema(readObject(object, 'schema', owner), -1),
    lastColumnId: readOptional(readInt32, object, 'last-column-id', owner),
  }),
  'set-current-schema': (object, owner) => ({
    action: 'set-current-schema',
    schemaId: readInt32(object, 'schema-id', owner),
  }),
  'add-spec': (object, owner) => ({ action: 'add-spec', spec: decodePartitionSpec(readObject(object, 'spec', owner)) }),
  'set-default-spec': (object, owner) => ({ action: 'set-default-spec', specId: readInt32(object, 'spec-id', owner) }),
  'add-sort-order': (object, owner) => ({
    action: 'add-sort-order',
    sortOrder: decodeSortOrder(readObject(object, 'sort-order', owner)),
  }),
  'set-default-sort-order': (object, owner) => ({
    action: 'set-default-sort-order',
    sortOrderId: readInt32(object, 'sort-order-id', owner),
  }),
  'add-snapshot': (object, owner) => ({
    action: 'add-snapshot',
    snapshot: decodeSnapshot(readObject(object, 'snapshot', owner)),
  }),
  'set-snapshot-ref': (object, owner) => {
    const refName = readString(object, 'ref-name', owner);
    return { action: 'set-snapshot-ref', refName, ref: decodeSnapshotRef(object, refName) };
  },
  'remove-snapshots': (object, owner) => ({
    action: 'remove-snapshots',
    snapshotIds: readInt64s(object, 'snapshot-ids', owner),
  }),
  'remove-snapshot-ref': (object, owner) => ({
    action: 'remove-snapshot-ref',
    refName: readString(object, 'ref-name', owner),
  }),
  'set-location': (object, owner) => ({ action: 'set-location', location: readString(object, 'location', owner) }),
  'set-properties': (object, owner) => ({
    action: 'set-properties',
    updates: readStringMap(object, readMember(object, 'updates') === undefined ? 'updated' : 'updates', owner),
  }),
  'remove-properties': (object, owner) => ({
    action: 'remove-properties',
    removals: readStrings(object, readMember(object, 'removals') === undefined ? 'removed' : 'removals', owner),
  }),
  'set-statistics': (object, owner) => {
    const statistics = decodeStatisticsFile(readObject(object, 'statistics', owner));
    const snapshotId = readOptional(readInt64, object, 'snapshot-id', owner) ?? statistics['snapshot-id'];
    if (snapshotId !== statistics['snapshot-id']) {
      throw new IcebergFormatError('bad-request', `Invalid ${owner}: snapshot-id differs from that of the statistics`);
    }
    return { action: 'set-statistics', statistics };
  },
  'remove-statistics': (object, owner) => ({
    action: 'remove-statistics',
    snapshotId: readInt64(object, 'snapshot-id', owner),
  }),
  'set-partition-statistics': (object, owner) => ({
    action: 'set-partition-statistics',
    partitionStatistics: decodePartitionStatisticsFile(readObject(object, 'partition-statistics', owner)),
  }),
  'remove-partition-statistics': (object, owner) => ({
    action: 'remove-partition-statistics',
    snapshotId: readInt64(object, 'snapshot-id', owner),
  }),
  'remove-partition-specs': (object, owner) => ({
    action: 'remove-partition-specs',
    specIds: readInt32s(object, 'spec-ids', owner),
  }),
  'remove-schemas': (object, owner) => ({
    action: 'remove-schemas',
    schemaIds: readInt32s(object, 'schema-ids', owner),
  }),
  'add-encryption-key': (object, owner) => ({
    action: 'add-encryption-key',
    encryptionKey: decodeEncryptedKey(readObject(object, 'encryption-key', owner)),
  }),
  'remove-encryption-key': (object, owner) => ({
    action: 'remove-encryption-key',
    keyId: readString(object, 'key-id', owner),
  }),
};

/** Names of all updates, in the order of the specification. */
export const TABLE_UPDATE_ACTIONS: readonly string[] = Object.keys(DECODERS);

function isAction(action: string): action is TableUpdate['action'] {
  return Object.hasOwn(DECODERS, action);
}

/** Refuses an unknown or malformed update with `bad-request`. */
export function decodeTableUpdate(object: JsonObject): TableUpdate {
  const action = readString(object, 'action', 'update');
  if (!isAction(action)) {
    throw new IcebergFormatError('bad-request', `Unknown update: ${JSON.stringify(action.slice(0, 60))}`);
  }
  return DECODERS[action](object, `update ${action}`);
}
