import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '@needlestack/iceberg-format';
import { IcebergFormatError } from '@needlestack/iceberg-format';
import type { TableName } from '../../core/tables/find-entry.ts';
import type { RecordAnswer } from '../../core/tables/idempotency.ts';
import { checkName, type NamespacePath, parseNamespacePath } from '../../core/tables/namespace-path.ts';
import type { Caller } from '../../core/tables/ports.ts';
import type { TableCatalog } from '../../core/tables/table-catalog.ts';
import { TableError } from '../../core/tables/table-error.ts';
import type { Warehouse } from '../../core/tables/warehouse.ts';
import type { IcebergAnswer } from './iceberg-answer.ts';

/** What clients are told about the store's S3 door. */
export interface ClientSettings {
  /** As clients reach it; it replaces their own setting, so it is left out unless known. */
  readonly s3Endpoint?: string;
  readonly isPathStyle: boolean;
}

/** One request, read and allowed. */
export interface OperationContext {
  readonly catalog: TableCatalog;
  readonly settings: ClientSettings;
  readonly warehouse: Warehouse;
  /** Path parameters, decoded once. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Empty where the route has none. */
  readonly body: JsonObject;
  readonly caller: Caller;
  readonly record: RecordAnswer;
}

export type Operation = (context: OperationContext) => Promise<IcebergAnswer>;

export function namespaceOf(context: OperationContext): NamespacePath {
  return parseNamespacePath(context.parameters.get('namespace') ?? '');
}

export function tableOf(context: OperationContext): TableName {
  return { namespace: namespaceOf(context), name: checkName(context.parameters.get('table') ?? '', 'table name') };
}

/** Reads a request body: what is wrong with it is the client's fault. */
export function decodeBody<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof IcebergFormatError)) throw error;
    throw new TableError('bad-request', error.message, { cause: error });
  }
}
