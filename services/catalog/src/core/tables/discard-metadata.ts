import { KeyWasUsed } from './idempotency.ts';
import type { Caller } from './ports.ts';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';

/**
 * Deletes a metadata file just written, when the error of its transaction proves that no pointer names it. After an error that
 * leaves this open the file stays: an orphan is harmless, a pointer to nothing is not.
 */
export async function discardQuietly(
  catalog: TableCatalog,
  error: unknown,
  metadataLocation: string,
  caller: Caller,
): Promise<void> {
  const isRefusal = error instanceof KeyWasUsed || (error instanceof TableError && error.code !== 'state-unknown');
  if (isRefusal) await deleteQuietly(catalog, metadataLocation, caller);
}

/** A file that cannot be deleted is an orphan, and no failure of the request. */
export async function deleteQuietly(catalog: TableCatalog, metadataLocation: string, caller: Caller): Promise<void> {
  try {
    await catalog.metadata.discard(metadataLocation, caller.principalId);
  } catch (error) {
    catalog.events.cleanupFailed(metadataLocation, error);
  }
}
