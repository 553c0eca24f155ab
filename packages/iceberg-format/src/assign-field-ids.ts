import type { IcebergType, NestedField, Schema } from './schema.ts';

export interface FreshSchema {
  readonly schema: Schema;
  readonly lastColumnId: number;
  /** New id by the id that the request used. */
  readonly newIds: ReadonlyMap<number, number>;
}

/**
 * Numbers the fields of a new table from 1, all fields of a struct before the fields within them, which is the order of the
 * reference implementation. The schema must have unique ids.
 */
export function assignFreshFieldIds(schema: Schema, schemaId: number): FreshSchema {
  const newIds = new Map<number, number>();
  const next = (oldId: number): number => {
    const id = newIds.size + 1;
    newIds.set(oldId, id);
    return id;
  };
  const fields = renumberFields(schema.fields, next);
  const identifiers = schema['identifier-field-ids']?.map((id) => newIds.get(id) ?? id);
  return {
    schema: {
      ...schema,
      'schema-id': schemaId,
      ...(identifiers === undefined ? {} : { 'identifier-field-ids': identifiers }),
      fields,
    },
    lastColumnId: newIds.size,
    newIds,
  };
}

function renumberFields(fields: readonly NestedField[], next: (oldId: number) => number): readonly NestedField[] {
  const ids = fields.map((field) => next(field.id));
  return fields.map((field, index) => ({
    ...field,
    id: ids[index] ?? field.id,
    type: renumberType(field.type, next),
  }));
}

function renumberType(type: IcebergType, next: (oldId: number) => number): IcebergType {
  if (typeof type === 'string') return type;
  if (type.type === 'struct') return { ...type, fields: renumberFields(type.fields, next) };
  if (type.type === 'list') {
    const elementId = next(type['element-id']);
    return { ...type, 'element-id': elementId, element: renumberType(type.element, next) };
  }
  const keyId = next(type['key-id']);
  const valueId = next(type['value-id']);
  return {
    ...type,
    'key-id': keyId,
    key: renumberType(type.key, next),
    'value-id': valueId,
    value: renumberType(type.value, next),
  };
}
