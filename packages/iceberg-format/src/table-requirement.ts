import { IcebergFormatError } from './iceberg-format-error.ts';
import type { JsonObject } from './json/json-value.ts';
import { readInt32, readInt64, readOptional, readString } from './json/read-member.ts';
import { findRef, type TableMetadata } from './table-metadata.ts';

/** What a client takes to be true of the table that it changes (Iceberg REST, TableRequirement). */
export type TableRequirement =
  | { readonly type: 'assert-create' }
  | { readonly type: 'assert-table-uuid'; readonly uuid: string }
  /** Null: the ref must not exist. */
  | { readonly type: 'assert-ref-snapshot-id'; readonly ref: string; readonly snapshotId: bigint | null }
  | { readonly type: 'assert-last-assigned-field-id'; readonly lastAssignedFieldId: number }
  | { readonly type: 'assert-current-schema-id'; readonly currentSchemaId: number }
  | { readonly type: 'assert-last-assigned-partition-id'; readonly lastAssignedPartitionId: number }
  | { readonly type: 'assert-default-spec-id'; readonly defaultSpecId: number }
  | { readonly type: 'assert-default-sort-order-id'; readonly defaultSortOrderId: number };

export function decodeTableRequirement(object: JsonObject): TableRequirement {
  const type = readString(object, 'type', 'requirement');
  switch (type) {
    case 'assert-create':
      return { type };
    case 'assert-table-uuid':
      return { type, uuid: readString(object, 'uuid', type) };
    case 'assert-ref-snapshot-id':
      return {
        type,
        ref: readString(object, 'ref', type),
        // Clients that leave out null members mean null.
        snapshotId: readOptional(readInt64, object, 'snapshot-id', type) ?? null,
      };
    case 'assert-last-assigned-field-id':
      return { type, lastAssignedFieldId: readInt32(object, 'last-assigned-field-id', type) };
    case 'assert-current-schema-id':
      return { type, currentSchemaId: readInt32(object, 'current-schema-id', type) };
    case 'assert-last-assigned-partition-id':
      return { type, lastAssignedPartitionId: readInt32(object, 'last-assigned-partition-id', type) };
    case 'assert-default-spec-id':
      return { type, defaultSpecId: readInt32(object, 'default-spec-id', type) };
    case 'assert-default-sort-order-id':
      return { type, defaultSortOrderId: readInt32(object, 'default-sort-order-id', type) };
    default:
      throw new IcebergFormatError('bad-request', `Unknown requirement: ${JSON.stringify(type.slice(0, 60))}`);
  }
}

/**
 * Refuses with `requirement-failed` and a message that clients know by its beginning. `undefined` is a table that does not
 * exist: only `assert-create` holds for it.
 */
export function checkRequirement(requirement: TableRequirement, metadata: TableMetadata | undefined): void {
  if (metadata === undefined) {
    if (requirement.type !== 'assert-create') throw failed('table does not exist');
    return;
  }
  switch (requirement.type) {
    case 'assert-create':
      throw failed('table already exists');
    case 'assert-table-uuid': {
      const { 'table-uuid': uuid } = metadata;
      if (requirement.uuid.toLowerCase() !== uuid.toLowerCase()) {
        throw failed(`UUID does not match: expected ${requirement.uuid} != ${uuid}`);
      }
      return;
    }
    case 'assert-ref-snapshot-id':
      checkRef(requirement.ref, requirement.snapshotId, metadata);
      return;
    case 'assert-last-assigned-field-id':
      checkId('last assigned field id', requirement.lastAssignedFieldId, metadata['last-column-id']);
      return;
    case 'assert-current-schema-id':
      checkId('current schema', requirement.currentSchemaId, metadata['current-schema-id']);
      return;
    case 'assert-last-assigned-partition-id':
      checkId('last assigned partition id', requirement.lastAssignedPartitionId, metadata['last-partition-id']);
      return;
    case 'assert-default-spec-id':
      checkId('default partition spec', requirement.defaultSpecId, metadata['default-spec-id']);
      return;
    case 'assert-default-sort-order-id':
      checkId('default sort order', requirement.defaultSortOrderId, metadata['default-sort-order-id']);
      return;
  }
}

function checkId(what: string, expected: number, actual: number): void {
  if (expected !== actual) throw failed(`${what} changed: expected id ${expected} != ${actual}`);
}

function checkRef(name: string, expected: bigint | null, metadata: TableMetadata): void {
  const ref = findRef(metadata, name);
  if (ref === undefined) {
    if (expected !== null) throw failed(`branch or tag ${name} is missing, expected ${expected}`);
    return;
  }
  if (expected === null) throw failed(`${ref.type} ${name} was created concurrently`);
  const actual = ref['snapshot-id'];
  if (expected !== actual) throw failed(`${ref.type} ${name} has changed: expected id ${expected} != ${actual}`);
}

function failed(message: string): IcebergFormatError {
  return new IcebergFormatError('requirement-failed', `Requirement failed: ${message}`);
}
