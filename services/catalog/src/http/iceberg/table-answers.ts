import { createHash } from 'node:crypto';
import { encodeTableMetadata, type JsonObject } from '@needlestack/iceberg-format';
import type { LoadedTable } from '../../core/tables/loaded-table.ts';
import type { Warehouse } from '../../core/tables/warehouse.ts';
import type { ClientSettings } from './iceberg-operation.ts';

/** Settings for a client's access to the warehouse's files. */
export function fileSettings(settings: ClientSettings, warehouse: Warehouse): Readonly<Record<string, string>> {
  return {
    'client.region': warehouse.region,
    's3.path-style-access': String(settings.isPathStyle),
    ...(settings.s3Endpoint === undefined ? {} : { 's3.endpoint': settings.s3Endpoint }),
  };
}

/** Iceberg REST, LoadTableResult. Keys for the files are the client's own: none are vended. */
export function loadedTableBody(table: LoadedTable, settings: ClientSettings, warehouse: Warehouse): JsonObject {
  return {
    ...(table.metadataLocation === undefined ? {} : { 'metadata-location': table.metadataLocation }),
    metadata: encodeTableMetadata(table.metadata),
    config: fileSettings(settings, warehouse),
    'storage-credentials': [],
  };
}

/** Iceberg REST, CommitTableResponse. */
export function committedTableBody(table: LoadedTable): JsonObject {
  return { 'metadata-location': table.metadataLocation, metadata: encodeTableMetadata(table.metadata) };
}

/** Of a loaded table: its state and the way it was shown. */
export function tableEtag(metadataLocation: string, view: string): string {
  return `"${createHash('sha256').update(`${view}\0${metadataLocation}`).digest('hex').slice(0, 32)}"`;
}
