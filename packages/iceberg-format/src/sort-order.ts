import { IcebergFormatError } from './iceberg-format-error.ts';
import type { JsonObject } from './json/json-value.ts';
import { readInt32, readObjects, readOptional, readString } from './json/read-member.ts';
import { decodeSources, sourceIdsOf } from './partition-spec.ts';
import { indexFields, type Schema } from './schema.ts';
import { acceptsType, canonicalTransform, parseTransform } from './transform.ts';

export type SortField = {
  readonly 'source-id'?: number;
  readonly 'source-ids'?: readonly number[];
  readonly transform: string;
  readonly direction: string;
  readonly 'null-order': string;
};

/** Table spec, Sorting. Order 0 is the unsorted one. */
export type SortOrder = { readonly 'order-id': number; readonly fields: readonly SortField[] };

export const UNSORTED: SortOrder = { 'order-id': 0, fields: [] };

/** An order without id, as requests may have it, gets -1: the table assigns one. */
export function decodeSortOrder(object: JsonObject): SortOrder {
  return {
    ...object,
    'order-id': readOptional(readInt32, object, 'order-id', 'sort order') ?? -1,
    fields: readObjects(object, 'fields', 'sort order').map(decodeSortField),
  };
}

function decodeSortField(object: JsonObject): SortField {
  const direction = readString(object, 'direction', 'sort field').toLowerCase();
  const nullOrder = readString(object, 'null-order', 'sort field').toLowerCase();
  if (direction !== 'asc' && direction !== 'desc') throw invalid(`direction ${direction} is neither asc nor desc`);
  if (nullOrder !== 'nulls-first' && nullOrder !== 'nulls-last') {
    throw invalid(`null-order ${nullOrder} is neither nulls-first nor nulls-last`);
  }
  return {
    ...object,
    ...decodeSources(object, 'sort field'),
    transform: readString(object, 'transform', 'sort field'),
    direction,
    'null-order': nullOrder,
  };
}

export function fingerprintSortOrder(order: SortOrder): string {
  return JSON.stringify(
    order.fields.map((field) => [
      sourceIdsOf(field),
      canonicalTransform(field.transform),
      field.direction,
      field['null-order'],
    ]),
  );
}

/** An order that writers may use with this schema. */
export function checkSortOrder(order: SortOrder, schema: Schema): void {
  const columns = indexFields(schema);
  for (const field of order.fields) {
    const transform = parseTransform(field.transform);
    if (transform === undefined) throw invalid(`unknown transform ${field.transform}`);
    for (const id of sourceIdsOf(field)) {
      const source = columns.get(id);
      if (source === undefined) throw invalid(`no column has the id ${id}`);
      if (source.isRepeated) throw invalid(`${source.fullName} is within a list or a map`);
      if (!acceptsType(transform, source.type)) {
        throw invalid(`${field.transform} cannot be applied to ${source.fullName}`);
      }
    }
  }
}

function invalid(message: string): IcebergFormatError {
  return new IcebergFormatError('bad-request', `Invalid sort order: ${message}`);
}
