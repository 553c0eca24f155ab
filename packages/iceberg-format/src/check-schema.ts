import { IcebergFormatError } from './iceberg-format-error.ts';
import { canPromote, parsePrimitiveType } from './primitive-type.ts';
import { type IcebergType, indexFields, listFields, type NestedField, type Schema, type StructType } from './schema.ts';

/** A schema that a table of this format version may get: unique ids and names, sound identifiers, no types of later versions. */
export function checkSchema(schema: Schema, formatVersion: number): void {
  checkUnique(schema);
  checkIdentifiers(schema);
  checkTypes(schema, formatVersion);
}

function invalid(message: string): IcebergFormatError {
  return new IcebergFormatError('bad-request', `Invalid schema: ${message}`);
}

function checkUnique(schema: Schema): void {
  const ids = new Map<number, string>();
  const names = new Set<string>();
  for (const field of listFields(schema)) {
    const other = ids.get(field.id);
    if (other !== undefined) throw invalid(`fields ${other} and ${field.fullName} have the same id ${field.id}`);
    if (names.has(field.fullName)) throw invalid(`two fields are called ${field.fullName}`);
    ids.set(field.id, field.fullName);
    names.add(field.fullName);
  }
}

function checkIdentifiers(schema: Schema): void {
  const fields = indexFields(schema);
  for (const id of schema['identifier-field-ids'] ?? []) {
    const field = fields.get(id);
    if (field === undefined) throw invalid(`identifier field ${id} does not exist`);
    const name = field.fullName;
    if (typeof field.type !== 'string') throw invalid(`identifier field ${name} is not of a primitive type`);
    if (field.type === 'float' || field.type === 'double') throw invalid(`identifier field ${name} is ${field.type}`);
    if (field.isRepeated) throw invalid(`identifier field ${name} is within a list or a map`);
    if (!field.required || !field.isParentRequired) throw invalid(`identifier field ${name} is optional`);
  }
}

function checkTypes(schema: StructType, formatVersion: number): void {
  for (const field of listFields(schema)) {
    if (typeof field.type !== 'string') continue;
    const needed = parsePrimitiveType(field.type)?.minFormatVersion ?? 1;
    if (needed > formatVersion) throw invalid(`${field.fullName}: ${field.type} is not supported until v${needed}`);
  }
  if (formatVersion < 3) checkNoDefaults(schema);
}

function checkNoDefaults(struct: StructType): void {
  for (const field of struct.fields) {
    if ((field['initial-default'] ?? null) !== null) {
      throw invalid(`${field.name}: an initial default is not supported until v3`);
    }
    for (const nested of structsWithin(field.type)) checkNoDefaults(nested);
  }
}

function structsWithin(type: IcebergType): readonly StructType[] {
  if (typeof type === 'string') return [];
  if (type.type === 'struct') return [type];
  return type.type === 'list'
    ? structsWithin(type.element)
    : [...structsWithin(type.key), ...structsWithin(type.value)];
}

/**
 * Whether rows written under `before` still read under `after`: a field id that stays keeps its kind, or is promoted as the
 * table spec allows (Schema Evolution). Refuses with `bad-request`.
 */
export function checkEvolution(before: Schema, after: Schema, formatVersion: number): void {
  const old = indexFields(before);
  for (const field of listFields(after)) {
    const former = old.get(field.id);
    if (former === undefined) continue;
    const isSame =
      typeof former.type === 'string' && typeof field.type === 'string'
        ? canPromote(former.type, field.type, formatVersion)
        : kindOf(former.type) === kindOf(field.type) || former.type === 'unknown';
    if (!isSame) {
      throw invalid(`${field.fullName} cannot change from ${describe(former.type)} to ${describe(field.type)}`);
    }
  }
}

function kindOf(type: IcebergType): string {
  return typeof type === 'string' ? 'primitive' : type.type;
}

function describe(type: IcebergType): string {
  return typeof type === 'string' ? type : type.type;
}

/** A text that two schemas share if and only if they are the same but for their schema id. */
export function fingerprintSchema(schema: Schema): string {
  const identifiers = [...(schema['identifier-field-ids'] ?? [])].sort((left, right) => left - right);
  return JSON.stringify([fingerprintFields(schema.fields), identifiers], printNumber);
}

type Fingerprint = readonly unknown[] | string;

function fingerprintFields(fields: readonly NestedField[]): Fingerprint {
  return fields.map((field) => [
    field.id,
    field.name,
    field.required,
    fingerprintType(field.type),
    field.doc ?? null,
    field['initial-default'] ?? null,
    field['write-default'] ?? null,
  ]);
}

function fingerprintType(type: IcebergType): Fingerprint {
  if (typeof type === 'string') return parsePrimitiveType(type)?.canonical ?? type;
  if (type.type === 'struct') return ['struct', fingerprintFields(type.fields)];
  if (type.type === 'list') {
    return ['list', type['element-id'], type['element-required'], fingerprintType(type.element)];
  }
  const sides = [fingerprintType(type.key), fingerprintType(type.value)];
  return ['map', type['key-id'], type['value-id'], type['value-required'], ...sides];
}

function printNumber(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value;
}
