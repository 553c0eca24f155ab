import { listTables as listInCatalog } from '../../core/tables/list-entries.ts';
import { namespaceOf, type Operation } from './iceberg-operation.ts';
import { readPageParameters } from './page-parameters.ts';

/** listTables. */
export const listTables: Operation = async (context) => {
  const namespace = namespaceOf(context);
  const page = await listInCatalog(context.catalog, context.warehouse, namespace, readPageParameters(context.query));
  const identifiers = page.items.map((name) => ({ namespace, name }));
  return { status: 200, body: { identifiers, 'next-page-token': page.nextPageToken } };
};
