import {
  AT,
  addSchema,
  addSnapshot,
  apply,
  commit,
  ID,
  NAME,
  NOW_MS,
  refusal,
  setMain,
  tableWithHistory,
} from '../../testing/sample-commits.ts';
import {
  ODD_ID,
  SAMPLE_LOCATION,
  SAMPLE_NOW_MS,
  SAMPLE_UUID,
  sampleSnapshot,
  sampleTable,
} from '../../testing/sample-table.ts';
import { writeTableMetadata } from '../encode-table-metadata.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { TableMetadata } from '../table-metadata.ts';
import { decodeTableUpdate, TABLE_UPDATE_ACTIONS } from '../table-update.ts';
import { findLandedCommit } from './landed-commit.ts';

const create: readonly JsonObject[] = [
  { action: 'assign-uuid', uuid: 'b0000000-0000-4000-8000-000000000000' },
  addSchema([ID, NAME, AT]),
  { action: 'set-current-schema', 'schema-id': -1 },
  { action: 'add-spec', spec: { 'spec-id': 0, fields: [] } },
  { action: 'set-default-spec', 'spec-id': -1 },
  { action: 'add-sort-order', 'sort-order': { 'order-id': 0, fields: [] } },
  { action: 'set-default-sort-order', 'sort-order-id': -1 },
  { action: 'set-location', location: 's3://warehouse/staged' },
  { action: 'set-properties', updates: { made: 'staged' } },
  addSnapshot(sampleSnapshot(ODD_ID, { 'sequence-number': 0n })),
  setMain(ODD_ID),
  { action: 'upgrade-format-version', 'format-version': 1 },
];

test('a staged table comes to life, format version first', () => {
  const { metadata } = commit(undefined, create, [{ type: 'assert-create' }]);
  expect(metadata['table-uuid']).toBe('b0000000-0000-4000-8000-000000000000');
  expect(metadata['format-version']).toBe(1);
  expect(metadata.location).toBe('s3://warehouse/staged');
  expect(metadata['current-snapshot-id']).toBe(ODD_ID);
  expect(metadata['metadata-log']).toEqual([]);
  expect(metadata['last-partition-id']).toBe(999);
});

test('assert-create stands alone and fails on a table that is there', () => {
  const both = [{ type: 'assert-create' }, { type: 'assert-current-schema-id', 'current-schema-id': 0 }];
  expect(() => commit(undefined, create, both)).toThrow(/assert-create must stand alone/);
  expect(() => commit(sampleTable(), create, [{ type: 'assert-create' }])).toThrow(
    'Requirement failed: table already exists',
  );
  expect(refusal(undefined)).toMatch(/A table needs a schema/);
});

test('the replaced file goes to the metadata log under its own time', () => {
  const table = apply(sampleTable(), { action: 'set-properties', updates: { a: '1' } });
  expect(table['metadata-log']).toEqual([
    { 'timestamp-ms': BigInt(SAMPLE_NOW_MS), 'metadata-file': `${SAMPLE_LOCATION}/metadata/00000-a.metadata.json` },
  ]);
  expect(table['last-updated-ms']).toBe(BigInt(NOW_MS));
});

test.each([
  ['3', 3],
  ['0', 1],
  ['-7', 1],
  ['many', 5],
])('the metadata log keeps %s files', (max, kept) => {
  let table = apply(sampleTable(), {
    action: 'set-properties',
    updates: { 'write.metadata.previous-versions-max': max },
  });
  for (const round of ['1', '2', '3', '4']) table = apply(table, { action: 'set-properties', updates: { round } });
  expect(table['metadata-log']).toHaveLength(kept);
});

test('trimmed files are named for deletion only where the table wants it', () => {
  const limit = { 'write.metadata.previous-versions-max': '1' };
  const table = apply(apply(sampleTable(), { action: 'set-properties', updates: limit }), {
    action: 'set-properties',
    updates: { a: '1' },
  });
  expect(commit(table, [{ action: 'set-properties', updates: { a: '2' } }]).deletableFiles).toEqual([]);
  const wished = { 'write.metadata.delete-after-commit.enabled': 'true' };
  expect(commit(table, [{ action: 'set-properties', updates: wished }]).deletableFiles).toHaveLength(1);
});

test('the base is never changed in place', () => {
  const base = tableWithHistory();
  const before = writeTableMetadata(base).toString();
  apply(
    base,
    addSchema([ID, AT]),
    { action: 'remove-snapshots', 'snapshot-ids': [1n, 3n] },
    { action: 'set-properties', updates: { z: '1' } },
  );
  expect(refusal(base, { action: 'set-properties', updates: { y: '1' } }, setMain(99n))).toMatch(/unknown snapshot/);
  expect(writeTableMetadata(base).toString()).toBe(before);
});

test('a commit whose answer was lost is found in the history', () => {
  const table = tableWithHistory();
  const update = (id: bigint, list?: string) =>
    decodeTableUpdate(addSnapshot(sampleSnapshot(id, list === undefined ? {} : { 'manifest-list': list })));
  expect(findLandedCommit(table, [update(2n)])).toBe('landed');
  expect(findLandedCommit(table, [update(2n), update(9n)])).toBe('unknown');
  expect(findLandedCommit(table, [update(2n, 's3://other')])).toBe('clash');
  expect(findLandedCommit(table, [decodeTableUpdate({ action: 'set-location', location: 'x' })])).toBe('unknown');
});

