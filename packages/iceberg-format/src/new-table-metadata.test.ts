import {
  parseObject,
  SAMPLE_LOCATION,
  SAMPLE_NOW_MS,
  SAMPLE_SCHEMA,
  SAMPLE_UUID,
  sampleTable,
} from '../testing/sample-table.ts';
import { decodeSchema } from './decode-schema.ts';
import { buildNewTableMetadata, type NewTable } from './new-table-metadata.ts';
import { decodePartitionSpec } from './partition-spec.ts';
import { decodeSortOrder } from './sort-order.ts';

const NESTED = `{"type":"struct","schema-id":7,"identifier-field-ids":[10],"fields":[
  {"id":10,"name":"key","required":true,"type":"string"},
  {"id":20,"name":"tags","required":false,"type":{"type":"map","key-id":21,"key":"string","value-id":22,"value-required":false,
     "value":{"type":"list","element-id":23,"element-required":true,"element":"int"}}},
  {"id":30,"name":"place","required":false,"type":{"type":"struct","fields":[{"id":31,"name":"city","required":false,"type":"string"}]}},
  {"id":40,"name":"at","required":true,"type":"date"}]}`;

function build(members: Partial<NewTable> = {}) {
  return buildNewTableMetadata({
    tableUuid: SAMPLE_UUID,
    location: `${SAMPLE_LOCATION}/`,
    schema: decodeSchema(parseObject(NESTED)),
    properties: {},
    nowMs: SAMPLE_NOW_MS,
    ...members,
  });
}

test('fields are numbered anew, all of a struct before those within', () => {
  const metadata = build();
  const [schema] = metadata.schemas;
  expect(schema?.fields.map((field) => [field.id, field.name])).toEqual([
    [1, 'key'],
    [2, 'tags'],
    [3, 'place'],
    [4, 'at'],
  ]);
  expect(JSON.stringify(schema)).toContain('"key-id":5');
  expect(JSON.stringify(schema)).toContain('"value-id":6');
  expect(JSON.stringify(schema)).toContain('"element-id":7');
  expect(JSON.stringify(schema)).toContain('"id":8,"name":"city"');
  expect(schema?.['identifier-field-ids']).toEqual([1]);
  expect(schema?.['schema-id']).toBe(0);
  expect(metadata['last-column-id']).toBe(8);
  expect(metadata.location).toBe(SAMPLE_LOCATION);
});

test('partition fields count from 1000 and follow their columns, whatever ids the request has', () => {
  const metadata = build({
    partitionSpec: decodePartitionSpec(
      parseObject(`{"spec-id":5,"fields":[
        {"source-id":40,"field-id":4711,"name":"at_month","transform":"month"},
        {"source-id":31,"name":"city_bucket","transform":"bucket[ 16 ]"}]}`),
    ),
  });
  expect(metadata['partition-specs']).toEqual([
    {
      'spec-id': 0,
      fields: [
        { 'source-id': 4, 'field-id': 1000, name: 'at_month', transform: 'month' },
        { 'source-id': 8, 'field-id': 1001, name: 'city_bucket', transform: 'bucket[ 16 ]' },
      ],
    },
  ]);
  expect(metadata['last-partition-id']).toBe(1001);
  expect(build()['last-partition-id']).toBe(999);
});

test('an order with fields is 1, the unsorted one 0', () => {
  const writeOrder = decodeSortOrder(
    parseObject(
      `{"order-id":9,"fields":[{"source-id":10,"transform":"identity","direction":"DESC","null-order":"nulls-last"}]}`,
    ),
  );
  const metadata = build({ writeOrder });
  expect(metadata['default-sort-order-id']).toBe(1);
  expect(metadata['sort-orders']).toEqual([
    {
      'order-id': 1,
      fields: [{ 'source-id': 1, transform: 'identity', direction: 'desc', 'null-order': 'nulls-last' }],
    },
  ]);
  expect(build()['sort-orders']).toEqual([{ 'order-id': 0, fields: [] }]);
});

