import { readNamespace } from './find-entry.ts';
import type { RecordAnswer } from './idempotency.ts';
import { NAMESPACE_PROPERTIES_BYTES_MAX } from './limits.ts';
import { formatNamespacePath, type NamespacePath } from './namespace-path.ts';
import type { Caller } from './ports.ts';
import { runTransaction } from './run-transaction.ts';
import type { TableCatalog } from './table-catalog.ts';
import { TableError } from './table-error.ts';
import { childNamespaces, namespaceEntries, namespaceKey } from './table-keys.ts';
import { encodeNamespaceRow, type NamespaceRow } from './table-rows.ts';
import type { Warehouse } from './warehouse.ts';

type Properties = Readonly<Record<string, string>>;

/** Some engines make tables below the namespace's `location` and want it to be there. */
const LOCATION = 'location';

function checkProperties(properties: Properties): void {
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(properties))
    sizeBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  if (sizeBytes > NAMESPACE_PROPERTIES_BYTES_MAX) {
    throw new TableError(
      'bad-request',
      `Properties of a namespace have at most ${NAMESPACE_PROPERTIES_BYTES_MAX} bytes`,
    );
  }
}

/** Makes a namespace below an existing one. Refuses with `already-exists`, `no-such-namespace` (its parent), `bad-request`. */
export async function createNamespace(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: { readonly path: NamespacePath; readonly properties: Properties },
  caller: Caller,
  record: RecordAnswer,
): Promise<NamespaceRow> {
  const { path, properties } = request;
  checkProperties(properties);
  const namespaceId = catalog.newUuid();
  const row: NamespaceRow = {
    namespaceId,
    levels: path,
    properties: { [LOCATION]: `s3://${warehouse.bucket}/${namespaceId}`, ...properties },
    createdAtMs: catalog.now(),
    createdBy: caller.principalId,
  };
  await runTransaction(catalog, function* (tx) {
    const key = namespaceKey(warehouse.bucketId, path);
    if (path.length > 1) yield* readNamespace(tx, warehouse, path.slice(0, -1));
    if ((yield* tx.get(key)) !== undefined) {
      throw new TableError('already-exists', `Namespace already exists: ${formatNamespacePath(path)}`);
    }
    tx.put(key, encodeNamespaceRow(row));
    yield* record(tx, { status: 200, body: { namespace: path, properties: row.properties } });
  });
  return row;
}

/** Refuses with `no-such-namespace`. */
export async function loadNamespace(
  catalog: TableCatalog,
  warehouse: Warehouse,
  path: NamespacePath,
): Promise<NamespaceRow> {
  return catalog.kv.read((tx) => readNamespace(tx, warehouse, path));
}

/** Refuses with `no-such-namespace`, and with `namespace-not-empty` while it holds tables, views or namespaces. */
export async function dropNamespace(
  catalog: TableCatalog,
  warehouse: Warehouse,
  path: NamespacePath,
  record: RecordAnswer,
): Promise<void> {
  await runTransaction(catalog, function* (tx) {
    const row = yield* readNamespace(tx, warehouse, path);
    const entries = yield* tx.scan({ ...namespaceEntries(row.namespaceId), limit: 1 });
    const children = yield* tx.scan({ ...childNamespaces(warehouse.bucketId, path), limit: 1 });
    if (entries.rows.length + children.rows.length > 0) {
      throw new TableError('namespace-not-empty', `Namespace ${formatNamespacePath(path)} is not empty`);
    }
    tx.delete(namespaceKey(warehouse.bucketId, path));
    yield* record(tx, { status: 204 });
  });
}

export interface PropertyChange {
  readonly updated: readonly string[];
  readonly removed: readonly string[];
  /** Asked to be removed, but not there. */
  readonly missing: readonly string[];
}

/** Refuses with `unprocessable` when a name is both removed and updated. */
export async function updateNamespaceProperties(
  catalog: TableCatalog,
  warehouse: Warehouse,
  request: { readonly path: NamespacePath; readonly removals: readonly string[]; readonly updates: Properties },
  record: RecordAnswer,
): Promise<PropertyChange> {
  const { path, updates } = request;
  const removals = [...new Set(request.removals)];
  const both = removals.find((name) => Object.hasOwn(updates, name));
  if (both !== undefined) {
    throw new TableError('unprocessable', `Property ${both} cannot be both removed and updated`);
  }
  return runTransaction(catalog, function* (tx) {
    const row = yield* readNamespace(tx, warehouse, path);
    const isThere = (name: string): boolean => Object.hasOwn(row.properties, name);
    const kept = Object.entries(row.properties).filter(([name]) => !removals.includes(name));
    const properties = { ...Object.fromEntries(kept), ...updates };
    checkProperties(properties);
    tx.put(namespaceKey(warehouse.bucketId, path), encodeNamespaceRow({ ...row, properties }));
    const change = {
      updated: Object.keys(updates),
      removed: removals.filter(isThere),
      missing: removals.filter((name) => !isThere(name)),
    };
    yield* record(tx, { status: 200, body: { ...change } });
    return change;
  });
}
