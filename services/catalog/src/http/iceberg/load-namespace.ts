import { loadNamespace as loadFromCatalog } from '../../core/tables/namespaces.ts';
import { NO_CONTENT } from './iceberg-answer.ts';
import { namespaceOf, type Operation } from './iceberg-operation.ts';

/** loadNamespaceMetadata. */
export const loadNamespace: Operation = async (context) => {
  const row = await loadFromCatalog(context.catalog, context.warehouse, namespaceOf(context));
  return { status: 200, body: { namespace: row.levels, properties: row.properties } };
};

/** namespaceExists. */
export const checkNamespace: Operation = async (context) => {
  await loadFromCatalog(context.catalog, context.warehouse, namespaceOf(context));
  return NO_CONTENT;
};
