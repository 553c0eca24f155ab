import type { TableMetadata } from '@needlestack/iceberg-format';

/** A state of a table with where it is stored; a staged table is stored nowhere. */
export interface LoadedTable {
  readonly metadata: TableMetadata;
  readonly metadataLocation: string | undefined;
}

/** A state that is stored. */
export interface StoredTable extends LoadedTable {
  readonly metadataLocation: string;
}
