import { findSnapshot, type TableMetadata } from '../table-metadata.ts';
import type { TableUpdate } from '../table-update.ts';

/**
 * What a table's history says about a commit whose answer may have been lost:
 * - `landed`: all snapshots that it adds are there, with the same manifest lists
 * - `clash`: one of its snapshot ids is there with another manifest list
 * - `unknown`: neither; it adds no snapshot, or one that is not there
 */
export function findLandedCommit(
  metadata: TableMetadata,
  updates: readonly TableUpdate[],
): 'landed' | 'clash' | 'unknown' {
  let isLanded = false;
  for (const update of updates) {
    if (update.action !== 'add-snapshot') continue;
    const existing = findSnapshot(metadata, update.snapshot['snapshot-id']);
    if (existing === undefined) return 'unknown';
    if (existing['manifest-list'] !== update.snapshot['manifest-list']) return 'clash';
    isLanded = true;
  }
  return isLanded ? 'landed' : 'unknown';
}
