import fc from 'fast-check';
import { formatRecord } from './format-record.ts';
import { readJsonValues, selectJson } from './json-lines.ts';
import { scanJson } from './query-json.ts';
import type { QueryFilter } from './selected-record.ts';

/** All that a query over a text prints. */
function queryJson(text: string, selections: readonly string[], filter: QueryFilter): string {
  return [...scanJson(text, { selections, filter })]
    .map(({ selected }) => (selected === undefined ? '' : formatRecord(selected, { kind: 'seaweedfs' })))
    .join('');
}

const LINES = '{"score":3,"name":"ann"}\n{"score":12,"name":"bob \\"b\\""}\n{"score":1.80e1,"ok":true}\n';
const ALL = { field: 'score', operand: '', value: '' };

test('records are printed as their text, a missing part blank', () => {
  expect(queryJson(LINES, ['score'], { field: 'score', operand: '>', value: '10' })).toBe('{score:12}{score:1.80e1}');
  expect(queryJson(LINES, ['name', 'score'], { ...ALL, operand: '=', value: '12' })).toBe(
    '{name:"bob \\"b\\"",score:12}',
  );
  expect(queryJson(LINES, ['name', 'ok'], { field: 'ok', operand: '=', value: 'true' })).toBe('{name:,ok:true}');
  expect(queryJson(LINES, ['score'], { field: 'none', operand: '', value: '' })).toBe('');
  expect(queryJson('', ['a'], ALL)).toBe('');
});

test.each([
  ['name', '=', 'ann', '{score:3}'],
  ['name', '%', 'b*"', '{score:12}'],
  ['name', '!%', '?nn', '{score:12}'],
  ['name', '<', 'b', '{score:3}'],
  ['score', '!=', '12', '{score:3}{score:1.80e1}'],
  ['score', '<=', '12', '{score:3}{score:12}'],
  ['score', '>=', '18', '{score:1.80e1}'],
  ['ok', '>', 'false', '{score:1.80e1}'],
  ['ok', '<', 'true', ''],
  ['score', 'like', '3', ''],
])('%s %s %s', (field, operand, value, expected) => {
  expect(queryJson(LINES, ['score'], { field, operand, value })).toBe(expected);
});

test('paths go into objects and arrays', () => {
  const json = '{"a":{"b.c":[1,{"d":"}"},[]]},"e":null}';
  expect(selectJson(json, 'a.b\\.c.1.d')).toBe('"}"');
  expect(selectJson(json, 'a.b\\.c.#')).toBe('3');
  expect(selectJson(json, 'e')).toBe('null');
  expect([selectJson(json, 'a.x'), selectJson(json, 'e.x'), selectJson(json, 'a.b\\.c.9')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('every JSON value is found again by its path, and any text is read to its end', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((key) => !/[.\\]/.test(key)),
        fc.jsonValue(),
      ),
      (object) => {
        const json = JSON.stringify(object);
        for (const [key, value] of Object.entries(object)) expect(selectJson(json, key)).toBe(JSON.stringify(value));
      },
    ),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ a1-\n') }), (text) => {
      for (const value of readJsonValues(text)) selectJson(value, 'a.1');
    }),
    { numRuns: 500 },
  );
});
