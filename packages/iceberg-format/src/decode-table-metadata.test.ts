import { parseObject, sampleSnapshot, sampleTable } from '../testing/sample-table.ts';
import { decodeTableMetadata } from './decode-table-metadata.ts';
import { encodeTableMetadata, writeTableMetadata } from './encode-table-metadata.ts';
import { IcebergFormatError } from './iceberg-format-error.ts';
import type { JsonObject } from './json/json-value.ts';
import { parseJson } from './json/parse-json.ts';
import type { TableMetadata } from './table-metadata.ts';

const FIRST_VERSION = `{
  "format-version": 1, "table-uuid": "d20125c8-7284-442c-9aea-15fee620737c", "location": "s3://bucket/test/location/",
  "last-updated-ms": 1602638573874, "last-column-id": 3,
  "schema": {"type": "struct", "fields": [
    {"id": 1, "name": "x", "required": true, "type": "long"},
    {"id": 2, "name": "y", "required": true, "type": "decimal(9,2)", "doc": "comment", "x-vendor": 1.0},
    {"id": 3, "name": "z", "required": true, "type": {"type": "list", "element-id": 4, "element-required": false, "element": "int"}}]},
  "partition-spec": [{"name": "x", "transform": "identity", "source-id": 1, "field-id": 1000}],
  "properties": {}, "current-snapshot-id": -1, "snapshots": [{"snapshot-id": 1925, "timestamp-ms": 1602638573822}],
  "x-unknown": {"kept": 12345678901234567890, "also": [1.50]}
}`;

const SECOND_VERSION = `{
  "format-version": 2, "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1", "location": "s3://bucket/test/location",
  "last-sequence-number": 34, "last-updated-ms": 1602638573590, "last-column-id": 3, "current-schema-id": 1,
  "schemas": [
    {"type": "struct", "schema-id": 0, "fields": [{"id": 1, "name": "x", "required": true, "type": "long"}]},
    {"type": "struct", "schema-id": 1, "identifier-field-ids": [1], "fields": [
      {"id": 1, "name": "x", "required": true, "type": "long"},
      {"id": 2, "name": "y", "required": true, "type": "long", "doc": "comment"}]}],
  "default-spec-id": 0, "partition-specs": [{"spec-id": 0, "fields": [{"name": "x", "transform": "identity", "source-id": 1, "field-id": 1000}]}],
  "last-partition-id": 1000, "default-sort-order-id": 3,
  "sort-orders": [{"order-id": 3, "fields": [{"transform": "identity", "source-id": 2, "direction": "asc", "null-order": "nulls-first"}]}],
  "properties": {"a": "b"}, "current-snapshot-id": 9007199254740993,
  "snapshots": [
    {"snapshot-id": 9223372036854775807, "timestamp-ms": 1515100955770, "sequence-number": 0, "summary": {"operation": "append"}, "manifest-list": "s3://a/b/1.avro"},
    {"snapshot-id": 9007199254740993, "parent-snapshot-id": 9223372036854775807, "timestamp-ms": 1555100955770, "sequence-number": 1, "summary": {"operation": "append"}, "manifest-list": "s3://a/b/2.avro", "schema-id": 1, "x-vendor": 7}],
  "snapshot-log": [{"snapshot-id": 9223372036854775807, "timestamp-ms": 1515100955770}, {"snapshot-id": 9007199254740993, "timestamp-ms": 1555100955770}],
  "metadata-log": [{"metadata-file": "s3://bucket/.../v1.json", "timestamp-ms": 1515100}],
  "refs": {"test": {"snapshot-id": 9223372036854775807, "type": "tag", "max-ref-age-ms": 10000000}, "main": {"snapshot-id": 9007199254740993, "type": "branch"}},
  "statistics": [{"snapshot-id": 9007199254740993, "statistics-path": "s3://a/b/stats.puffin", "file-size-in-bytes": 413, "file-footer-size-in-bytes": 42,
    "blob-metadata": [{"type": "ndv", "snapshot-id": 9007199254740993, "sequence-number": 1, "fields": [1]}]}],
  "partition-statistics": []
}`;

