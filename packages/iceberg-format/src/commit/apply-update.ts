import type { TableUpdate } from '../table-update.ts';
import type { MetadataDraft } from './metadata-draft.ts';
import { assignUuid, removeProperties, setLocation, setProperties, upgradeFormatVersion } from './property-updates.ts';
import { addSchema, removeSchemas, setCurrentSchema } from './schema-updates.ts';
import { addSnapshot, removeSnapshotRef, removeSnapshots, setSnapshotRef } from './snapshot-updates.ts';
import { addSortOrder, addSpec, removeSpecs, setDefaultSortOrder, setDefaultSpec } from './spec-updates.ts';
import {
  addEncryptionKey,
  removeEncryptionKey,
  removePartitionStatistics,
  removeStatistics,
  setPartitionStatistics,
  setStatistics,
} from './statistics-updates.ts';

/** Applies one update to the draft; the table of all 23. */
export function applyUpdate(draft: MetadataDraft, update: TableUpdate): void {
  switch (update.action) {
    case 'assign-uuid':
      assignUuid(draft, update.uuid);
      break;
    case 'upgrade-format-version':
      upgradeFormatVersion(draft, update.formatVersion);
      break;
    case 'add-schema':
      addSchema(draft, update.schema, update.lastColumnId);
      break;
    case 'set-current-schema':
      setCurrentSchema(draft, update.schemaId);
      break;
    case 'add-spec':
      addSpec(draft, update.spec);
      break;
    case 'set-default-spec':
      setDefaultSpec(draft, update.specId);
      break;
    case 'add-sort-order':
      addSortOrder(draft, update.sortOrder);
      break;
    case 'set-default-sort-order':
      setDefaultSortOrder(draft, update.sortOrderId);
      break;
    case 'add-snapshot':
      addSnapshot(draft, update.snapshot);
      break;
    case 'set-snapshot-ref':
      setSnapshotRef(draft, update.refName, update.ref);
      break;
    case 'remove-snapshots':
      removeSnapshots(draft, update.snapshotIds);
      break;
    case 'remove-snapshot-ref':
      removeSnapshotRef(draft, update.refName);
      break;
    case 'set-location':
      setLocation(draft, update.location);
      break;
    case 'set-properties':
      setProperties(draft, update.updates);
      break;
    case 'remove-properties':
      removeProperties(draft, update.removals);
      break;
    case 'set-statistics':
      setStatistics(draft, update.statistics);
      break;
    case 'remove-statistics':
      removeStatistics(draft, update.snapshotId);
      break;
    case 'set-partition-statistics':
      setPartitionStatistics(draft, update.partitionStatistics);
      break;
    case 'remove-partition-statistics':
      removePartitionStatistics(draft, update.snapshotId);
      break;
    case 'remove-partition-specs':
      removeSpecs(draft, update.specIds);
      break;
    case 'remove-schemas':
      removeSchemas(draft, update.schemaIds);
      break;
    case 'add-encryption-key':
      addEncryptionKey(draft, update.encryptionKey);
      break;
    case 'remove-encryption-key':
      removeEncryptionKey(draft, update.keyId);
      break;
  }
}
