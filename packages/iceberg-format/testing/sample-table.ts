import { decodeSchema } from '../src/decode-schema.ts';
import { isJsonObject, type JsonObject } from '../src/json/json-value.ts';
import { parseJson } from '../src/json/parse-json.ts';
import { buildNewTableMetadata } from '../src/new-table-metadata.ts';
import { decodePartitionSpec } from '../src/partition-spec.ts';
import type { Snapshot } from '../src/snapshot.ts';
import type { TableMetadata } from '../src/table-metadata.ts';

export const SAMPLE_UUID = '0b9d6f4e-1d2c-4f6b-9a52-0c7c3f8f5f11';
export const SAMPLE_LOCATION = 's3://warehouse/0b9d6f4e';
export const SAMPLE_NOW_MS = 1_760_000_000_000;

/** Ids that a double cannot hold, and the largest one there is. */
export const ODD_ID = 9_007_199_254_740_993n;
export const LARGEST_ID = 2n ** 63n - 1n;

/** Three columns: 1 id long required, 2 name string, 3 at timestamptz. */
export const SAMPLE_SCHEMA: JsonObject = {
  type: 'struct',
  'schema-id': 0,
  'identifier-field-ids': [1],
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'name', required: false, type: 'string', doc: 'what it is called' },
    { id: 3, name: 'at', required: false, type: 'timestamptz' },
  ],
};

/** An empty table, partitioned by day(at). */
export function sampleTable(formatVersion = 2): TableMetadata {
  return buildNewTableMetadata({
    tableUuid: SAMPLE_UUID,
    location: SAMPLE_LOCATION,
    schema: decodeSchema(SAMPLE_SCHEMA),
    partitionSpec: decodePartitionSpec({ fields: [{ 'source-id': 3, name: 'at_day', transform: 'day' }] }),
    properties: { 'format-version': String(formatVersion), owner: 'tests' },
    nowMs: SAMPLE_NOW_MS,
  });
}

export function sampleSnapshot(snapshotId: bigint, members: Partial<Snapshot> = {}): Snapshot {
  return {
    'snapshot-id': snapshotId,
    'sequence-number': 1n,
    'timestamp-ms': BigInt(SAMPLE_NOW_MS + 1_000),
    'manifest-list': `${SAMPLE_LOCATION}/metadata/snap-${snapshotId}.avro`,
    summary: { operation: 'append' },
    'schema-id': 0,
    ...members,
  };
}

/** Parses a JSON object that a test writes as text. */
export function parseObject(text: string): JsonObject {
  const value = parseJson(text);
  if (!isJsonObject(value)) throw new Error('the test wants an object');
  return value;
}
