import { apply, commit, refusal, tableWithHistory } from '../../testing/sample-commits.ts';
import { SAMPLE_UUID, sampleTable } from '../../testing/sample-table.ts';
import { writeTableMetadata } from '../encode-table-metadata.ts';
import type { JsonObject } from '../json/json-value.ts';

test('one statistics file per snapshot; unknown members stay', () => {
  const stats = (path: string): JsonObject => ({
    action: 'set-statistics',
    statistics: {
      'snapshot-id': 1,
      'statistics-path': path,
      'file-size-in-bytes': 1,
      'file-footer-size-in-bytes': 1,
      'blob-metadata': [],
      'x-a': 1,
    },
  });
  const table = apply(tableWithHistory(), stats('s3://b/1'), stats('s3://b/2'));
  expect(table.statistics.map((file) => file['statistics-path'])).toEqual(['s3://b/2']);
  expect(writeTableMetadata(table).toString()).toContain('"x-a":1');
  expect(apply(table, { action: 'remove-statistics', 'snapshot-id': 1 }).statistics).toEqual([]);
  const wrong = { ...stats('s3://b/1'), 'snapshot-id': 2 };
  expect(refusal(table, wrong)).toMatch(/snapshot-id differs from that of the statistics/);
  const partition = {
    action: 'set-partition-statistics',
    'partition-statistics': { 'snapshot-id': 1, 'statistics-path': 'p', 'file-size-in-bytes': 1 },
  };
  const partitioned = apply(table, partition);
  expect(
    apply(partitioned, { action: 'remove-partition-statistics', 'snapshot-id': 1 })['partition-statistics'],
  ).toEqual([]);
});

test('an encryption key is given once', () => {
  const add = { action: 'add-encryption-key', 'encryption-key': { 'key-id': 'k', 'encrypted-key-metadata': 'aGk=' } };
  const table = apply(sampleTable(3), add);
  expect(commit(table, [add]).isChanged).toBe(false);
  expect(apply(table, { action: 'remove-encryption-key', 'key-id': 'k' })['encryption-keys']).toEqual([]);
  expect(refusal(sampleTable(2), add)).toMatch(/not supported until v3/);
});

test('properties; format-version among them is an upgrade', () => {
  const table = apply(sampleTable(1), {
    action: 'set-properties',
    updates: { a: 'b', 'format-version': '2', __proto__x: 'y' },
  });
  expect(table['format-version']).toBe(2);
  expect(table.properties).toEqual({ owner: 'tests', a: 'b', __proto__x: 'y' });
  expect(commit(table, [{ action: 'set-properties', updates: { a: 'b' } }]).isChanged).toBe(false);
  expect(apply(table, { action: 'remove-properties', removals: ['a', 'toString'] }).properties).not.toHaveProperty('a');
  expect(apply(table, { action: 'set-properties', updated: { old: 'spelling' } }).properties.old).toBe('spelling');
});

test('the format version only rises', () => {
  expect(apply(sampleTable(2), { action: 'upgrade-format-version', 'format-version': 3 })['next-row-id']).toBe(0n);
  expect(refusal(sampleTable(2), { action: 'upgrade-format-version', 'format-version': 1 })).toMatch(
    /Cannot downgrade v2 table to v1/,
  );
  expect(refusal(sampleTable(2), { action: 'upgrade-format-version', 'format-version': 4 })).toMatch(
    /unsupported format version: v4/,
  );
});

test('the uuid stays, the location moves', () => {
  expect(commit(sampleTable(), [{ action: 'assign-uuid', uuid: SAMPLE_UUID }]).isChanged).toBe(false);
  expect(refusal(sampleTable(), { action: 'assign-uuid', uuid: 'other' })).toMatch(/Cannot reassign uuid/);
  expect(apply(sampleTable(), { action: 'set-location', location: 's3://warehouse/b/' }).location).toBe(
    's3://warehouse/b',
  );
  expect(refusal(sampleTable(), { action: 'set-location', location: '/' })).toMatch(/Cannot set location to an empty/);
});

test.each([{ action: 'set-the-table-on-fire' }, { action: 'add-view-version' }, {}, { action: 'set-location' }])(
  '%j is no update',
  (update) => {
    expect(refusal(sampleTable(), update)).toMatch(/^bad-request: /);
  },
);
