import {
  decodePartitionSpec,
  decodeSchema,
  decodeSortOrder,
  readBoolean,
  readObject,
  readOptional,
  readString,
  readStringMap,
} from '@needlestack/iceberg-format';
import { type CreateTableRequest, createTable as createInCatalog, stageTable } from '../../core/tables/create-table.ts';
import { checkName } from '../../core/tables/namespace-path.ts';
import { runTransaction } from '../../core/tables/run-transaction.ts';
import { decodeBody, namespaceOf, type Operation, type OperationContext } from './iceberg-operation.ts';
import { loadedTableBody } from './table-answers.ts';

/** createTable, and with `stage-create` the first state of a table that a later commit makes. */
export const createTable: Operation = async (context) => {
  const { catalog, settings, warehouse, body, caller, record } = context;
  const request = decodeBody(() => decodeRequest(context));
  if (decodeBody(() => readOptional(readBoolean, body, 'stage-create', 'request')) !== true) {
    const created = await createInCatalog(catalog, warehouse, request, caller, record);
    return { status: 200, body: loadedTableBody(created, settings, warehouse) };
  }
  const answer = loadedTableBody(await stageTable(catalog, warehouse, request), settings, warehouse);
  await runTransaction(catalog, (tx) => record(tx, { status: 200, body: answer }));
  return { status: 200, body: answer };
};

function decodeRequest(context: OperationContext): CreateTableRequest {
  const { body } = context;
  const spec = readOptional(readObject, body, 'partition-spec', 'request');
  const order = readOptional(readObject, body, 'write-order', 'request');
  return {
    table: { namespace: namespaceOf(context), name: checkName(readString(body, 'name', 'request'), 'table name') },
    location: readOptional(readString, body, 'location', 'request'),
    schema: decodeSchema(readObject(body, 'schema', 'request')),
    partitionSpec: spec === undefined ? undefined : decodePartitionSpec(spec),
    writeOrder: order === undefined ? undefined : decodeSortOrder(order),
    properties: readOptional(readStringMap, body, 'properties', 'request') ?? {},
  };
}
