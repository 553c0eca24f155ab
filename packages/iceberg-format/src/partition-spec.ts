import { IcebergFormatError } from './iceberg-format-error.ts';
import type { JsonObject } from './json/json-value.ts';
import { readInt32, readInt32s, readMember, readObjects, readOptional, readString } from './json/read-member.ts';
import { PARTITION_ID_START } from './limits.ts';
import { indexFields, listFields, type Schema } from './schema.ts';
import { acceptsType, canonicalTransform, parseTransform } from './transform.ts';

export type PartitionField = {
  /** One source; absent when `source-ids` (v3) names several. */
  readonly 'source-id'?: number;
  readonly 'source-ids'?: readonly number[];
  readonly 'field-id': number;
  readonly name: string;
  readonly transform: string;
};

/** Table spec, Partitioning. */
export type PartitionSpec = { readonly 'spec-id': number; readonly fields: readonly PartitionField[] };

/** As a request gives it: ids may be missing. */
export type UnboundPartitionField = Omit<PartitionField, 'field-id'> & { readonly 'field-id'?: number };
export type UnboundPartitionSpec = {
  readonly 'spec-id'?: number;
  readonly fields: readonly UnboundPartitionField[];
};

export const UNPARTITIONED: UnboundPartitionSpec = { fields: [] };

export function decodePartitionSpec(object: JsonObject): UnboundPartitionSpec {
  const specId = readOptional(readInt32, object, 'spec-id', 'partition spec');
  const { 'spec-id': _dropped, ...rest } = object;
  return {
    ...rest,
    ...(specId === undefined ? {} : { 'spec-id': specId }),
    fields: readObjects(object, 'fields', 'partition spec').map(decodePartitionField),
  };
}

export function decodePartitionField(object: JsonObject): UnboundPartitionField {
  const name = readString(object, 'name', 'partition field');
  const owner = `partition field ${name}`;
  const fieldId = readOptional(readInt32, object, 'field-id', owner);
  const { 'field-id': _dropped, ...rest } = object;
  return {
    ...rest,
    ...decodeSources(object, owner),
    ...(fieldId === undefined ? {} : { 'field-id': fieldId }),
    name,
    transform: readString(object, 'transform', owner),
  };
}

/** `source-id`, or `source-ids` of a transform with several arguments; also used by sort orders. */
export function decodeSources(
  object: JsonObject,
  owner: string,
): { readonly 'source-id'?: number; readonly 'source-ids'?: readonly number[] } {
  if (readMember(object, 'source-id') === undefined) return { 'source-ids': readInt32s(object, 'source-ids', owner) };
  return { 'source-id': readInt32(object, 'source-id', owner) };
}

type Sourced = { readonly 'source-id'?: number; readonly 'source-ids'?: readonly number[] };

export function sourceIdsOf(field: Sourced): readonly number[] {
  const single = field['source-id'];
  return single === undefined ? (field['source-ids'] ?? []) : [single];
}

/** The same field with its sources renumbered. */
export function renumberSources<T extends Sourced>(field: T, newIds: ReadonlyMap<number, number>, owner: string): T {
  const renumber = (id: number): number => {
    const newId = newIds.get(id);
    if (newId === undefined)
      throw new IcebergFormatError('bad-request', `Invalid ${owner}: no field has source id ${id}`);
    return newId;
  };
  const single = field['source-id'];
  if (single !== undefined) return { ...field, 'source-id': renumber(single) };
  return { ...field, 'source-ids': sourceIdsOf(field).map(renumber) };
}

/** Two specs with one fingerprint partition alike (table spec: same sources, transforms and names in the same order). */
export function fingerprintSpec(spec: UnboundPartitionSpec): string {
  return JSON.stringify(
    spec.fields.map((field) => [sourceIdsOf(field), canonicalTransform(field.transform), field.name]),
  );
}

/**
 * Gives each field an id: its own where it has one; the id of an equal field of an older spec; or the next one that was never
 * used. In v1 ids count from 1000 in each spec.
 */
