import { IcebergFormatError } from '../iceberg-format-error.ts';
import type { TableMetadata } from '../table-metadata.ts';

/** Stands for "added last in this request" where an id is expected. */
export const LAST_ADDED = -1;

/**
 * A table's state while the updates of one commit are applied to it in order, with what later updates and the logs need to
 * know about earlier ones.
 */
export interface MetadataDraft {
  metadata: TableMetadata;
  /** True for a table that this commit creates. */
  readonly isNew: boolean;
  /** The commit's one time: not before the table's last update. */
  readonly nowMs: bigint;
  isChanged: boolean;
  lastAddedSchemaId: number | undefined;
  lastAddedSpecId: number | undefined;
  lastAddedOrderId: number | undefined;
  readonly addedSnapshotIds: Set<bigint>;
  /** Snapshots that main was set to in this commit. */
  readonly mainSnapshotIds: Set<bigint>;
  hasRemovedSnapshots: boolean;
}

export function startDraft(metadata: TableMetadata, options: { isNew: boolean; nowMs: bigint }): MetadataDraft {
  return {
    metadata,
    ...options,
    isChanged: false,
    lastAddedSchemaId: undefined,
    lastAddedSpecId: undefined,
    lastAddedOrderId: undefined,
    addedSnapshotIds: new Set(),
    mainSnapshotIds: new Set(),
    hasRemovedSnapshots: false,
  };
}

/** Puts new members in place of old ones and remembers that there is something to write. */
export function changeDraft(draft: MetadataDraft, members: Partial<TableMetadata>): void {
  draft.metadata = { ...draft.metadata, ...members };
  draft.isChanged = true;
}

export function refuseUpdate(message: string): IcebergFormatError {
  return new IcebergFormatError('bad-request', message);
}

/** The id that is meant, where -1 means the one added last. */
export function resolveLastAdded(id: number, lastAdded: number | undefined, what: string): number {
  if (id !== LAST_ADDED) return id;
  if (lastAdded === undefined) throw refuseUpdate(`Cannot use the last added ${what}: none was added in this request`);
  return lastAdded;
}
