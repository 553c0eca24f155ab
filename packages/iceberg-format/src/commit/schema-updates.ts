import { checkEvolution, checkSchema, fingerprintSchema } from '../check-schema.ts';
import { highestFieldId, type Schema } from '../schema.ts';
import { findSchema } from '../table-metadata.ts';
import { changeDraft, type MetadataDraft, refuseUpdate, resolveLastAdded } from './metadata-draft.ts';

/**
 * Adds a schema under the next id; an equal one keeps its old id. The last column id never falls: a client that claims less
 * than the table has built its schema on an older state.
 */
export function addSchema(draft: MetadataDraft, schema: Schema, claimedLastColumnId: number | undefined): void {
  const { metadata } = draft;
  const lastColumnId = metadata['last-column-id'];
  if (claimedLastColumnId !== undefined && claimedLastColumnId < lastColumnId) {
    throw refuseUpdate(`Invalid last column ID: ${claimedLastColumnId} < ${lastColumnId} (previous last column ID)`);
  }
  checkSchema(schema, metadata['format-version']);
  const newLastColumnId = Math.max(lastColumnId, claimedLastColumnId ?? 0, highestFieldId(schema));
  if (newLastColumnId !== lastColumnId) changeDraft(draft, { 'last-column-id': newLastColumnId });

  const fingerprint = fingerprintSchema(schema);
  const equal = metadata.schemas.find((existing) => fingerprintSchema(existing) === fingerprint);
  if (equal !== undefined) {
    draft.lastAddedSchemaId = equal['schema-id'];
    return;
  }
  const schemaId = Math.max(-1, ...metadata.schemas.map((existing) => existing['schema-id'])) + 1;
  changeDraft(draft, { schemas: [...metadata.schemas, { ...schema, 'schema-id': schemaId }] });
  draft.lastAddedSchemaId = schemaId;
}

/** Rows that are there must still read: column types change only as the specification allows. */
export function setCurrentSchema(draft: MetadataDraft, requestedId: number): void {
  const { metadata } = draft;
  const schemaId = resolveLastAdded(requestedId, draft.lastAddedSchemaId, 'schema');
  if (schemaId === metadata['current-schema-id']) return;
  const schema = findSchema(metadata, schemaId);
  if (schema === undefined) throw refuseUpdate(`Cannot set current schema to unknown schema: ${schemaId}`);
  const before = findSchema(metadata, metadata['current-schema-id']);
  if (before !== undefined && metadata['current-snapshot-id'] !== null && schemaId === draft.lastAddedSchemaId) {
    checkEvolution(before, schema, metadata['format-version']);
  }
  changeDraft(draft, { 'current-schema-id': schemaId });
}

export function removeSchemas(draft: MetadataDraft, schemaIds: readonly number[]): void {
  const { metadata } = draft;
  if (schemaIds.includes(metadata['current-schema-id'])) throw refuseUpdate('Cannot remove the current schema');
  const schemas = metadata.schemas.filter((schema) => !schemaIds.includes(schema['schema-id']));
  if (schemas.length !== metadata.schemas.length) changeDraft(draft, { schemas });
}
