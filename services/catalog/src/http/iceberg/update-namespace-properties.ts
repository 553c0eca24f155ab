import { readOptional, readStringMap, readStrings } from '@needlestack/iceberg-format';
import { updateNamespaceProperties as updateInCatalog } from '../../core/tables/namespaces.ts';
import { decodeBody, namespaceOf, type Operation } from './iceberg-operation.ts';

/** updateProperties. */
export const updateNamespaceProperties: Operation = async (context) => {
  const { catalog, warehouse, body, record } = context;
  const request = decodeBody(() => ({
    path: namespaceOf(context),
    removals: readOptional(readStrings, body, 'removals', 'request') ?? [],
    updates: readOptional(readStringMap, body, 'updates', 'request') ?? {},
  }));
  const change = await updateInCatalog(catalog, warehouse, request, record);
  return { status: 200, body: { ...change } };
};
