import { readOptional, readStringMap, readStrings } from '@needlestack/iceberg-format';
import { checkNamespacePath } from '../../core/tables/namespace-path.ts';
import { createNamespace as createInCatalog } from '../../core/tables/namespaces.ts';
import { enableTableBucket } from '../../core/tables/warehouse.ts';
import { decodeBody, type Operation } from './iceberg-operation.ts';

/** createNamespace. The first one makes its bucket a table bucket. */
export const createNamespace: Operation = async ({ catalog, warehouse, body, caller, record }) => {
  const request = decodeBody(() => ({
    path: checkNamespacePath(readStrings(body, 'namespace', 'request')),
    properties: readOptional(readStringMap, body, 'properties', 'request') ?? {},
  }));
  await enableTableBucket(catalog.buckets, warehouse.bucket);
  const row = await createInCatalog(catalog, warehouse, request, caller, record);
  return { status: 200, body: { namespace: row.levels, properties: row.properties } };
};
