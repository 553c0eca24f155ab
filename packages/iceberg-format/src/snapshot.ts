import { IcebergFormatError } from './iceberg-format-error.ts';
import type { JsonObject } from './json/json-value.ts';
import { readInt32, readInt64, readOptional, readString, readStringMap } from './json/read-member.ts';

/** Table spec, Snapshots. Ids and times are bigint always. */
export type Snapshot = {
  readonly 'snapshot-id': bigint;
  readonly 'parent-snapshot-id'?: bigint;
  /** Absent in v1. */
  readonly 'sequence-number'?: bigint;
  readonly 'timestamp-ms': bigint;
  /** Absent only in old v1 snapshots, which list their manifests inline. */
  readonly 'manifest-list'?: string;
  readonly summary?: Readonly<Record<string, string>>;
  readonly 'schema-id'?: number;
  /** v3: row lineage. */
  readonly 'first-row-id'?: bigint;
  readonly 'added-rows'?: bigint;
};

export type SnapshotLogEntry = { readonly 'timestamp-ms': bigint; readonly 'snapshot-id': bigint };
export type MetadataLogEntry = { readonly 'timestamp-ms': bigint; readonly 'metadata-file': string };

/** A branch or tag (table spec, Snapshot References). */
export type SnapshotRef = {
  readonly 'snapshot-id': bigint;
  readonly type: 'branch' | 'tag';
  readonly 'min-snapshots-to-keep'?: number;
  readonly 'max-snapshot-age-ms'?: bigint;
  readonly 'max-ref-age-ms'?: bigint;
};

export const MAIN_BRANCH = 'main';

export function decodeSnapshot(object: JsonObject): Snapshot {
  const optional = {
    'parent-snapshot-id': readOptional(readInt64, object, 'parent-snapshot-id', 'snapshot'),
    'sequence-number': readOptional(readInt64, object, 'sequence-number', 'snapshot'),
    'manifest-list': readOptional(readString, object, 'manifest-list', 'snapshot'),
    summary: readOptional(readStringMap, object, 'summary', 'snapshot'),
    'schema-id': readOptional(readInt32, object, 'schema-id', 'snapshot'),
    'first-row-id': readOptional(readInt64, object, 'first-row-id', 'snapshot'),
    'added-rows': readOptional(readInt64, object, 'added-rows', 'snapshot'),
  };
  return {
    ...object,
    'snapshot-id': readInt64(object, 'snapshot-id', 'snapshot'),
    'timestamp-ms': readInt64(object, 'timestamp-ms', 'snapshot'),
    ...withoutAbsent(optional),
  };
}

/** Refuses retention that the kind of ref cannot have: ages and counts of snapshots are a branch's. */
export function decodeSnapshotRef(object: JsonObject, name: string): SnapshotRef {
  const owner = `ref ${name}`;
  const type = readString(object, 'type', owner).toLowerCase();
  if (type !== 'branch' && type !== 'tag') {
    throw new IcebergFormatError('bad-request', `Invalid ${owner}: type must be branch or tag, found ${type}`);
  }
  const retention = {
    'min-snapshots-to-keep': readOptional(readInt32, object, 'min-snapshots-to-keep', owner),
    'max-snapshot-age-ms': readOptional(readInt64, object, 'max-snapshot-age-ms', owner),
    'max-ref-age-ms': readOptional(readInt64, object, 'max-ref-age-ms', owner),
  };
  for (const [member, value] of Object.entries(retention)) {
    if (value === undefined) continue;
    if (value <= 0) throw new IcebergFormatError('bad-request', `Invalid ${owner}: ${member} must be positive`);
    if (type === 'tag' && member !== 'max-ref-age-ms') {
      throw new IcebergFormatError('bad-request', `Invalid ${owner}: a tag cannot have ${member}`);
    }
  }
  return { 'snapshot-id': readInt64(object, 'snapshot-id', owner), type, ...withoutAbsent(retention) };
}

export function decodeSnapshotLogEntry(object: JsonObject): SnapshotLogEntry {
  return {
    ...object,
    'timestamp-ms': readInt64(object, 'timestamp-ms', 'snapshot log entry'),
    'snapshot-id': readInt64(object, 'snapshot-id', 'snapshot log entry'),
  };
}

export function decodeMetadataLogEntry(object: JsonObject): MetadataLogEntry {
  return {
    ...object,
    'timestamp-ms': readInt64(object, 'timestamp-ms', 'metadata log entry'),
    'metadata-file': readString(object, 'metadata-file', 'metadata log entry'),
  };
}

type Present<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops members that are undefined, so that an optional member is either there or not. */
function withoutAbsent<T extends object>(members: T): Present<T> {
  const present: Present<T> = {};
  return Object.assign(present, Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)));
}
