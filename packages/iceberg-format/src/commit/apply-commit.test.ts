import {
  LARGEST_ID,
  ODD_ID,
  parseObject,
  SAMPLE_LOCATION,
  SAMPLE_NOW_MS,
  SAMPLE_UUID,
  sampleSnapshot,
  sampleTable,
} from '../../testing/sample-table.ts';
import { decodeTableMetadata } from '../decode-table-metadata.ts';
import { writeTableMetadata } from '../encode-table-metadata.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { writeJson } from '../json/write-json.ts';
import type { Snapshot } from '../snapshot.ts';
import type { TableMetadata } from '../table-metadata.ts';
import { decodeTableRequirement } from '../table-requirement.ts';
import { decodeTableUpdate, TABLE_UPDATE_ACTIONS } from '../table-update.ts';
import { type AppliedCommit, applyCommit } from './apply-commit.ts';
import { findLandedCommit } from './landed-commit.ts';

const NOW_MS = SAMPLE_NOW_MS + 5_000;
const covered = new Set<string>();

/** Applies updates as they come over the wire: through text and back. */
function commit(
  base: TableMetadata | undefined,
  updates: readonly JsonObject[],
  requirements: JsonObject[] = [],
  nowMs = NOW_MS,
): AppliedCommit {
  const applied = applyCommit({
    base,
    ...(base === undefined ? {} : { baseLocation: `${SAMPLE_LOCATION}/metadata/00000-a.metadata.json` }),
    requirements: requirements.map(decodeTableRequirement),
    updates: updates.map((update) => {
      covered.add(String(update.action));
      return decodeTableUpdate(parseObject(writeJson(update)));
    }),
    nowMs,
    newTable: { tableUuid: SAMPLE_UUID, location: SAMPLE_LOCATION },
  });
  // Whatever a commit makes must read back as itself.
  expect(decodeTableMetadata(parseJson(writeTableMetadata(applied.metadata).toString()))).toEqual(applied.metadata);
  return applied;
}

function apply(base: TableMetadata, ...updates: readonly JsonObject[]): TableMetadata {
  return commit(base, updates).metadata;
}

function refusal(base: TableMetadata | undefined, ...updates: readonly JsonObject[]): string {
  try {
    commit(base, updates);
    return 'nothing thrown';
  } catch (error) {
    return error instanceof Error ? `${Reflect.get(error, 'code')}: ${error.message}` : String(error);
  }
}

function addSnapshot(snapshot: Snapshot): JsonObject {
  return { action: 'add-snapshot', snapshot };
}

function setMain(snapshotId: bigint): JsonObject {
  return { action: 'set-snapshot-ref', 'ref-name': 'main', type: 'branch', 'snapshot-id': snapshotId };
}

function addSchema(fields: JsonValue, more: JsonObject = {}): JsonObject {
  return { action: 'add-schema', schema: { type: 'struct', fields, ...more } };
}

const ID = { id: 1, name: 'id', required: true, type: 'long' };
const NAME = { id: 2, name: 'name', required: false, type: 'string', doc: 'what it is called' };
const AT = { id: 3, name: 'at', required: false, type: 'timestamptz' };

/** A table whose main has had the snapshots 1, 2 and 3. */
function tableWithHistory(): TableMetadata {
  let table = sampleTable();
  for (const id of [1n, 2n, 3n]) {
    const snapshot = sampleSnapshot(id, {
      'sequence-number': id,
      'timestamp-ms': BigInt(SAMPLE_NOW_MS) + id * 100n,
      ...(id === 1n ? {} : { 'parent-snapshot-id': id - 1n }),
    });
    table = apply(table, addSnapshot(snapshot), setMain(id));
  }
  return table;
}