test('the format version is taken from the properties and not stored there', () => {
  expect(sampleTable(1)['format-version']).toBe(1);
  expect(sampleTable(3)['format-version']).toBe(3);
  expect(build()['format-version']).toBe(2);
  expect(sampleTable(1).properties).toEqual({ owner: 'tests' });
  expect(() => build({ properties: { 'format-version': '4' } })).toThrow(
    'Unsupported format version: v4 (supported: v3)',
  );
  expect(() => build({ properties: { 'format-version': 'two' } })).toThrow(/Unsupported format version: vtwo/);
});

function schemaOf(fields: string, more = ''): NewTable['schema'] {
  return decodeSchema(parseObject(`{"type":"struct","fields":[${fields}]${more}}`));
}

const KEY = '{"id":1,"name":"a","required":true,"type":"int"}';
const refusals: readonly [string, () => unknown, RegExp][] = [
  [
    'two fields of one id',
    () => build({ schema: schemaOf(`${KEY},{"id":1,"name":"b","required":true,"type":"int"}`) }),
    /fields a and b have the same id 1/,
  ],
  [
    'two fields of one name',
    () => build({ schema: schemaOf(`${KEY},{"id":2,"name":"a","required":true,"type":"int"}`) }),
    /two fields are called a/,
  ],
  [
    'a type of v3',
    () => build({ schema: schemaOf('{"id":1,"name":"a","required":true,"type":"timestamp_ns"}') }),
    /timestamp_ns is not supported until v3/,
  ],
  [
    'a default before v3',
    () => build({ schema: schemaOf('{"id":1,"name":"a","required":true,"type":"int","initial-default":1}') }),
    /initial default is not supported until v3/,
  ],
  [
    'an unknown type',
    () => schemaOf('{"id":1,"name":"a","required":true,"type":"decimal(39, 2)"}'),
    /unknown type "decimal\(39, 2\)"/,
  ],
  [
    'an optional identifier',
    () =>
      build({ schema: schemaOf('{"id":1,"name":"a","required":false,"type":"int"}', ',"identifier-field-ids":[1]') }),
    /identifier field a is optional/,
  ],
  [
    'an identifier of type double',
    () =>
      build({ schema: schemaOf('{"id":1,"name":"a","required":true,"type":"double"}', ',"identifier-field-ids":[1]') }),
    /identifier field a is double/,
  ],
  [
    'an identifier that is not there',
    () => build({ schema: schemaOf(KEY, ',"identifier-field-ids":[5]') }),
    /identifier field 5 does not exist/,
  ],
  [
    'a partition of no column',
    () => build({ partitionSpec: { fields: [{ 'source-id': 99, name: 'p', transform: 'identity' }] } }),
    /no field has source id 99/,
  ],
  [
    'an unknown transform',
    () => build({ partitionSpec: { fields: [{ 'source-id': 10, name: 'p', transform: 'zorder' }] } }),
    /unknown transform zorder/,
  ],
  [
    'a transform that does not fit',
    () => build({ partitionSpec: { fields: [{ 'source-id': 10, name: 'p', transform: 'day' }] } }),
    /day cannot be applied to key/,
  ],
  [
    'a partition within a list',
    () => build({ partitionSpec: { fields: [{ 'source-id': 23, name: 'p', transform: 'identity' }] } }),
    /is within a list or a map/,
  ],
  [
    'a partition named like a column',
    () => build({ partitionSpec: { fields: [{ 'source-id': 40, name: 'key', transform: 'day' }] } }),
    /key is also the name of a column/,
  ],
];

test.each(refusals)('%s is refused', (_name, run, message) => {
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ code: 'bad-request' }));
});

test('a nested schema has an end', () => {
  let type = '"int"';
  for (let depth = 0; depth < 150; depth += 1) {
    type = `{"type":"list","element-id":${depth},"element-required":true,"element":${type}}`;
  }
  expect(() => schemaOf(`{"id":999,"name":"a","required":true,"type":${type}}`)).toThrow(/types nest deeper than 100/);
});

test('the sample schema keeps its numbers', () => {
  expect(sampleTable().schemas[0]).toEqual(SAMPLE_SCHEMA);
});