export function assignPartitionIds(
  spec: UnboundPartitionSpec,
  specId: number,
  table: { readonly formatVersion: number; readonly specs: readonly PartitionSpec[]; readonly lastPartitionId: number },
): PartitionSpec {
  const olderFields = table.specs.flatMap((older) => older.fields);
  let nextId = Math.max(table.lastPartitionId, ...spec.fields.map((field) => field['field-id'] ?? PARTITION_ID_START));
  const fields = spec.fields.map((field, index): PartitionField => {
    const given = field['field-id'];
    if (given !== undefined) return { ...field, 'field-id': given };
    if (table.formatVersion === 1) return { ...field, 'field-id': PARTITION_ID_START + 1 + index };
    const equal = olderFields.find((older) => isSameTransform(older, field) && older.name === field.name);
    if (equal !== undefined) return { ...field, 'field-id': equal['field-id'] };
    nextId += 1;
    return { ...field, 'field-id': nextId };
  });
  const bound = { ...spec, 'spec-id': specId, fields };
  checkPartitionIds(bound, olderFields, table.formatVersion);
  return bound;
}

function checkPartitionIds(spec: PartitionSpec, olderFields: readonly PartitionField[], formatVersion: number): void {
  const seen = new Set<number>();
  for (const [index, field] of spec.fields.entries()) {
    const id = field['field-id'];
    if (formatVersion === 1 && id !== PARTITION_ID_START + 1 + index) {
      throw invalid(`field ids must count from ${PARTITION_ID_START + 1} in v1, ${field.name} has ${id}`);
    }
    if (id <= PARTITION_ID_START) throw invalid(`field id ${id} of ${field.name} is below ${PARTITION_ID_START + 1}`);
    if (seen.has(id)) throw invalid(`two fields have the id ${id}`);
    seen.add(id);
    const former = olderFields.filter((older) => older['field-id'] === id);
    const isReuse =
      former.length === 0 || isVoid(field) || former.some((older) => isVoid(older) || isSameTransform(older, field));
    if (formatVersion > 1 && !isReuse)
      throw invalid(`field id ${id} of ${field.name} belongs to another partition field`);
  }
}

function isVoid(field: PartitionField): boolean {
  return canonicalTransform(field.transform) === 'void';
}

function isSameTransform(left: UnboundPartitionField, right: UnboundPartitionField): boolean {
  return (
    canonicalTransform(left.transform) === canonicalTransform(right.transform) &&
    String(sourceIdsOf(left)) === String(sourceIdsOf(right))
  );
}

/** A spec that writers may use with this schema: known transforms on existing, unrepeated columns; unique names. */
export function checkPartitionSpec(spec: UnboundPartitionSpec, schema: Schema): void {
  const columns = indexFields(schema);
  const idsByName = new Map(listFields(schema).map((field) => [field.fullName, field.id]));
  const names = new Set<string>();
  for (const field of spec.fields) {
    if (field.name === '') throw invalid('a field has an empty name');
    if (names.has(field.name)) throw invalid(`two fields are called ${field.name}`);
    names.add(field.name);
    const transform = parseTransform(field.transform);
    if (transform === undefined) throw invalid(`unknown transform ${field.transform}`);
    const column = idsByName.get(field.name);
    const keepsName = transform.kind === 'identity' || transform.kind === 'void';
    if (column !== undefined && !(keepsName && sourceIdsOf(field).includes(column))) {
      throw invalid(`${field.name} is also the name of a column`);
    }
    if (transform.kind === 'void') continue;
    for (const id of sourceIdsOf(field)) {
      const source = columns.get(id);
      if (source === undefined) throw invalid(`${field.name}: no column has the id ${id}`);
      if (source.isRepeated) throw invalid(`${field.name}: ${source.fullName} is within a list or a map`);
      if (!acceptsType(transform, source.type)) {
        throw invalid(`${field.name}: ${field.transform} cannot be applied to ${source.fullName}`);
      }
    }
  }
}

function invalid(message: string): IcebergFormatError {
  return new IcebergFormatError('bad-request', `Invalid partition spec: ${message}`);
}
