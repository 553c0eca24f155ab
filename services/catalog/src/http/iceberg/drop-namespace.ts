import { dropNamespace as dropFromCatalog } from '../../core/tables/namespaces.ts';
import { NO_CONTENT } from './iceberg-answer.ts';
import { namespaceOf, type Operation } from './iceberg-operation.ts';

/** dropNamespace. */
export const dropNamespace: Operation = async (context) => {
  await dropFromCatalog(context.catalog, context.warehouse, namespaceOf(context), context.record);
  return NO_CONTENT;
};