const FILE = { 'snapshot-id': 1, 'statistics-path': 's3://b/s', 'file-size-in-bytes': 1 };
const STATISTICS = { ...FILE, 'file-footer-size-in-bytes': 1, 'blob-metadata': [] };
const KEY = { 'key-id': 'k', 'encrypted-key-metadata': 'aGk=' };
const SORTED = { fields: [{ 'source-id': 1, transform: 'identity', direction: 'asc', 'null-order': 'nulls-last' }] };

/** A table with something of everything, so that each update finds what it removes. */
function fullTable(): TableMetadata {
  return apply(
    tableWithHistory(3),
    { action: 'set-statistics', statistics: STATISTICS },
    { action: 'set-partition-statistics', 'partition-statistics': FILE },
    { action: 'add-encryption-key', 'encryption-key': KEY },
    addSchema([ID, NAME, AT, { id: 4, name: 'extra', required: false, type: 'int' }]),
    { action: 'add-spec', spec: { fields: [] } },
    { action: 'add-sort-order', 'sort-order': SORTED },
  );
}

/** For each update: what it says beside its action, and the members of the table that it changes. */
const EFFECTS: Readonly<Record<string, readonly [update: JsonObject, changed: readonly string[]]>> = {
  'assign-uuid': [{ uuid: SAMPLE_UUID }, []],
  'upgrade-format-version': [{ 'format-version': 3 }, []],
  'add-schema': [{ schema: { type: 'struct', fields: [ID] } }, ['schemas']],
  'set-current-schema': [{ 'schema-id': 1 }, ['current-schema-id']],
  'add-spec': [
    { spec: { fields: [{ 'source-id': 1, name: 'p', transform: 'bucket[2]' }] } },
    ['last-partition-id', 'partition-specs'],
  ],
  'set-default-spec': [{ 'spec-id': 1 }, ['default-spec-id']],
  'add-sort-order': [{ 'sort-order': { fields: [{ ...SORTED.fields[0], direction: 'desc' }] } }, ['sort-orders']],
  'set-default-sort-order': [{ 'sort-order-id': 1 }, ['default-sort-order-id']],
  'add-snapshot': [
    { snapshot: sampleSnapshot(9n, { 'sequence-number': 9n, 'first-row-id': 50n, 'added-rows': 1n }) },
    ['last-sequence-number', 'next-row-id', 'snapshots'],
  ],
  'set-snapshot-ref': [
    { 'ref-name': 'main', type: 'branch', 'snapshot-id': 1 },
    ['current-snapshot-id', 'refs', 'snapshot-log'],
  ],
  'remove-snapshots': [{ 'snapshot-ids': [1] }, ['partition-statistics', 'snapshot-log', 'snapshots', 'statistics']],
  'remove-snapshot-ref': [{ 'ref-name': 'main' }, ['current-snapshot-id', 'refs']],
  'set-location': [{ location: 's3://warehouse/new' }, ['location']],
  'set-properties': [{ updates: { a: 'b' } }, ['properties']],
  'remove-properties': [{ removals: ['owner'] }, ['properties']],
  'set-statistics': [{ statistics: { ...STATISTICS, 'statistics-path': 's3://b/new' } }, ['statistics']],
  'remove-statistics': [{ 'snapshot-id': 1 }, ['statistics']],
  'set-partition-statistics': [
    { 'partition-statistics': { ...FILE, 'statistics-path': 's3://b/new' } },
    ['partition-statistics'],
  ],
  'remove-partition-statistics': [{ 'snapshot-id': 1 }, ['partition-statistics']],
  'remove-partition-specs': [{ 'spec-ids': [1] }, ['partition-specs']],
  'remove-schemas': [{ 'schema-ids': [1] }, ['schemas']],
  'add-encryption-key': [{ 'encryption-key': { ...KEY, 'key-id': 'other' } }, ['encryption-keys']],
  'remove-encryption-key': [{ 'key-id': 'k' }, ['encryption-keys']],
};

test('there are 23 updates, all of them below', () => {
  expect(TABLE_UPDATE_ACTIONS).toHaveLength(23);
  expect(Object.keys(EFFECTS).sort()).toEqual([...TABLE_UPDATE_ACTIONS].sort());
});

test.each(Object.entries(EFFECTS))('%s changes what it names and nothing else', (action, [update, changed]) => {
  const before = fullTable();
  const { metadata: after, isChanged } = commit(before, [{ action, ...update }], [], NOW_MS + 1);
  expect(isChanged).toBe(changed.length > 0);
  const always = isChanged ? ['last-updated-ms', 'metadata-log'] : [];
  const different = Object.entries(after).filter(([name, value]) => value !== Reflect.get(before, name));
  expect(different.map(([name]) => name).sort()).toEqual([...changed, ...always].sort());
});
