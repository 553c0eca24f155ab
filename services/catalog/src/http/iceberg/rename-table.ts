import { type JsonObject, readObject, readString, readStrings } from '@needlestack/iceberg-format';
import type { TableName } from '../../core/tables/find-entry.ts';
import { checkName, checkNamespacePath } from '../../core/tables/namespace-path.ts';
import { renameTable as renameInCatalog } from '../../core/tables/rename-table.ts';
import { NO_CONTENT } from './iceberg-answer.ts';
import { decodeBody, type Operation } from './iceberg-operation.ts';

/** renameTable. */
export const renameTable: Operation = async ({ catalog, warehouse, body, caller, record }) => {
  const request = decodeBody(() => ({
    source: decodeIdentifier(body, 'source'),
    destination: decodeIdentifier(body, 'destination'),
  }));
  await renameInCatalog(catalog, warehouse, request, caller, record);
  return NO_CONTENT;
};

function decodeIdentifier(body: JsonObject, member: string): TableName {
  const identifier = readObject(body, member, 'request');
  return {
    namespace: checkNamespacePath(readStrings(identifier, 'namespace', member)),
    name: checkName(readString(identifier, 'name', member), 'table name'),
  };
}
