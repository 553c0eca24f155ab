import type { JsonValue } from './json/json-value.ts';

/** Wire names are kept, so that a decoded object, with all members that we do not know, is what will be written. */
export type NestedField = {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: IcebergType;
  readonly doc?: string;
  readonly 'initial-default'?: JsonValue;
  readonly 'write-default'?: JsonValue;
};

export type StructType = { readonly type: 'struct'; readonly fields: readonly NestedField[] };

export type ListType = {
  readonly type: 'list';
  readonly 'element-id': number;
  readonly 'element-required': boolean;
  readonly element: IcebergType;
};

export type MapType = {
  readonly type: 'map';
  readonly 'key-id': number;
  readonly key: IcebergType;
  readonly 'value-id': number;
  readonly 'value-required': boolean;
  readonly value: IcebergType;
};

/** A primitive type is its text, such as `decimal(9, 2)`. */
export type IcebergType = string | StructType | ListType | MapType;

/** Table spec, Appendix C, Schemas. */
export type Schema = StructType & {
  readonly 'schema-id': number;
  readonly 'identifier-field-ids'?: readonly number[];
};

/** A field with what its place in the schema says about it. */
export interface IndexedField {
  readonly id: number;
  /** Names from the root, joined by dots; list elements are `element`, map sides `key` and `value`. */
  readonly fullName: string;
  readonly type: IcebergType;
  readonly required: boolean;
  /** Below a list or a map: may not be a partition source or an identifier. */
  readonly isRepeated: boolean;
  /** All structs above it are required. */
  readonly isParentRequired: boolean;
}

/** All fields of a schema, nested ones after their parent, in order of appearance. */
export function listFields(schema: StructType): readonly IndexedField[] {
  const fields: IndexedField[] = [];
  collectStruct(schema, { path: '', isRepeated: false, isParentRequired: true }, fields);
  return fields;
}

/** The fields by id; of fields with one id the first stays. */
export function indexFields(schema: StructType): ReadonlyMap<number, IndexedField> {
  const byId = new Map<number, IndexedField>();
  for (const field of listFields(schema)) if (!byId.has(field.id)) byId.set(field.id, field);
  return byId;
}

/** The highest field id, 0 for an empty schema. */
export function highestFieldId(schema: StructType): number {
  return listFields(schema).reduce((highest, field) => Math.max(highest, field.id), 0);
}

interface Place {
  readonly path: string;
  readonly isRepeated: boolean;
  readonly isParentRequired: boolean;
}

function collectStruct(struct: StructType, place: Place, fields: IndexedField[]): void {
  for (const field of struct.fields) collectField(field, field.name, place, fields);
}

function collectField(
  field: { readonly id: number; readonly required: boolean; readonly type: IcebergType },
  name: string,
  place: Place,
  fields: IndexedField[],
): void {
  const fullName = place.path === '' ? name : `${place.path}.${name}`;
  const { id, required, type } = field;
  fields.push({ id, fullName, type, required, isRepeated: place.isRepeated, isParentRequired: place.isParentRequired });
  if (typeof type === 'string') return;
  const below = { ...place, path: fullName, isParentRequired: place.isParentRequired && required };
  const repeated = { ...below, isRepeated: true };
  if (type.type === 'struct') {
    collectStruct(type, below, fields);
  } else if (type.type === 'list') {
    const element = { id: type['element-id'], required: type['element-required'], type: type.element };
    collectField(element, 'element', repeated, fields);
  } else {
    collectField({ id: type['key-id'], required: true, type: type.key }, 'key', repeated, fields);
    const value = { id: type['value-id'], required: type['value-required'], type: type.value };
    collectField(value, 'value', repeated, fields);
  }
}
