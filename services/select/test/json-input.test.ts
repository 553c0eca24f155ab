/** The JSON rules of select.md sections 1 and 2: rows, paths, names, numbers. */
import { anything, array, constantFrom, integer, json, property, assert as verify } from 'fast-check';
import { failureOf, type QueryInput, rowsOf, runQuery } from './support/run-query.ts';

const rules =
  '{"Rules":[{"id":"1"},{"expr":"y > x"},{"id":"2","expr":"z = DEBUG"}]}{"created":"June 27","modified":"July 6"}';

describe.each(['LINES', 'DOCUMENT'] as const)('%s', (type) => {
  const rows = (sql: string, data: string): string[] => rowsOf({ sql, data, json: type, chunks: [5] });

  test.each([
    ['SELECT id FROM S3Object[*].Rules[*].id', ['{"id":"1"}', '{}', '{"id":"2"}', '{}']],
    ['SELECT id FROM S3Object[*].rules[*]', ['{"id":"1"}', '{}', '{"id":"2"}', '{}']],
    ['SELECT r.expr FROM S3Object[*].Rules[*] r WHERE r.id IS NOT MISSING', ['{}', '{"expr":"z = DEBUG"}']],
    ['SELECT * FROM S3Object[*].Rules[1]', ['{"expr":"y > x"}', '{}']],
    ['SELECT * FROM S3Object[*].Rules[*].id', ['{"id":"1"}', '{}', '{"id":"2"}', '{}']],
    ["SELECT * FROM S3Object[*]['created']", ['{}', '{"created":"June 27"}']],
    ['SELECT s.created FROM S3Object s', ['{}', '{"created":"June 27"}']],
    ['SELECT COUNT(*) FROM S3Object[*].*', ['{"_1":3}']],
    ['SELECT s.Rules[0].id AS head FROM S3Object[*] s LIMIT 1', ['{"head":"1"}']],
  ])('%s', (sql, expected) => {
    expect(rows(sql, rules)).toEqual(expected);
  });

  test('a top-level array is one row, [*][*] its items', () => {
    expect(rows('SELECT * FROM S3Object', '[{"a":1},{"a":2}]')).toEqual(['{"_1":[{"a":1},{"a":2}]}']);
    expect(rows('SELECT s.a FROM S3Object[*][*] s', '[{"a":1},{"a":2}]')).toEqual(['{"a":1}', '{"a":2}']);
  });

  test('rows that are no objects are called by the last name of the path', () => {
    expect(rows('SELECT * FROM S3Object', '1 "two" true null [3]')).toEqual([
      '{"_1":1}',
      '{"_1":"two"}',
      '{"_1":true}',
      '{"_1":null}',
      '{"_1":[3]}',
    ]);
    expect(rows('SELECT tags FROM S3Object[*].tags', '{"tags":["a"]}')).toEqual(['{"tags":["a"]}']);
  });
});

test('a document much larger than a row is streamed along its path', () => {
  const filler = `"filler":[${'{"deep":["x",[1,2,{"y":"]}"}]]},'.repeat(60_000)}0]`;
  const items = Array.from({ length: 2000 }, (_, id) => `{"id":${id},"text":"some \\"text\\" here"}`).join(', ');
  const data = `{ ${filler}, "items": [${items}], ${filler.replace('filler', 'rest')} }`;
  expect(data.length).toBeGreaterThan(3 * 1024 * 1024);
  const sql = 'SELECT COUNT(*), SUM(i.id), MAX(i.text) FROM S3Object[*].items[*] i';
  expect(rowsOf({ sql, data, json: 'DOCUMENT', chunks: [256 * 1024] })).toEqual([
    '{"_1":2000,"_2":1999000,"_3":"some \\"text\\" here"}',
  ]);
});

test('integers are exact to 64 bits, other numbers to 38 digits, exponents are spelled out', () => {
  const data =
    '{"a":9007199254740993,"b":0.10000000000000000001,"c":1.5e3,"d":-9223372036854775808,"e":18446744073709551616,"f":1E-2}';
  const expected =
    '{"a":9007199254740993,"b":0.10000000000000000001,"c":1500,"d":-9223372036854775808,"e":18446744073709551616,"f":0.01}';
  expect(rowsOf({ sql: 'SELECT * FROM S3Object', data, json: 'LINES' })).toEqual([expected]);
  expect(rowsOf({ sql: 'SELECT a, b, c, d, e, f FROM S3Object', data, json: 'LINES' })).toEqual([expected]);
});

test('the order of keys is kept, also of those that look like numbers', () => {
  const data = '{"b":1,"10":2,"a":{"9":1,"8":2}}';
  expect(rowsOf({ sql: 'SELECT * FROM S3Object', data, json: 'LINES' })).toEqual([data]);
  expect(rowsOf({ sql: 'SELECT s.a FROM S3Object s', data, json: 'LINES' })).toEqual(['{"a":{"9":1,"8":2}}']);
});

