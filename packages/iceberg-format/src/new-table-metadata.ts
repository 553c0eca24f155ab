import { assignFreshFieldIds } from './assign-field-ids.ts';
import { checkSchema } from './check-schema.ts';
import { IcebergFormatError } from './iceberg-format-error.ts';
import { FORMAT_VERSION_DEFAULT, FORMAT_VERSION_MAX, PARTITION_ID_START } from './limits.ts';
import {
  assignPartitionIds,
  checkPartitionSpec,
  renumberSources,
  UNPARTITIONED,
  type UnboundPartitionSpec,
} from './partition-spec.ts';
import type { Schema } from './schema.ts';
import { checkSortOrder, type SortOrder, UNSORTED } from './sort-order.ts';
import type { TableMetadata } from './table-metadata.ts';

/** The property that asks for a format version; it is never stored. */
export const FORMAT_VERSION_PROPERTY = 'format-version';

export interface NewTable {
  readonly tableUuid: string;
  readonly location: string;
  readonly schema: Schema;
  readonly partitionSpec?: UnboundPartitionSpec | undefined;
  readonly writeOrder?: SortOrder | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly nowMs: number;
}

/**
 * The first state of a table from a create request: schema 0 with fields numbered from 1, spec 0 with fields numbered from
 * 1000, order 0 when unsorted and 1 otherwise. Refuses with `bad-request`.
 */
export function buildNewTableMetadata(table: NewTable): TableMetadata {
  const formatVersion = readFormatVersion(table.properties) ?? FORMAT_VERSION_DEFAULT;
  checkSchema(table.schema, formatVersion);
  const { schema, lastColumnId, newIds } = assignFreshFieldIds(table.schema, 0);
  const requested = table.partitionSpec ?? UNPARTITIONED;
  // Ids of a new table's partition fields are ours, whatever the request says.
  const fields = requested.fields.map(({ 'field-id': _given, ...field }) =>
    renumberSources(field, newIds, 'partition spec'),
  );
  const unbound = { ...requested, fields };
  checkPartitionSpec(unbound, schema);
  const spec = assignPartitionIds(unbound, 0, { formatVersion, specs: [], lastPartitionId: PARTITION_ID_START });
  const order = renumberSortOrder(table.writeOrder ?? UNSORTED, newIds);
  checkSortOrder(order, schema);
  return {
    ...emptyTableMetadata(table, formatVersion),
    'last-column-id': lastColumnId,
    schemas: [schema],
    'current-schema-id': 0,
    'partition-specs': [spec],
    'default-spec-id': 0,
    'last-partition-id': PARTITION_ID_START + spec.fields.length,
    'sort-orders': [order],
    'default-sort-order-id': order['order-id'],
    properties: withoutFormatVersion(table.properties),
  };
}

/** A table without schema, spec and order, which only the updates of a commit with `assert-create` may start from. */
export function emptyTableMetadata(
  table: Pick<NewTable, 'tableUuid' | 'location' | 'nowMs'>,
  formatVersion: number,
): TableMetadata {
  return {
    'format-version': formatVersion,
    'table-uuid': table.tableUuid,
    location: table.location.replace(/\/+$/, ''),
    'last-sequence-number': 0n,
    'last-updated-ms': BigInt(table.nowMs),
    'last-column-id': 0,
    schemas: [],
    'current-schema-id': -1,
    'partition-specs': [],
    'default-spec-id': -1,
    'last-partition-id': PARTITION_ID_START,
    'sort-orders': [],
    'default-sort-order-id': -1,
    properties: {},
    'current-snapshot-id': null,
    snapshots: [],
    refs: {},
    'snapshot-log': [],
    'metadata-log': [],
    statistics: [],
    'partition-statistics': [],
    'next-row-id': 0n,
    'encryption-keys': [],
  };
}

function renumberSortOrder(order: SortOrder, newIds: ReadonlyMap<number, number>): SortOrder {
  const fields = order.fields.map((field) => renumberSources(field, newIds, 'sort order'));
  return { ...order, 'order-id': fields.length === 0 ? 0 : 1, fields };
}

/** The format version that properties ask for; undefined when they do not. */
export function readFormatVersion(properties: Readonly<Record<string, string>>): number | undefined {
  if (!Object.hasOwn(properties, FORMAT_VERSION_PROPERTY)) return undefined;
  const text = properties[FORMAT_VERSION_PROPERTY] ?? '';
  const formatVersion = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(formatVersion >= 1 && formatVersion <= FORMAT_VERSION_MAX)) {
    throw new IcebergFormatError(
      'bad-request',
      `Unsupported format version: v${text} (supported: v${FORMAT_VERSION_MAX})`,
    );
  }
  return formatVersion;
}

export function withoutFormatVersion(properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { [FORMAT_VERSION_PROPERTY]: _consumed, ...rest } = properties;
  return rest;
}
