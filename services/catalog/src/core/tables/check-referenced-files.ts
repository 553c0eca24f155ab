import type { TableUpdate } from '@needlestack/iceberg-format';
import { parseObjectUri } from './object-uri.ts';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';

/**
 * A snapshot whose manifest list is not there would make the table unreadable: refused with `bad-request`. Lists that lie in
 * a bucket of another store, or under bare names, are the client's affair.
 */
export async function checkReferencedFiles(
  catalog: Pick<TableCatalog, 'objects' | 'buckets' | 'checksReferencedFiles'>,
  updates: readonly TableUpdate[],
): Promise<void> {
  if (!catalog.checksReferencedFiles) return;
  for (const update of updates) {
    const location = update.action === 'add-snapshot' ? update.snapshot['manifest-list'] : undefined;
    const uri = location === undefined ? undefined : parseObjectUri(location);
    if (uri === undefined || (await catalog.buckets.getBucket(uri.bucket)) === undefined) continue;
    if (!(await catalog.objects.hasObject(uri.bucket, uri.key))) {
      throw new TableError('bad-request', `Manifest list does not exist: ${location}`);
    }
  }
}