test('names: exact spelling wins, bare ones ignore case, escapes are seen through', () => {
  const select = (list: string, data: string): string | undefined =>
    rowsOf({ sql: `SELECT ${list} FROM S3Object s`, data, json: 'LINES' })[0];
  expect(select('s.name', '{"NAME":1,"name":2,"Name":3}')).toBe('{"name":2}');
  expect(select('s.name', '{"Nam":0,"NAMES":1,"NAME":2}')).toBe('{"name":2}');
  expect(select('s."name"', '{"NAME":1}')).toBe('{}');
  expect(select('s."name"', '{"n\\u0061me":1}')).toBe('{"name":1}');
  expect(select('s.größe', '{"GRÖSSE":1,"Größe":2}')).toBe('{"größe":2}');
  expect(select('s.a.B', '{"A":{"b":7}}')).toBe('{"B":7}');
  expect(select("s['a b'].c", '{"a b":{"c":1}}')).toBe('{"c":1}');
});

test('blanks between the parts of a row are not copied', () => {
  const data = '{ "a" : [ 1 , 2 ] ,\n "b" : " x\\" y " }\n';
  expect(rowsOf({ sql: 'SELECT * FROM S3Object', data, json: 'LINES' })).toEqual(['{"a":[1,2],"b":" x\\" y "}']);
});

/** The result, or the code that the query failed with. */
const outcomeOf = (input: QueryInput): string => failureOf(input) ?? runQuery(input);
const chunkSizes = array(integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });

test('whatever is valid comes out as it went in, however it is cut', async () => {
  await verify(
    property(array(json(), { maxLength: 5 }), chunkSizes, (values, chunks) => {
      const data = values.map((value) => `{"v":${value}}`).join('\n');
      const rows = rowsOf({ sql: 'SELECT s.v FROM S3Object s', data, json: 'LINES', chunks });
      expect(rows.map((row) => JSON.parse(row))).toEqual(values.map((value) => JSON.parse(`{"v":${value}}`)));
    }),
    { numRuns: 200 },
  );
});

test('bytes that are nearly JSON give the same rows or the same failure, however they are cut', async () => {
  const pieces = constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"\\u00e9"',
    '"',
    '1',
    '-0.5e1',
    'true',
    'nul',
    ' ',
    '\n',
    '{"a":1}',
    '\ufeff',
  );
  await verify(
    property(
      array(pieces, { maxLength: 15 }),
      chunkSizes,
      constantFrom('LINES', 'DOCUMENT'),
      constantFrom('', '[*].a[*]'),
      (parts, chunks, type, path) => {
        const input = {
          sql: `SELECT s.a FROM S3Object${path === '' ? '' : path} s`,
          data: parts.join(''),
          json: type,
        } as const;
        expect(outcomeOf({ ...input, chunks })).toBe(outcomeOf(input));
      },
    ),
    { numRuns: 500 },
  );
});

test('LINES and DOCUMENT lead along a path to the same rows', async () => {
  await verify(
    property(
      array(anything({ maxDepth: 3, values: [integer()], key: constantFrom('a', 'b') }), { maxLength: 4 }),
      constantFrom('[*].a', '[*].a[*]', '[*].*', '[*].a.b', '[*].a[1]'),
      (values, path) => {
        const data = values.map((value) => JSON.stringify(value) ?? 'null').join('\n');
        const sql = `SELECT * FROM S3Object${path}`;
        expect(runQuery({ sql, data, json: 'DOCUMENT' })).toBe(runQuery({ sql, data, json: 'LINES' }));
      },
    ),
    { numRuns: 300 },
  );
});

test('adjoining scan ranges of JSON lines give each row exactly once', async () => {
  const lines = array(constantFrom('{"a":1}', '{"a":"é"} {"a":2}', '', '3', '{ "a" : [1] }'), { maxLength: 8 });
  await verify(
    property(lines, array(integer({ min: 1, max: 59 }), { maxLength: 4 }), (texts, places) => {
      const data = `${texts.join('\n')} \n0\n`;
      const size = Buffer.byteLength(data);
      const starts = [0, ...new Set(places.filter((place) => place < size).sort((a, b) => a - b))];
      const inRanges = starts.map((start, index) => {
        const end = (starts[index + 1] ?? size) - 1;
        return runQuery({
          sql: 'SELECT * FROM S3Object',
          data,
          json: 'LINES',
          range: { Start: String(start), End: String(end) },
        });
      });
      expect(inRanges.join('')).toBe(runQuery({ sql: 'SELECT * FROM S3Object', data, json: 'LINES' }));
    }),
    { numRuns: 300 },
  );
});
