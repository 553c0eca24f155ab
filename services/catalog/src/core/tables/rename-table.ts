import { putCommitRecord } from './claim-table.ts';
import { nameIsTaken, readEntry, readNamespace, readTable, type TableName } from './find-entry.ts';
import type { RecordAnswer } from './idempotency.ts';
import type { Caller } from './ports.ts';
import { runTransaction } from './run-transaction.ts';
import type { TableCatalog } from './table-catalog.ts';
import { entryKey } from './table-keys.ts';
import { encodeTableEntry } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

/**
 * Gives a table another name, or another namespace; it keeps its location. Refuses with `no-such-table` (source),
 * `no-such-namespace` (destination), `already-exists` (the name is a table's or a view's).
 */
export async function renameTable(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: { readonly source: TableName; readonly destination: TableName },
  caller: Caller,
  record: RecordAnswer,
): Promise<void> {
  const { source, destination } = request;
  const { principalId } = caller;
  await runTransaction(catalog, function* (tx) {
    const { namespace, entry } = yield* readTable(tx, warehouse, source);
    const target = yield* readNamespace(tx, warehouse, destination.namespace);
    const existing = yield* readEntry(tx, target.namespaceId, destination.name);
    if (existing !== undefined) throw nameIsTaken(destination, existing);
    const generation = entry.generation + 1;
    const atMs = catalog.now();
    const { tableId, metadataLocation } = entry;
    tx.delete(entryKey(namespace.namespaceId, source.name));
    const renamed = { ...entry, name: destination.name, generation, modifiedAtMs: atMs };
    tx.put(entryKey(target.namespaceId, destination.name), encodeTableEntry(renamed));
    putCommitRecord(tx, tableId, { operation: 'rename', generation, atMs, principalId, metadataLocation });
    yield* record(tx, { status: 204 });
  });
}
