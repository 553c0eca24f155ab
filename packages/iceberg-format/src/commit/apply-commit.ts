import { checkReferences } from '../decode-table-metadata.ts';
import { FORMAT_VERSION_DEFAULT } from '../limits.ts';
import { emptyTableMetadata } from '../new-table-metadata.ts';
import { checkPartitionSpec } from '../partition-spec.ts';
import type { MetadataLogEntry } from '../snapshot.ts';
import { checkSortOrder } from '../sort-order.ts';
import { findSchema, findSnapshot, findSortOrder, findSpec, type TableMetadata } from '../table-metadata.ts';
import { checkRequirement, type TableRequirement } from '../table-requirement.ts';
import type { TableUpdate } from '../table-update.ts';
import { applyUpdate } from './apply-update.ts';
import { type MetadataDraft, refuseUpdate, startDraft } from './metadata-draft.ts';
import { logPreviousFile } from './metadata-log.ts';
import { finishSnapshotLog } from './snapshot-log.ts';

export interface CommitPlan {
  /** The table's state; undefined when it does not exist. */
  readonly base: TableMetadata | undefined;
  /** Where `base` is stored. */
  readonly baseLocation?: string;
  readonly requirements: readonly TableRequirement[];
  readonly updates: readonly TableUpdate[];
  readonly nowMs: number;
  /** Of a table that the commit creates, unless its updates say otherwise. */
  readonly newTable: { readonly tableUuid: string; readonly location: string };
}

export interface AppliedCommit {
  readonly metadata: TableMetadata;
  /** False when the updates changed nothing: there is no new file to write. */
  readonly isChanged: boolean;
  /** Metadata files that may be deleted once the commit has landed. */
  readonly deletableFiles: readonly string[];
}

/**
 * Checks all requirements against the state before the updates, then applies the updates in order.
 * Refuses with `requirement-failed`, `rebuild-required` or `bad-request`; see IcebergFormatError.
 */
export function applyCommit(plan: CommitPlan): AppliedCommit {
  const { base, requirements, updates } = plan;
  const isCreate = requirements.some((requirement) => requirement.type === 'assert-create');
  if (isCreate && requirements.length > 1)
    throw refuseUpdate('Invalid create requirements: assert-create must stand alone');
  for (const requirement of requirements) checkRequirement(requirement, base);

  const nowMs = commitTime(plan);
  const start = base ?? emptyTableMetadata({ ...plan.newTable, nowMs: plan.nowMs }, initialFormatVersion(updates));
  const draft = startDraft(start, { isNew: base === undefined, nowMs });
  for (const update of updates) applyUpdate(draft, update);
  if (base !== undefined && !draft.isChanged) return { metadata: base, isChanged: false, deletableFiles: [] };

  finishSnapshotLog(draft);
  checkResult(draft, base);
  const logged = logPreviousFile(draft.metadata, previousFile(plan));
  const metadata = { ...logged.metadata, 'last-updated-ms': laterTime(draft, nowMs) };
  return { metadata, isChanged: true, deletableFiles: logged.deletableFiles };
}

/** The format version of a new table comes first, wherever in the list it stands. */
function initialFormatVersion(updates: readonly TableUpdate[]): number {
  const upgrade = updates.find((update) => update.action === 'upgrade-format-version');
  const formatVersion = upgrade?.formatVersion ?? FORMAT_VERSION_DEFAULT;
  if (formatVersion < 1) throw refuseUpdate(`Unsupported format version: v${formatVersion}`);
  return Math.min(formatVersion, 3);
}

/** Our clock, but never before the state that it follows. */
function commitTime(plan: CommitPlan): bigint {
  const now = BigInt(plan.nowMs);
  const before = plan.base?.['last-updated-ms'] ?? now;
  return now > before ? now : before;
}

/** Readers refuse a table whose last update lies before its last log entry; a client's clock may run ahead of ours. */
function laterTime(draft: MetadataDraft, nowMs: bigint): bigint {
  const logged = draft.metadata['snapshot-log'].at(-1)?.['timestamp-ms'] ?? nowMs;
  return logged > nowMs ? logged : nowMs;
}

function previousFile(plan: CommitPlan): MetadataLogEntry | undefined {
  if (plan.base === undefined || plan.baseLocation === undefined) return undefined;
  return { 'timestamp-ms': plan.base['last-updated-ms'], 'metadata-file': plan.baseLocation };
}

function checkResult(draft: MetadataDraft, base: TableMetadata | undefined): void {
  const { metadata } = draft;
  if (metadata.schemas.length === 0) throw refuseUpdate('A table needs a schema');
  if (metadata['partition-specs'].length === 0) throw refuseUpdate('A table needs a partition spec');
  if (metadata['sort-orders'].length === 0) throw refuseUpdate('A table needs a sort order');
  checkReferences(metadata);
  const schema = findSchema(metadata, metadata['current-schema-id']);
  const spec = findSpec(metadata, metadata['default-spec-id']);
  const order = findSortOrder(metadata, metadata['default-sort-order-id']);
  const isSameShape =
    base !== undefined &&
    metadata.schemas === base.schemas &&
    metadata['current-schema-id'] === base['current-schema-id'] &&
    metadata['default-spec-id'] === base['default-spec-id'] &&
    metadata['default-sort-order-id'] === base['default-sort-order-id'];
  // What was there before is not this commit's fault; it may also be older than our rules.
  if (!isSameShape && schema !== undefined) {
    if (spec !== undefined) checkPartitionSpec(spec, schema);
    if (order !== undefined) checkSortOrder(order, schema);
  }
  for (const snapshotId of draft.addedSnapshotIds) {
    const schemaId = findSnapshot(metadata, snapshotId)?.['schema-id'];
    if (schemaId !== undefined && findSchema(metadata, schemaId) === undefined) {
      throw refuseUpdate(`Invalid snapshot ${snapshotId}: schema ${schemaId} does not exist`);
    }
  }
}