describe('schemas', () => {
  test('a new schema gets the next id, -1 sets it, the last column id rises', () => {
    const color = { id: 4, name: 'color', required: false, type: 'string' };
    const table = apply(sampleTable(), addSchema([ID, NAME, AT, color]), {
      action: 'set-current-schema',
      'schema-id': -1,
    });
    expect(table['current-schema-id']).toBe(1);
    expect(table.schemas.map((schema) => schema['schema-id'])).toEqual([0, 1]);
    expect(table['last-column-id']).toBe(4);
  });

  test('an equal schema keeps its old id, also for -1; key order and schema id do not matter', () => {
    const again = addSchema([{ type: 'long', required: true, name: 'id', id: 1 }, NAME, AT], {
      'schema-id': 17,
      'identifier-field-ids': [1],
    });
    const { metadata, isChanged } = commit(sampleTable(), [again, { action: 'set-current-schema', 'schema-id': -1 }]);
    expect(metadata.schemas).toHaveLength(1);
    expect(isChanged).toBe(false);
  });

  test('a dropped column does not lower the last column id', () => {
    const table = apply(sampleTable(), addSchema([ID, AT]), { action: 'set-current-schema', 'schema-id': 1 });
    expect(table['last-column-id']).toBe(3);
  });

  test('refusals', () => {
    const table = sampleTable();
    expect(refusal(table, { action: 'set-current-schema', 'schema-id': -1 })).toBe(
      'bad-request: Cannot use the last added schema: none was added in this request',
    );
    expect(refusal(table, { action: 'set-current-schema', 'schema-id': 5 })).toMatch(/unknown schema: 5/);
    expect(refusal(table, { ...addSchema([ID]), 'last-column-id': 2 })).toBe(
      'bad-request: Invalid last column ID: 2 < 3 (previous last column ID)',
    );
    expect(refusal(table, addSchema([ID, { ...NAME, type: 'variant' }]))).toMatch(/variant is not supported until v3/);
    expect(refusal(table, addSchema([ID, NAME]), { action: 'set-current-schema', 'schema-id': -1 })).toMatch(
      /Invalid partition spec: at_day: no column has the id 3/,
    );
    expect(refusal(table, { action: 'remove-schemas', 'schema-ids': [0] })).toMatch(/Cannot remove the current schema/);
  });

  test('a column type changes only as far as its rows still read', () => {
    const setLast = { action: 'set-current-schema', 'schema-id': -1 };
    const change = (type: JsonValue): readonly JsonObject[] => [addSchema([ID, { ...NAME, type }, AT]), setLast];
    expect(refusal(tableWithHistory(), ...change('int'))).toMatch(/name cannot change from string to int/);
    expect(refusal(tableWithHistory(), ...change({ type: 'struct', fields: [] }))).toMatch(/from string to struct/);
    expect(refusal(sampleTable(), ...change('int'))).toBe('nothing thrown');
    const replace = [{ action: 'remove-snapshot-ref', 'ref-name': 'main' }, ...change('int')];
    expect(refusal(tableWithHistory(), ...replace)).toBe('nothing thrown');

    const promote = (from: string, to: string): string => {
      const typed = (type: string): readonly JsonObject[] => [
        addSchema([ID, NAME, AT, { id: 4, name: 'n', required: false, type }]),
        setLast,
      ];
      return refusal(apply(tableWithHistory(), ...typed(from)), ...typed(to));
    };
    expect(promote('int', 'long')).toBe('nothing thrown');
    expect(promote('float', 'double')).toBe('nothing thrown');
    expect(promote('decimal(9,2)', 'decimal(12, 2)')).toBe('nothing thrown');
    expect(promote('long', 'int')).toMatch(/n cannot change/);
    expect(promote('decimal(9,2)', 'decimal(9,3)')).toMatch(/n cannot change/);
    expect(promote('date', 'timestamp')).toMatch(/n cannot change/);
  });

  test('an old schema can be removed', () => {
    const evolved = apply(sampleTable(), addSchema([ID, AT]), { action: 'set-current-schema', 'schema-id': -1 });
    expect(
      apply(evolved, { action: 'remove-schemas', 'schema-ids': [0, 9] }).schemas.map((schema) => schema['schema-id']),
    ).toEqual([1]);
  });
});

