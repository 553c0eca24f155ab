import { commitTable } from './commit-table.ts';
import { createNamespace } from './create-namespace.ts';
import { createTable } from './create-table.ts';
import { getTableBucket, putTableBucket } from './describe-table-bucket.ts';
import { dropNamespace } from './drop-namespace.ts';
import { dropTable } from './drop-table.ts';
import type { Operation } from './iceberg-operation.ts';
import { listNamespaces } from './list-namespaces.ts';
import { listTables } from './list-tables.ts';
import { checkNamespace, loadNamespace } from './load-namespace.ts';
import { checkTable, loadTable } from './load-table.ts';
import { registerTable } from './register-table.ts';
import { renameTable } from './rename-table.ts';
import { reportMetrics } from './report-metrics.ts';
import { updateNamespaceProperties } from './update-namespace-properties.ts';

export interface IcebergRoute {
  readonly method: string;
  /** Below `/v1/`; segments in braces are parameters. */
  readonly path: string;
  readonly operation: Operation;
  /** What the caller must be allowed to do with the warehouse. */
  readonly action: 'read' | 'write';
  readonly hasBody: boolean;
  /** Takes an `Idempotency-Key`. */
  readonly isKeyed: boolean;
  /** Of the Iceberg specification: named in `endpoints`, which holds exactly what works. */
  readonly isStandard: boolean;
}

function read(method: string, path: string, operation: Operation): IcebergRoute {
  return { method, path, operation, action: 'read', hasBody: false, isKeyed: false, isStandard: true };
}

function write(method: string, path: string, operation: Operation): IcebergRoute {
  return { method, path, operation, action: 'write', hasBody: method === 'POST', isKeyed: true, isStandard: true };
}

const NAMESPACES = '{prefix}/namespaces';
const NAMESPACE = `${NAMESPACES}/{namespace}`;
const TABLES = `${NAMESPACE}/tables`;
const TABLE = `${TABLES}/{table}`;
const BUCKET = 'buckets/{prefix}';

/** All operations on a warehouse; `config` stands apart, for it names its warehouse in the query. */
export const ICEBERG_ROUTES: readonly IcebergRoute[] = [
  { ...read('GET', BUCKET, getTableBucket), isStandard: false },
  { ...write('PUT', BUCKET, putTableBucket), isStandard: false, isKeyed: false },
  read('GET', NAMESPACES, listNamespaces),
  write('POST', NAMESPACES, createNamespace),
  read('GET', NAMESPACE, loadNamespace),
  read('HEAD', NAMESPACE, checkNamespace),
  write('DELETE', NAMESPACE, dropNamespace),
  write('POST', `${NAMESPACE}/properties`, updateNamespaceProperties),
  read('GET', TABLES, listTables),
  write('POST', TABLES, createTable),
  read('GET', TABLE, loadTable),
  read('HEAD', TABLE, checkTable),
  write('POST', TABLE, commitTable),
  write('DELETE', TABLE, dropTable),
  write('POST', `${NAMESPACE}/register`, registerTable),
  write('POST', '{prefix}/tables/rename', renameTable),
  { ...read('POST', `${TABLE}/metrics`, reportMetrics), hasBody: true },
];

export const ENDPOINTS: readonly string[] = ICEBERG_ROUTES.filter((route) => route.isStandard).map(
  (route) => `${route.method} /v1/${route.path}`,
);
