import { apply, commit, refusal } from '../../testing/sample-commits.ts';
import { sampleTable } from '../../testing/sample-table.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';

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
