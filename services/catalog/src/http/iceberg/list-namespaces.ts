import { listNamespaces as listInCatalog } from '../../core/tables/list-entries.ts';
import { parseNamespacePath } from '../../core/tables/namespace-path.ts';
import type { Operation } from './iceberg-operation.ts';
import { readPageParameters } from './page-parameters.ts';

/** listNamespaces: one level, below `parent` or at the top; an empty `parent` is none. */
export const listNamespaces: Operation = async ({ catalog, warehouse, query }) => {
  const parentText = query.get('parent') ?? '';
  const parent = parentText === '' ? undefined : parseNamespacePath(parentText);
  const page = await listInCatalog(catalog, warehouse, parent, readPageParameters(query));
  return { status: 200, body: { namespaces: page.items, 'next-page-token': page.nextPageToken } };
};