test('v1 is read into the one shape and written with the members of v1', () => {
  const metadata = decodeTableMetadata(parseJson(FIRST_VERSION));
  expect(metadata.location).toBe('s3://bucket/test/location');
  expect(metadata['current-snapshot-id']).toBeNull();
  expect(metadata.schemas[0]?.['schema-id']).toBe(0);
  expect(metadata['partition-specs']).toEqual([
    { 'spec-id': 0, fields: [{ name: 'x', transform: 'identity', 'source-id': 1, 'field-id': 1000 }] },
  ]);
  expect(metadata['last-partition-id']).toBe(1000);
  expect(metadata['sort-orders']).toEqual([{ 'order-id': 0, fields: [] }]);
  const text = writeTableMetadata(metadata).toString();
  expect(text).toContain('"kept":12345678901234567890');
  expect(text).toContain('"also":[1.50]');
  expect(text).toContain('"x-vendor":1.0');
  const encoded = parseObject(text);
  expect(encoded['current-snapshot-id']).toBe(-1);
  expect(encoded['last-sequence-number']).toBeUndefined();
  expect(encoded['partition-spec']).toEqual(metadata['partition-specs'][0]?.fields);
  expect(encoded.schema).toEqual(metadata.schemas[0]);
});

test('v2 goes through without a change: ids beyond 2^53, refs, statistics, unknown members', () => {
  const document = parseJson(SECOND_VERSION);
  const metadata = decodeTableMetadata(document);
  expect(metadata['current-snapshot-id']).toBe(9_007_199_254_740_993n);
  expect(metadata.refs.test?.['snapshot-id']).toBe(9_223_372_036_854_775_807n);
  const written = parseJson(writeTableMetadata(metadata).toString());
  expect(written).toEqual(document);
});

test.each([1, 2, 3])('a table of v%i reads back as it was written', (formatVersion) => {
  const metadata = sampleTable(formatVersion);
  expect(decodeTableMetadata(parseJson(writeTableMetadata(metadata).toString()))).toEqual(metadata);
});

test('no current snapshot is -1 before v3 and null from v3 on', () => {
  expect([1, 2, 3].map((version) => encodeTableMetadata(sampleTable(version))['current-snapshot-id'])).toEqual([
    -1,
    -1,
    null,
  ]);
});

test('main is made from the current snapshot where refs are missing', () => {
  const document = parseObject(SECOND_VERSION);
  const { refs: _refs, ...withoutRefs } = document;
  expect(decodeTableMetadata(withoutRefs).refs).toEqual({
    main: { 'snapshot-id': 9_007_199_254_740_993n, type: 'branch' },
  });
});

const damages: readonly [string, (document: JsonObject) => JsonObject, RegExp][] = [
  ['a later format version', (d) => ({ ...d, 'format-version': 4 }), /format version 4 is not supported/],
  ['no uuid', ({ 'table-uuid': _, ...d }) => d, /table-uuid must be a string, found nothing/],
  ['a current schema that is not there', (d) => ({ ...d, 'current-schema-id': 9 }), /current schema 9 does not exist/],
  ['a default spec that is not there', (d) => ({ ...d, 'default-spec-id': 9 }), /default partition spec 9/],
  ['a default order that is not there', (d) => ({ ...d, 'default-sort-order-id': 9 }), /default sort order 9/],
  ['no schemas', (d) => ({ ...d, schemas: [] }), /schemas is missing or empty/],
  ['a current snapshot beside main', (d) => ({ ...d, 'current-snapshot-id': 1925 }), /is not the snapshot of main/],
  ['a sequence number above the last', (d) => ({ ...d, 'last-sequence-number': 0 }), /has sequence number 1, above/],
  ['a property that is no string', (d) => ({ ...d, properties: { a: 1 } }), /properties.a must be a string, found 1/],
  [
    'an id beyond 64 bits',
    (d) => ({ ...d, 'last-updated-ms': 2n ** 63n }),
    /last-updated-ms must be an integer of 64 bits/,
  ],
];

test.each(damages)('%s is refused as bad metadata', (_name, damage, message) => {
  const run = (): TableMetadata => decodeTableMetadata(damage(parseObject(SECOND_VERSION)));
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ code: 'bad-metadata' }));
  expect(run).toThrow(IcebergFormatError);
});

test('a snapshot that occurs twice is refused', () => {
  const metadata = {
    ...sampleTable(1),
    snapshots: [sampleSnapshot(1n, { 'sequence-number': 0n }), sampleSnapshot(1n, { 'sequence-number': 0n })],
  };
  expect(() => decodeTableMetadata(encodeTableMetadata(metadata))).toThrow(/two snapshots have the same id/);
});
