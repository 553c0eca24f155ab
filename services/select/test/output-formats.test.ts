import type { SelectDocument } from '@needlestack/service-contracts';
import { array, constantFrom, property, assert as verify } from 'fast-check';
import { rowsOf, runQuery } from './support/run-query.ts';

const asCsv = (list: string, options: SelectDocument = {}, data = '{}'): string =>
  runQuery({ sql: `SELECT ${list} FROM S3Object s`, data, json: 'LINES', output: { CSV: options } });

test('fields are quoted when they hold a delimiter, a quote, CR or LF', () => {
  expect(asCsv(`'a', 'b,c', 'd"e', 'f\ng', 'h\ri', ' j '`)).toBe('a,"b,c","d""e","f\ng","h\ri", j \n');
});

test('or always', () => {
  expect(asCsv(`'a', 1, NULL`, { QuoteFields: 'always' })).toBe('"a","1",""\n');
});

test('NULL and MISSING are empty, numbers plain, lists and objects JSON text', () => {
  expect(asCsv('NULL, MISSING, 1.50, 1e30, TRUE, `2007T`, [1, NULL], s.o', {}, '{"o":{"a":"x"}}')).toBe(
    ',,1.50,1e+30,true,2007T,"[1,null]","{""a"":""x""}"\n',
  );
});

test('marks can be chosen; an empty quote is NUL', () => {
  const marks = { QuoteCharacter: '“', QuoteEscapeCharacter: '\\', FieldDelimiter: '→', RecordDelimiter: '¶' };
  expect(asCsv(`'a“\\b', 'c→d'`, marks)).toBe('“a\\“\\\\b“→“c→d“¶');
  expect(asCsv(`'a,b'`, { QuoteCharacter: '' })).toBe('\0a,b\0\n');
});

test('CSV rows are copied as they are only where that is right', () => {
  const copied = (data: string, output: SelectDocument, csv: SelectDocument = {}): string =>
    runQuery({ sql: 'SELECT * FROM S3Object', data, csv, output: { CSV: output } });
  expect(copied('a,b\r\nc,"d"\r\n', {})).toBe('a,b\nc,d\n');
  expect(copied('a;b\n', {}, { FieldDelimiter: ';' })).toBe('a,b\n');
  expect(copied('a,b\n', { FieldDelimiter: ';' })).toBe('a;b\n');
  expect(copied("a,'b\n", { QuoteCharacter: "'" })).toBe("a,'\"'b'\n");
  expect(copied('a,b|c\n', { RecordDelimiter: '|' })).toBe('a,"b|c"|');
});

test('JSON: the record delimiter, names escaped, MISSING left out, CSV values text', () => {
  const output = { JSON: { RecordDelimiter: '|' } };
  expect(runQuery({ sql: 'SELECT _1 AS "a\nb", _9, NULL AS n FROM S3Object', data: '1\n2\n', output })).toBe(
    '{"a\\nb":"1","n":null}|{"a\\nb":"2","n":null}|',
  );
});

test('whatever is written as CSV reads back the same', async () => {
  const field = array(constantFrom('a', '"', ',', '\n', '\r', ' ', '\\', 'é', '#'), { maxLength: 6 }).map((parts) =>
    parts.join(''),
  );
  const escapes = constantFrom('"', '\\');
  await verify(
    property(array(field, { minLength: 2, maxLength: 4 }), escapes, (fields, escapeChar) => {
      const list = fields.map((text) => `'${text}'`).join(', ');
      const options = { QuoteEscapeCharacter: escapeChar, QuoteFields: 'ALWAYS' };
      const csv = { QuoteEscapeCharacter: escapeChar, AllowQuotedRecordDelimiter: 'TRUE' };
      const [row] = rowsOf({ sql: 'SELECT * FROM S3Object', data: asCsv(list, options), csv });
      expect(Object.values(JSON.parse(row ?? 'null'))).toEqual(fields);
    }),
    { numRuns: 300 },
  );
});