describe('partition specs and sort orders', () => {
  const byName = { name: 'name_bucket', 'source-id': 2, transform: 'bucket[8]' };
  const byDay = { name: 'at_day', 'source-id': 3, transform: 'day' };

  test('new fields get ids never used, equal fields keep theirs', () => {
    const table = apply(
      sampleTable(),
      { action: 'add-spec', spec: { fields: [byName, byDay] } },
      { action: 'set-default-spec', 'spec-id': -1 },
    );
    expect(table['partition-specs'][1]).toEqual({
      'spec-id': 1,
      fields: [
        { ...byName, 'field-id': 1001 },
        { ...byDay, 'field-id': 1000 },
      ],
    });
    expect(table['default-spec-id']).toBe(1);
    expect(table['last-partition-id']).toBe(1001);
    const dropped = apply(
      table,
      { action: 'set-default-spec', 'spec-id': 0 },
      { action: 'remove-partition-specs', 'spec-ids': [1] },
    );
    expect(dropped['partition-specs']).toHaveLength(1);
    expect(dropped['last-partition-id']).toBe(1001);
  });

  test('an equal spec keeps its old id, also for -1', () => {
    const spec = { 'spec-id': 3, fields: [{ ...byDay, transform: 'DAY', 'field-id': 1005 }] };
    const { metadata, isChanged } = commit(sampleTable(), [
      { action: 'add-spec', spec },
      { action: 'set-default-spec', 'spec-id': -1 },
    ]);
    expect(isChanged).toBe(false);
    expect(metadata['default-spec-id']).toBe(0);
  });

  test('v1 wants ids counted from 1000 in each spec', () => {
    const bad = { action: 'add-spec', spec: { fields: [{ ...byName, 'field-id': 1001 }] } };
    expect(refusal(sampleTable(1), bad)).toMatch(/field ids must count from 1000 in v1, name_bucket has 1001/);
    const table = apply(sampleTable(1), { action: 'add-spec', spec: { fields: [byName] } });
    expect(table['partition-specs'][1]?.fields[0]?.['field-id']).toBe(1000);
  });

  test('refusals', () => {
    const table = sampleTable();
    const add = (...fields: JsonValue[]): JsonObject => ({ action: 'add-spec', spec: { fields } });
    expect(refusal(table, add({ ...byName, 'field-id': 1000 }))).toMatch(
      /field id 1000 of name_bucket belongs to another/,
    );
    expect(refusal(table, add(byName, { ...byName, transform: 'identity' }))).toMatch(
      /two fields are called name_bucket/,
    );
    expect(refusal(table, add({ ...byName, 'source-id': 9 }))).toMatch(/no column has the id 9/);
    expect(refusal(table, add({ ...byName, transform: 'hour' }))).toMatch(/hour cannot be applied to name/);
    expect(refusal(table, { action: 'set-default-spec', 'spec-id': -1 })).toMatch(/none was added in this request/);
    expect(refusal(table, { action: 'set-default-spec', 'spec-id': 4 })).toMatch(/unknown spec: 4/);
    expect(refusal(table, { action: 'remove-partition-specs', 'spec-ids': [0] })).toMatch(/Cannot remove the default/);
  });

  test('orders count from 1, the unsorted one is 0, an equal one keeps its id', () => {
    const fields = [{ 'source-id': 1, transform: 'identity', direction: 'asc', 'null-order': 'nulls-first' }];
    const add = { action: 'add-sort-order', 'sort-order': { 'order-id': 7, fields } };
    const setLast = { action: 'set-default-sort-order', 'sort-order-id': -1 };
    const sorted = apply(sampleTable(), add, setLast);
    expect(sorted['default-sort-order-id']).toBe(1);
    expect(commit(sorted, [add, setLast]).isChanged).toBe(false);
    const unsorted = apply(sorted, { action: 'add-sort-order', 'sort-order': { 'order-id': 3, fields: [] } }, setLast);
    expect(unsorted['default-sort-order-id']).toBe(0);
    expect(unsorted['sort-orders']).toHaveLength(2);
    expect(refusal(sorted, { action: 'set-default-sort-order', 'sort-order-id': 4 })).toMatch(/unknown order: 4/);
    const wrong = { fields: [{ ...fields[0], 'source-id': 12 }] };
    expect(refusal(sorted, { action: 'add-sort-order', 'sort-order': wrong })).toMatch(/no column has the id 12/);
  });
});

describe('snapshots and refs', () => {
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
    expect(apply(tableWithHistory(), addSnapshot({ ...orphan, 'sequence-number': 1n }))['last-sequence-number']).toBe(
      3n,
    );
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
});

describe('statistics, keys, properties, identity', () => {
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
    expect(apply(table, { action: 'remove-properties', removals: ['a', 'toString'] }).properties).not.toHaveProperty(
      'a',
    );
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
    expect(refusal(sampleTable(), { action: 'set-location', location: '/' })).toMatch(
      /Cannot set location to an empty/,
    );
  });

  test.each([{ action: 'set-the-table-on-fire' }, { action: 'add-view-version' }, {}, { action: 'set-location' }])(
    '%j is no update',
    (update) => {
      expect(refusal(sampleTable(), update)).toMatch(/^bad-request: /);
    },
  );
});

describe('the commit as a whole', () => {
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
});

test('all 23 updates were applied above', () => {
  expect(TABLE_UPDATE_ACTIONS).toHaveLength(23);
  expect(TABLE_UPDATE_ACTIONS.filter((action) => !covered.has(action))).toEqual([]);
});
