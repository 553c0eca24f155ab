import { IcebergFormatError } from './iceberg-format-error.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json/json-value.ts';
import {
  readBoolean,
  readInt32,
  readInt32s,
  readMember,
  readObjects,
  readOptional,
  readString,
} from './json/read-member.ts';
import { SCHEMA_FIELDS_MAX, TYPE_DEPTH_MAX } from './limits.ts';
import { parsePrimitiveType } from './primitive-type.ts';
import type { IcebergType, NestedField, Schema } from './schema.ts';

/** Counts fields, so that a schema has an end. */
interface Budget {
  fieldsLeft: number;
}

/**
 * Decodes a schema; its shape only, not whether ids and names are unique (see `checkSchema`). A schema without id, as v1 and
 * requests may have it, gets `schemaIdWhenAbsent`. Refuses with `bad-request`.
 */
export function decodeSchema(object: JsonObject, schemaIdWhenAbsent = 0): Schema {
  const type = readMember(object, 'type');
  if (type !== undefined && type !== 'struct') {
    throw new IcebergFormatError('bad-request', `Invalid schema: type must be "struct", found ${JSON.stringify(type)}`);
  }
  const fields = decodeFields(object, 0, { fieldsLeft: SCHEMA_FIELDS_MAX });
  const identifiers = readOptional(readInt32s, object, 'identifier-field-ids', 'schema');
  const { 'identifier-field-ids': _dropped, ...rest } = object;
  return {
    ...rest,
    type: 'struct',
    'schema-id': readOptional(readInt32, object, 'schema-id', 'schema') ?? schemaIdWhenAbsent,
    ...(identifiers === undefined ? {} : { 'identifier-field-ids': identifiers }),
    fields,
  };
}

function decodeFields(object: JsonObject, depth: number, budget: Budget): readonly NestedField[] {
  return readObjects(object, 'fields', 'schema').map((field) => decodeField(field, depth, budget));
}

function decodeField(object: JsonObject, depth: number, budget: Budget): NestedField {
  takeField(budget);
  const name = readString(object, 'name', 'schema field');
  const owner = `schema field ${name}`;
  const doc = readOptional(readString, object, 'doc', owner);
  const { doc: _dropped, ...rest } = object;
  return {
    ...rest,
    id: readInt32(object, 'id', owner),
    name,
    required: readBoolean(object, 'required', owner),
    type: decodeType(readMember(object, 'type'), owner, depth, budget),
    ...(doc === undefined ? {} : { doc }),
  };
}

function decodeType(value: JsonValue | undefined, owner: string, depth: number, budget: Budget): IcebergType {
  if (depth >= TYPE_DEPTH_MAX) {
    throw new IcebergFormatError('bad-request', `Invalid ${owner}: types nest deeper than ${TYPE_DEPTH_MAX}`);
  }
  if (typeof value === 'string') {
    if (parsePrimitiveType(value) !== undefined) return value;
    throw new IcebergFormatError('bad-request', `Invalid ${owner}: unknown type ${JSON.stringify(value.slice(0, 60))}`);
  }
  if (!isJsonObject(value)) throw new IcebergFormatError('bad-request', `Invalid ${owner}: type is missing or no type`);
  const type = readString(value, 'type', owner);
  switch (type) {
    case 'struct':
      return { ...value, type, fields: decodeFields(value, depth + 1, budget) };
    case 'list':
      takeField(budget);
      return {
        ...value,
        type,
        'element-id': readInt32(value, 'element-id', owner),
        'element-required': readBoolean(value, 'element-required', owner),
        element: decodeType(readMember(value, 'element'), owner, depth + 1, budget),
      };
    case 'map':
      takeField(budget);
      takeField(budget);
      return {
        ...value,
        type,
        'key-id': readInt32(value, 'key-id', owner),
        key: decodeType(readMember(value, 'key'), owner, depth + 1, budget),
        'value-id': readInt32(value, 'value-id', owner),
        'value-required': readBoolean(value, 'value-required', owner),
        value: decodeType(readMember(value, 'value'), owner, depth + 1, budget),
      };
    default:
      throw new IcebergFormatError(
        'bad-request',
        `Invalid ${owner}: unknown type ${JSON.stringify(type.slice(0, 60))}`,
      );
  }
}

function takeField(budget: Budget): void {
  budget.fieldsLeft -= 1;
  if (budget.fieldsLeft < 0) {
    throw new IcebergFormatError('bad-request', `Invalid schema: more than ${SCHEMA_FIELDS_MAX} fields`);
  }
}
