import { IcebergFormatError } from '../iceberg-format-error.ts';
import { MAIN_BRANCH, type Snapshot, type SnapshotRef } from '../snapshot.ts';
import { findRef, findSnapshot, type TableMetadata } from '../table-metadata.ts';
import { changeDraft, type MetadataDraft, refuseUpdate } from './metadata-draft.ts';
import { appendSnapshotLog } from './snapshot-log.ts';

/**
 * Adds a snapshot; no ref points to it yet. One that was built on a state that has passed (its sequence number or its first
 * row id is taken) is refused with `rebuild-required`, so that the client builds it again.
 */
export function addSnapshot(draft: MetadataDraft, snapshot: Snapshot): void {
  const { metadata } = draft;
  if (metadata.schemas.length === 0) throw refuseUpdate('Attempting to add a snapshot before a schema is added');
  if (metadata['partition-specs'].length === 0) {
    throw refuseUpdate('Attempting to add a snapshot before a partition spec is added');
  }
  if (metadata['sort-orders'].length === 0) {
    throw refuseUpdate('Attempting to add a snapshot before a sort order is added');
  }
  const snapshotId = snapshot['snapshot-id'];
  if (snapshotId < 0n) throw refuseUpdate(`Invalid snapshot id: ${snapshotId} is negative`);
  if (findSnapshot(metadata, snapshotId) !== undefined) {
    throw refuseUpdate(`Snapshot already exists for id: ${snapshotId}`);
  }
  if (metadata['format-version'] > 1 && snapshot['manifest-list'] === undefined) {
    throw refuseUpdate(`Invalid snapshot ${snapshotId}: manifest-list is missing`);
  }
  changeDraft(draft, {
    'last-sequence-number': nextSequenceNumber(metadata, snapshot),
    'next-row-id': nextRowId(metadata, snapshot),
    snapshots: [...metadata.snapshots, snapshot],
  });
  draft.addedSnapshotIds.add(snapshotId);
}

function nextSequenceNumber(metadata: TableMetadata, snapshot: Snapshot): bigint {
  const sequence = snapshot['sequence-number'] ?? 0n;
  const last = metadata['last-sequence-number'];
  if (metadata['format-version'] === 1) {
    if (sequence !== 0n) throw refuseUpdate(`Invalid snapshot: sequence number ${sequence} in a v1 table`);
    return last;
  }
  if (sequence < 0n) throw refuseUpdate(`Invalid snapshot: sequence number ${sequence} is negative`);
  if (sequence <= last && snapshot['parent-snapshot-id'] !== undefined) {
    throw new IcebergFormatError(
      'rebuild-required',
      `Cannot add snapshot with sequence number ${sequence} older than last sequence number ${last}`,
    );
  }
  return sequence > last ? sequence : last;
}

/** Row lineage of v3 (table spec, Snapshot Row IDs). */
function nextRowId(metadata: TableMetadata, snapshot: Snapshot): bigint {
  const next = metadata['next-row-id'];
  if (metadata['format-version'] < 3) return next;
  const { 'first-row-id': first, 'added-rows': added } = snapshot;
  if (first === undefined) throw refuseUpdate('Cannot add a snapshot: first-row-id is null');
  if (added === undefined || added < 0n) throw refuseUpdate('Cannot add a snapshot: added-rows is null or negative');
  if (first < next) {
    throw new IcebergFormatError(
      'rebuild-required',
      `Cannot add a snapshot, first-row-id is behind table next-row-id: ${first} < ${next}`,
    );
  }
  return first + added;
}

/** Sets or makes a branch or tag; `main` carries the current snapshot with it. */
export function setSnapshotRef(draft: MetadataDraft, name: string, ref: SnapshotRef): void {
  const { metadata } = draft;
  const snapshotId = ref['snapshot-id'];
  const snapshot = findSnapshot(metadata, snapshotId);
  if (snapshot === undefined) throw refuseUpdate(`Cannot set ${name} to unknown snapshot: ${snapshotId}`);
  if (name === '') throw refuseUpdate('A ref needs a name');
  if (name === MAIN_BRANCH && ref.type !== 'branch') {
    throw refuseUpdate(`Cannot set ${MAIN_BRANCH} to a tag, it must be a branch`);
  }
  if (name === MAIN_BRANCH && ref['max-ref-age-ms'] !== undefined) {
    throw refuseUpdate(`${MAIN_BRANCH} cannot have max-ref-age-ms: it never expires`);
  }
  const existing = findRef(metadata, name);
  if (existing !== undefined && isSameRef(existing, ref)) return;
  changeDraft(draft, { refs: { ...metadata.refs, [name]: ref } });
  if (name !== MAIN_BRANCH) return;
  draft.mainSnapshotIds.add(snapshotId);
  changeDraft(draft, { 'current-snapshot-id': snapshotId });
  if (snapshotId !== metadata['current-snapshot-id']) appendSnapshotLog(draft, snapshot);
}

function isSameRef(left: SnapshotRef, right: SnapshotRef): boolean {
  return (
    left['snapshot-id'] === right['snapshot-id'] &&
    left.type === right.type &&
    left['min-snapshots-to-keep'] === right['min-snapshots-to-keep'] &&
    left['max-snapshot-age-ms'] === right['max-snapshot-age-ms'] &&
    left['max-ref-age-ms'] === right['max-ref-age-ms']
  );
}

export function removeSnapshotRef(draft: MetadataDraft, name: string): void {
  const { metadata } = draft;
  if (findRef(metadata, name) === undefined) return;
  const { [name]: _removed, ...refs } = metadata.refs;
  changeDraft(draft, { refs, ...(name === MAIN_BRANCH ? { 'current-snapshot-id': null } : {}) });
}

/** Also drops the refs and statistics that hang on the removed snapshots. */
export function removeSnapshots(draft: MetadataDraft, snapshotIds: readonly bigint[]): void {
  const { metadata } = draft;
  const removed = new Set(snapshotIds);
  const snapshots = metadata.snapshots.filter((snapshot) => !removed.has(snapshot['snapshot-id']));
  if (snapshots.length === metadata.snapshots.length) return;
  const isKept = (file: { readonly 'snapshot-id': bigint }): boolean => !removed.has(file['snapshot-id']);
  changeDraft(draft, {
    snapshots,
    statistics: metadata.statistics.filter(isKept),
    'partition-statistics': metadata['partition-statistics'].filter(isKept),
  });
  for (const [name, ref] of Object.entries(metadata.refs)) {
    if (removed.has(ref['snapshot-id'])) removeSnapshotRef(draft, name);
  }
  draft.hasRemovedSnapshots = true;
}
