import { putCommitRecord, putNewEntry, putNextEntry } from './claim-table.ts';
import { nameIsTaken, readEntry, readNamespace, type TableName } from './find-entry.ts';
import type { RecordAnswer } from './idempotency.ts';
import type { StoredTable } from './loaded-table.ts';
import { checkTableLocation } from './object-uri.ts';
import type { Caller } from './ports.ts';
import { runTransaction } from './run-transaction.ts';
import type { TableCatalog } from './table-catalog.ts';
import type { TableEntry } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

export interface RegisterTableRequest {
  readonly table: TableName;
  readonly metadataLocation: string;
  /** Whether an existing table of the name takes on the registered state. */
  readonly isOverwrite: boolean;
}

/**
 * Makes a table of a metadata file that is there already, within the warehouse. Refuses with `no-such-file`, `bad-request` (no
 * metadata, or a location elsewhere), `no-such-namespace`, `already-exists` (name, uuid or location are a living table's).
 */
export async function registerTable(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: RegisterTableRequest,
  caller: Caller,
  record: RecordAnswer,
): Promise<StoredTable> {
  const { table } = request;
  // The catalog reads with its own rights: a file of another bucket could be one that the caller may not see.
  const metadataLocation = checkTableLocation(request.metadataLocation, warehouse.bucket);
  const metadata = await catalog.metadata.readFresh(metadataLocation, caller.signal);
  const location = checkTableLocation(metadata.location, warehouse.bucket);
  const now = catalog.now();
  const newTableId = catalog.newUuid();
  await runTransaction(catalog, function* (tx) {
    const { namespaceId } = yield* readNamespace(tx, warehouse, table.namespace);
    const before = yield* readEntry(tx, namespaceId, table.name);
    if (before !== undefined && (before.kind === 'view' || !request.isOverwrite)) throw nameIsTaken(table, before);
    const after: TableEntry = {
      kind: 'table',
      name: table.name,
      tableId: before?.tableId ?? newTableId,
      tableUuid: metadata['table-uuid'],
      location,
      metadataLocation,
      generation: (before?.generation ?? 0) + 1,
      createdAtMs: before?.createdAtMs ?? now,
      modifiedAtMs: now,
      createdBy: before?.createdBy ?? caller.principalId,
    };
    if (before === undefined) yield* putNewEntry(tx, namespaceId, after);
    else yield* putNextEntry(tx, namespaceId, { before, after });
    putCommitRecord(tx, after.tableId, {
      operation: 'register',
      generation: after.generation,
      atMs: now,
      principalId: caller.principalId,
      metadataLocation,
      ...(before === undefined ? {} : { previousMetadataLocation: before.metadataLocation }),
    });
    yield* record(tx, { status: 200, metadataLocation, hasConfig: true });
  });
  return { metadata, metadataLocation };
}
