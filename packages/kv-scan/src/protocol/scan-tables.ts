/**
 * The catalog's tables as scans see them. Ids are those of its keys (services/catalog, core/keys.ts); a test there compares. Ids from
 * 0x100 on are of no stored table: they gather rows of several. A bucket is
 * a hash shard: rows of one parent are in one bucket, and their order within it is that of their keys.
 */

/** What of a row goes into its value. */
export const SCAN_COLUMNS = [
  /** The record as it is stored; secrets are blank. */
  'value',
  /** Nothing: keys alone. */
  'key',
  /** The needles that the row names: `decodeChunks`. */
  'chunks',
  /** The record with its secrets, sealed as they lie. */
  'secrets',
] as const;

export type ScanColumn = (typeof SCAN_COLUMNS)[number];

export interface ScanTable {
  readonly name: string;
  readonly id: number;
  readonly buckets: number;
  /** A log is tailed, not scanned. */
  readonly kind: 'primary-key' | 'log';
  readonly columns: readonly ScanColumn[];
}

const SHARDS = 16;
const PLAIN: readonly ScanColumn[] = ['value', 'key'];
const NAMING_NEEDLES: readonly ScanColumn[] = ['value', 'key', 'chunks'];

const keyed = (name: string, id: number, buckets: number, columns = PLAIN): ScanTable => ({
  name,
  id,
  buckets,
  kind: 'primary-key',
  columns,
});

/** Every table that can be asked for, by name. */
export const SCAN_TABLES = {
  buckets: keyed('buckets', 0x10, 1),
  bucketConfigs: keyed('bucketConfigs', 0x11, 1),
  bucketUsage: keyed('bucketUsage', 0x12, 1),
  accountConfigs: keyed('accountConfigs', 0x13, 1),
  objects: keyed('objects', 0x20, SHARDS, NAMING_NEEDLES),
  versions: keyed('versions', 0x21, SHARDS, NAMING_NEEDLES),
  inlineData: keyed('inlineData', 0x22, SHARDS),
  nullVersions: keyed('nullVersions', 0x23, SHARDS),
  currentMarkers: keyed('currentMarkers', 0x24, SHARDS),
  uploads: keyed('uploads', 0x28, SHARDS),
  parts: keyed('parts', 0x29, SHARDS, NAMING_NEEDLES),
  completedUploads: keyed('completedUploads', 0x2a, SHARDS),
  outbox: { name: 'outbox', id: 0x30, buckets: 1, kind: 'log', columns: PLAIN },
  outboxCursors: keyed('outboxCursors', 0x31, 1),
  garbage: keyed('garbage', 0x38, 1, NAMING_NEEDLES),
  sharedNeedles: keyed('sharedNeedles', 0x39, 1),
  identities: keyed('identities', 0x40, 1, ['value', 'key', 'secrets']),
  lakehouse: keyed('lakehouse', 0x54, 1),
  /**
   * Every row that names needles, whatever its table, over one moment: objects, versions, parts, garbage. A needle that moves from one
   * to the other is in it, which scans of the tables one by one cannot promise. Keys begin with the id of their table.
   */
  needles: keyed('needles', 0x100, 1, ['chunks', 'key']),
} as const satisfies Record<string, ScanTable>;

export type ScanTableName = keyof typeof SCAN_TABLES;

const BY_ID = new Map<number, ScanTable>(Object.values(SCAN_TABLES).map((table) => [table.id, table]));

export const scanTableOfId = (id: number): ScanTable | undefined => BY_ID.get(id);

/** Why such a scan cannot be, by what both sides know; undefined when it can. */
export function whyNotScannable(table: ScanTable, bucketId: number, columns: readonly string[]): string | undefined {
  if (table.kind === 'log') return `the table ${table.name} is a log: tail it from its offset`;
  if (!Number.isInteger(bucketId) || bucketId < 0 || bucketId >= table.buckets)
    return `bucket ${bucketId} of the table ${table.name}: expected 0 to ${table.buckets - 1}`;
  if (columns.length > 1) return `${columns.length} columns: expected one of ${table.columns.join(', ')}`;
  const foreign = columns.find((column) => !table.columns.some((own) => own === column));
  if (foreign !== undefined)
    return `the table ${table.name} has no column ${foreign}: expected one of ${table.columns.join(', ')}`;
  return undefined;
}
