import { decodeIndexEntry, type IndexEntry, indexRowBytes } from '@needlestack/needle-format';
import type { SharedShardFiles } from './ec-ports.ts';

/** All rows of an index as they lie in it; deletions since it was written are not applied. */
export async function* readShardRows({ index }: Pick<SharedShardFiles, 'index'>): AsyncGenerator<IndexEntry> {
  const rowBytes = indexRowBytes(index.width);
  for await (const window of index.windows()) {
    for (let at = 0; at + rowBytes <= window.length; at += rowBytes) yield decodeIndexEntry(window, at, index.width);
  }
}

/** Whether a needle is left that was not deleted. */
export async function hasLiveRows(shared: SharedShardFiles): Promise<boolean> {
  for await (const { id, sizeBytes } of readShardRows(shared)) {
    if (sizeBytes >= 0 && !shared.journal.ids.has(id)) return true;
  }
  return false;
}
