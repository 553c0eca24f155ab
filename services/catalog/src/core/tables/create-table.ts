import {
  buildNewTableMetadata,
  type Schema,
  type SortOrder,
  type TableMetadata,
  type UnboundPartitionSpec,
} from '@needlestack/iceberg-format';
import { putCommitRecord, putNewEntry } from './claim-table.ts';
import { discardQuietly } from './discard-metadata.ts';
import { nameIsTaken, readEntry, readNamespace, type TableName } from './find-entry.ts';
import { withFormatRules } from './format-rules.ts';
import type { RecordAnswer } from './idempotency.ts';
import type { LoadedTable, StoredTable } from './loaded-table.ts';
import { checkTableLocation } from './object-uri.ts';
import type { Caller } from './ports.ts';
import { runTransaction } from './run-transaction.ts';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';
import type { TableEntry } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

export interface CreateTableRequest {
  readonly table: TableName;
  readonly location: string | undefined;
  readonly schema: Schema;
  readonly partitionSpec: UnboundPartitionSpec | undefined;
  readonly writeOrder: SortOrder | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

/** Of a new table: nobody else gets it, not even the next table of the same name. */
export function newTableLocation(warehouse: Warehouse, tableUuid: string): string {
  return `s3://${warehouse.bucket}/${tableUuid}`;
}

/**
 * The first state of a table, stored nowhere: no row and no file. A commit with `assert-create` makes it real.
 * Refuses with `no-such-namespace`, `already-exists`, `bad-request`.
 */
export async function stageTable(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: CreateTableRequest,
): Promise<LoadedTable> {
  await catalog.kv.read(function* (tx) {
    const namespace = yield* readNamespace(tx, warehouse, request.table.namespace);
    const existing = yield* readEntry(tx, namespace.namespaceId, request.table.name);
    if (existing !== undefined) throw nameIsTaken(request.table, existing);
  });
  const tableUuid = catalog.newUuid();
  const location = checkTableLocation(request.location ?? newTableLocation(warehouse, tableUuid), warehouse.bucket);
  const { schema, partitionSpec, writeOrder, properties } = request;
  const metadata = withFormatRules(() =>
    buildNewTableMetadata({ tableUuid, location, schema, partitionSpec, writeOrder, properties, nowMs: catalog.now() }),
  );
  return { metadata, metadataLocation: undefined };
}

/** Refuses as `stageTable` does. */
export async function createTable(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: CreateTableRequest,
  caller: Caller,
  record: RecordAnswer,
): Promise<StoredTable> {
  const { metadata } = await stageTable(catalog, warehouse, request);
  const name = { table: request.table, operation: 'create' as const, hasConfig: true };
  return storeNewTable(catalog, warehouse, { ...name, metadata }, caller, record);
}

interface NewTableState {
  readonly table: TableName;
  readonly metadata: TableMetadata;
  readonly operation: 'create' | 'commit';
  /** Whether the answer to be recorded is that of a loaded table. */
  readonly hasConfig: boolean;
}

/** Writes the first metadata file and makes the table, both or neither; a file left over from a refusal is deleted. */
export async function storeNewTable(
  catalog: TableCatalog,
  warehouse: Warehouse,
  state: NewTableState,
  caller: Caller,
  record: RecordAnswer,
): Promise<StoredTable> {
  const { table, metadata } = state;
  const metadataLocation = await catalog.metadata.write(metadata, 0, caller);
  const now = catalog.now();
  const entry: TableEntry = {
    kind: 'table',
    name: table.name,
    tableId: catalog.newUuid(),
    tableUuid: metadata['table-uuid'],
    location: metadata.location,
    metadataLocation,
    generation: 1,
    createdAtMs: now,
    modifiedAtMs: now,
    createdBy: caller.principalId,
  };
  try {
    await runTransaction(catalog, function* (tx) {
      const { namespaceId } = yield* readNamespace(tx, warehouse, table.namespace);
      const existing = yield* readEntry(tx, namespaceId, table.name);
      if (existing !== undefined && state.operation === 'commit') {
        throw new TableError('commit-failed', 'Requirement failed: table already exists');
      }
      if (existing !== undefined) throw nameIsTaken(table, existing);
      yield* putNewEntry(tx, namespaceId, entry);
      const { principalId } = caller;
      putCommitRecord(tx, entry.tableId, {
        operation: 'create',
        generation: 1,
        atMs: now,
        principalId,
        metadataLocation,
      });
      yield* record(tx, { status: 200, metadataLocation, hasConfig: state.hasConfig });
    });
  } catch (error) {
    await discardQuietly(catalog, error, metadataLocation, caller);
    throw error;
  }
  return { metadata, metadataLocation };
}
