import type { JsonObject } from './json/json-value.ts';
import { readInt64, readObjects, readOptional, readString } from './json/read-member.ts';

/** Statistics of one snapshot in a Puffin file (table spec, Table Statistics); blob metadata is kept as given. */
export type StatisticsFile = {
  readonly 'snapshot-id': bigint;
  readonly 'statistics-path': string;
  readonly 'file-size-in-bytes': bigint;
  readonly 'file-footer-size-in-bytes': bigint;
  readonly 'blob-metadata': readonly JsonObject[];
};

/** Table spec, Partition Statistics. */
export type PartitionStatisticsFile = {
  readonly 'snapshot-id': bigint;
  readonly 'statistics-path': string;
  readonly 'file-size-in-bytes': bigint;
};

/** Table spec, Encryption Keys; the key itself is opaque here. */
export type EncryptedKey = {
  readonly 'key-id': string;
  readonly 'encrypted-key-metadata': string;
  readonly 'encrypted-by-id'?: string;
};

export function decodeStatisticsFile(object: JsonObject): StatisticsFile {
  return {
    ...decodePartitionStatisticsFile(object),
    'file-footer-size-in-bytes': readInt64(object, 'file-footer-size-in-bytes', 'statistics'),
    'blob-metadata': readOptional(readObjects, object, 'blob-metadata', 'statistics') ?? [],
  };
}

export function decodePartitionStatisticsFile(object: JsonObject): PartitionStatisticsFile {
  return {
    ...object,
    'snapshot-id': readInt64(object, 'snapshot-id', 'statistics'),
    'statistics-path': readString(object, 'statistics-path', 'statistics'),
    'file-size-in-bytes': readInt64(object, 'file-size-in-bytes', 'statistics'),
  };
}

export function decodeEncryptedKey(object: JsonObject): EncryptedKey {
  const encryptedById = readOptional(readString, object, 'encrypted-by-id', 'encryption key');
  const { 'encrypted-by-id': _dropped, ...rest } = object;
  return {
    ...rest,
    'key-id': readString(object, 'key-id', 'encryption key'),
    'encrypted-key-metadata': readString(object, 'encrypted-key-metadata', 'encryption key'),
    ...(encryptedById === undefined ? {} : { 'encrypted-by-id': encryptedById }),
  };
}
