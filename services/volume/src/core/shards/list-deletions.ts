import type { SharedShardFiles } from './ec-ports.ts';
import { readShardRows } from './shard-rows.ts';

/**
 * Ids of all needles that are known here to be deleted: those of the journal, and those that a rebuild has written into the index, of which
 * the indexes on other servers know nothing.
 */
export async function listDeletions(shared: SharedShardFiles, signal: AbortSignal): Promise<ReadonlySet<bigint>> {
  const ids = new Set(shared.journal.ids);
  for await (const { id, sizeBytes } of readShardRows(shared)) {
    signal.throwIfAborted();
    if (sizeBytes < 0) ids.add(id);
  }
  return ids;
}
