import {
  addSnapshot,
  apply,
  commit,
  NOW_MS,
  refusal,
  setMain,
  tableWithHistory,
} from '../../testing/sample-commits.ts';
import { LARGEST_ID, ODD_ID, SAMPLE_NOW_MS, sampleSnapshot, sampleTable } from '../../testing/sample-table.ts';
import { writeTableMetadata } from '../encode-table-metadata.ts';
import type { JsonObject } from '../json/json-value.ts';

test('ids beyond 2^53 are kept through commit, file and history', () => {
  const table = apply(sampleTable(), addSnapshot(sampleSnapshot(ODD_ID)), setMain(ODD_ID));
  const next = sampleSnapshot(LARGEST_ID, { 'parent-snapshot-id': ODD_ID, 'sequence-number': 2n });
  const later = apply(table, addSnapshot(next), setMain(LARGEST_ID));
  expect(later['current-snapshot-id']).toBe(LARGEST_ID);
  expect(later['last-sequence-number']).toBe(2n);
  expect(later['snapshot-log'].map((entry) => entry['snapshot-id'])).toEqual([ODD_ID, LARGEST_ID]);
  expect(writeTableMetadata(later).toString()).toContain('"parent-snapshot-id":9007199254740993');
});

test('a snapshot built on a passed state must be built again; without parent it may come late', () => {
  const stale = sampleSnapshot(9n, { 'sequence-number': 3n, 'parent-snapshot-id': 2n });
  expect(refusal(tableWithHistory(), addSnapshot(stale))).toBe(
    'rebuild-required: Cannot add snapshot with sequence number 3 older than last sequence number 3',
  );
  const { 'parent-snapshot-id': _parent, ...orphan } = stale;
  expect(apply(tableWithHistory(), addSnapshot({ ...orphan, 'sequence-number': 1n }))['last-sequence-number']).toBe(3n);
});

test('refusals', () => {
  const table = tableWithHistory();
  expect(refusal(table, addSnapshot(sampleSnapshot(3n, { 'sequence-number': 4n })))).toMatch(
    /already exists for id: 3/,
  );
  const { 'manifest-list': _list, ...bare } = sampleSnapshot(9n, { 'sequence-number': 4n });
  expect(refusal(table, addSnapshot(bare))).toMatch(/manifest-list is missing/);
  expect(refusal(table, addSnapshot(sampleSnapshot(9n, { 'sequence-number': 4n, 'schema-id': 8 })))).toMatch(
    /schema 8 does not exist/,
  );
  expect(refusal(sampleTable(1), addSnapshot(sampleSnapshot(9n)))).toMatch(/sequence number 1 in a v1 table/);
  expect(refusal(table, setMain(77n))).toMatch(/Cannot set main to unknown snapshot: 77/);
  expect(refusal(table, { ...setMain(1n), type: 'tag' })).toMatch(/Cannot set main to a tag/);
  expect(refusal(table, { ...setMain(1n), 'max-ref-age-ms': 5 })).toMatch(/main cannot have max-ref-age-ms/);
  const tag = { ...setMain(1n), 'ref-name': 't', type: 'tag' };
  expect(refusal(table, { ...tag, 'min-snapshots-to-keep': 5 })).toMatch(/a tag cannot have min-snapshots-to-keep/);
  expect(refusal(table, { ...tag, 'max-ref-age-ms': 0 })).toMatch(/max-ref-age-ms must be positive/);
  expect(refusal(undefined, addSnapshot(sampleSnapshot(1n)))).toMatch(/before a schema is added/);
});

test('the log has the own time of a snapshot just added and the present for a rollback', () => {
  const table = apply(tableWithHistory(), setMain(1n));
  expect(
    table['snapshot-log'].map((entry) => [entry['snapshot-id'], Number(entry['timestamp-ms']) - SAMPLE_NOW_MS]),
  ).toEqual([
    [1n, 100],
    [2n, 200],
    [3n, 300],
    [1n, 5_000],
  ]);
  expect(commit(table, [setMain(1n)]).isChanged).toBe(false);
});

