import { AT, addSchema, apply, commit, ID, NAME, refusal, tableWithHistory } from '../../testing/sample-commits.ts';
import { sampleTable } from '../../testing/sample-table.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';

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
