import type { KvProgram, KvReader } from '@needlestack/ordered-kv';
import { formatNamespacePath, type NamespacePath } from './namespace-path.ts';
import { TableError } from './table-error.ts';
import { entryKey, namespaceKey } from './table-keys.ts';
import { decodeNamespaceRow, decodeTableEntry, type NamespaceRow, type TableEntry } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

/** A table by the names that a client knows. */
export interface TableName {
  readonly namespace: NamespacePath;
  readonly name: string;
}

export function formatTableName(table: TableName): string {
  return `${formatNamespacePath(table.namespace)}.${table.name}`;
}

export function noSuchNamespace(path: NamespacePath): TableError {
  return new TableError('no-such-namespace', `Namespace does not exist: ${formatNamespacePath(path)}`);
}

export function noSuchTable(table: TableName): TableError {
  return new TableError('no-such-table', `Table does not exist: ${formatTableName(table)}`);
}

/** The kind of entry that has taken the name decides the message, which clients know by its beginning. */
export function nameIsTaken(table: TableName, entry: TableEntry): TableError {
  const what = entry.kind === 'table' ? 'Table' : 'View with same name';
  return new TableError('already-exists', `${what} already exists: ${formatTableName(table)}`);
}

/** Refuses with `no-such-namespace`. */
export function* readNamespace(tx: KvReader, warehouse: Warehouse, path: NamespacePath): KvProgram<NamespaceRow> {
  const value = yield* tx.get(namespaceKey(warehouse.bucketId, path));
  if (value === undefined) throw noSuchNamespace(path);
  return decodeNamespaceRow(value);
}

export function* readEntry(tx: KvReader, namespaceId: string, name: string): KvProgram<TableEntry | undefined> {
  const value = yield* tx.get(entryKey(namespaceId, name));
  return value === undefined ? undefined : decodeTableEntry(value);
}

export interface FoundTable {
  readonly namespace: NamespaceRow;
  readonly entry: TableEntry;
}

/** Refuses with `no-such-table`, also when the namespace does not exist or the name is a view's. */
export function* readTable(tx: KvReader, warehouse: Warehouse, table: TableName): KvProgram<FoundTable> {
  const value = yield* tx.get(namespaceKey(warehouse.bucketId, table.namespace));
  if (value === undefined) throw noSuchTable(table);
  const namespace = decodeNamespaceRow(value);
  const entry = yield* readEntry(tx, namespace.namespaceId, table.name);
  if (entry?.kind !== 'table') throw noSuchTable(table);
  return { namespace, entry };
}