test('times never run backwards further than readers accept', () => {
  const early = sampleSnapshot(4n, { 'sequence-number': 4n, 'timestamp-ms': BigInt(SAMPLE_NOW_MS - 3_600_000) });
  const table = apply(tableWithHistory(), addSnapshot(early), setMain(4n));
  expect(table['snapshot-log'].at(-1)?.['timestamp-ms']).toBe(BigInt(SAMPLE_NOW_MS + 300));
  const ahead = sampleSnapshot(5n, { 'sequence-number': 5n, 'timestamp-ms': BigInt(NOW_MS + 600_000) });
  const later = apply(table, addSnapshot(ahead), setMain(5n));
  expect(later['last-updated-ms']).toBe(BigInt(NOW_MS + 600_000));
  const after = commit(later, [{ action: 'set-properties', updates: { a: 'b' } }], [], NOW_MS).metadata;
  expect(after['last-updated-ms']).toBe(BigInt(NOW_MS + 600_000));
});

test('snapshots that were current only within the commit leave no entry', () => {
  const table = apply(
    sampleTable(),
    addSnapshot(sampleSnapshot(1n)),
    setMain(1n),
    addSnapshot(sampleSnapshot(2n, { 'sequence-number': 2n, 'parent-snapshot-id': 1n })),
    setMain(2n),
  );
  expect(table['snapshot-log'].map((entry) => entry['snapshot-id'])).toEqual([2n]);
  expect(table.snapshots).toHaveLength(2);
});

test('removing a snapshot drops its refs and statistics and cuts the log before the gap', () => {
  const file = { 'snapshot-id': 2n, 'statistics-path': 's3://b/s', 'file-size-in-bytes': 10 };
  const statistics = { ...file, 'file-footer-size-in-bytes': 4, 'blob-metadata': [] };
  const table = apply(
    tableWithHistory(),
    { action: 'set-snapshot-ref', 'ref-name': 'old', type: 'tag', 'snapshot-id': 2n, 'max-ref-age-ms': 1_000 },
    { action: 'set-statistics', 'snapshot-id': 2n, statistics },
    { action: 'set-partition-statistics', 'partition-statistics': file },
  );
  expect(table.statistics).toHaveLength(1);
  const expired = apply(table, { action: 'remove-snapshots', 'snapshot-ids': [2n, 55n] });
  expect(expired.snapshots.map((snapshot) => snapshot['snapshot-id'])).toEqual([1n, 3n]);
  expect(Object.keys(expired.refs)).toEqual(['main']);
  expect([expired.statistics, expired['partition-statistics']]).toEqual([[], []]);
  expect(expired['snapshot-log'].map((entry) => entry['snapshot-id'])).toEqual([3n]);
  const emptied = apply(expired, { action: 'remove-snapshots', 'snapshot-ids': [1n, 3n] });
  expect(emptied['current-snapshot-id']).toBeNull();
  expect(emptied['snapshot-log']).toEqual([]);
  expect(commit(emptied, [{ action: 'remove-snapshots', 'snapshot-ids': [1n] }]).isChanged).toBe(false);
});

test('removing main leaves no current snapshot; removing what is not there changes nothing', () => {
  const table = apply(tableWithHistory(), { action: 'remove-snapshot-ref', 'ref-name': 'main' });
  expect(table['current-snapshot-id']).toBeNull();
  expect(table.snapshots).toHaveLength(3);
  expect(commit(table, [{ action: 'remove-snapshot-ref', 'ref-name': 'toString' }]).isChanged).toBe(false);
});

test('row lineage of v3', () => {
  const rows = (id: bigint, first: number, added: number): JsonObject =>
    addSnapshot(
      sampleSnapshot(id, { 'sequence-number': id, 'first-row-id': BigInt(first), 'added-rows': BigInt(added) }),
    );
  const table = apply(sampleTable(3), rows(1n, 0, 10), rows(2n, 15, 5));
  expect(table['next-row-id']).toBe(20n);
  expect(refusal(table, rows(3n, 19, 1))).toBe(
    'rebuild-required: Cannot add a snapshot, first-row-id is behind table next-row-id: 19 < 20',
  );
  expect(refusal(table, addSnapshot(sampleSnapshot(3n, { 'sequence-number': 3n })))).toMatch(/first-row-id is null/);
});
