import { readTable, type TableName } from './find-entry.ts';
import type { StoredTable } from './loaded-table.ts';
import type { Caller } from './ports.ts';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';
import type { TableEntry } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

/** The row of a table: enough to say that it exists and whether it changed. Refuses with `no-such-table`. */
export async function findTable(catalog: TableCatalog, warehouse: Warehouse, table: TableName): Promise<TableEntry> {
  const { entry } = await catalog.kv.read((tx) => readTable(tx, warehouse, table));
  return entry;
}

/** The state that the pointer names. Refuses with `no-such-file` when its file is gone. */
export async function readCurrentState(
  catalog: Pick<TableCatalog, 'metadata'>,
  entry: TableEntry,
  caller: Caller,
): Promise<StoredTable> {
  const { metadataLocation } = entry;
  try {
    return { metadata: await catalog.metadata.read(metadataLocation, caller.signal), metadataLocation };
  } catch (error) {
    // What we stored ourselves and cannot read is no fault of the request.
    if (error instanceof TableError && error.code === 'bad-request') throw new Error(error.message, { cause: error });
    throw error;
  }
}
