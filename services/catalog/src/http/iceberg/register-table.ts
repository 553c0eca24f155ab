import { readBoolean, readOptional, readString } from '@needlestack/iceberg-format';
import { checkName } from '../../core/tables/namespace-path.ts';
import { registerTable as registerInCatalog } from '../../core/tables/register-table.ts';
import { decodeBody, namespaceOf, type Operation } from './iceberg-operation.ts';
import { loadedTableBody } from './table-answers.ts';

/** registerTable. */
export const registerTable: Operation = async (context) => {
  const { catalog, settings, warehouse, body, caller, record } = context;
  const request = decodeBody(() => ({
    table: { namespace: namespaceOf(context), name: checkName(readString(body, 'name', 'request'), 'table name') },
    metadataLocation: readString(body, 'metadata-location', 'request'),
    isOverwrite: readOptional(readBoolean, body, 'overwrite', 'request') ?? false,
  }));
  const registered = await registerInCatalog(catalog, warehouse, request, caller, record);
  return { status: 200, body: loadedTableBody(registered, settings, warehouse) };
};
