import type { Snapshot, SnapshotLogEntry } from '../snapshot.ts';
import { changeDraft, type MetadataDraft } from './metadata-draft.ts';

/** Readers accept entries out of order by this much, for clocks that differ, and refuse the whole table beyond it. */
const CLOCK_TOLERANCE_MS = 60_000n;

/**
 * Notes a change of the current snapshot: at the snapshot's own time when it was added in this commit, else (a rollback) now.
 * A time further behind the last entry than readers accept is moved up to it.
 */
export function appendSnapshotLog(draft: MetadataDraft, snapshot: Snapshot): void {
  const log = draft.metadata['snapshot-log'];
  const snapshotId = snapshot['snapshot-id'];
  const own = draft.addedSnapshotIds.has(snapshotId) ? snapshot['timestamp-ms'] : draft.nowMs;
  const last = log.at(-1)?.['timestamp-ms'] ?? own;
  const entry = { 'timestamp-ms': own < last - CLOCK_TOLERANCE_MS ? last : own, 'snapshot-id': snapshotId };
  changeDraft(draft, { 'snapshot-log': [...log, entry] });
}

/**
 * The log as it is written: without snapshots that were current only inside this commit, and, where snapshots were removed,
 * only from after the last gap, for time travel over a gap would give a wrong answer.
 */
export function finishSnapshotLog(draft: MetadataDraft): void {
  const { metadata } = draft;
  const current = metadata['current-snapshot-id'];
  const isIntermediate = (id: bigint): boolean =>
    draft.addedSnapshotIds.has(id) && draft.mainSnapshotIds.has(id) && id !== current;
  const hasIntermediate = [...draft.mainSnapshotIds].some(isIntermediate);
  if (!hasIntermediate && !draft.hasRemovedSnapshots) return;
  const existing = new Set(metadata.snapshots.map((snapshot) => snapshot['snapshot-id']));
  let log: SnapshotLogEntry[] = [];
  for (const entry of metadata['snapshot-log']) {
    const id = entry['snapshot-id'];
    if (isIntermediate(id)) continue;
    if (existing.has(id)) log.push(entry);
    else log = [];
  }
  changeDraft(draft, { 'snapshot-log': log });
}
