import { deleteEntry, putCommitRecord } from './claim-table.ts';
import { readTable, type TableName } from './find-entry.ts';
import type { RecordAnswer } from './idempotency.ts';
import type { Caller } from './ports.ts';
import { runTransaction } from './run-transaction.ts';
import type { TableCatalog } from './table-catalog.ts';
import { purgeKey } from './table-keys.ts';
import { encodePurgeRow } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * Takes a table out of the catalog. Its files stay; where a purge is wanted, a row asks for it, to be done later and off the
 * request. A commit under way does not land afterwards. Refuses with `no-such-table`.
 */
export async function dropTable(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: { readonly table: TableName; readonly isPurgeRequested: boolean },
  caller: Caller,
  record: RecordAnswer,
): Promise<void> {
  const { principalId } = caller;
  await runTransaction(catalog, function* (tx) {
    const { namespace, entry } = yield* readTable(tx, warehouse, request.table);
    const { tableId, location, metadataLocation } = entry;
    deleteEntry(tx, namespace.namespaceId, entry);
    const atMs = catalog.now();
    const generation = entry.generation + 1;
    putCommitRecord(tx, tableId, { operation: 'drop', generation, atMs, principalId, metadataLocation });
    if (request.isPurgeRequested) {
      tx.put(purgeKey(tableId), encodePurgeRow({ location, metadataLocation, requestedAtMs: atMs, principalId }));
    }
    yield* record(tx, { status: 204 });
  });
}
