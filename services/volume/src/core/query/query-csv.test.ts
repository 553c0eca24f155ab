import fc from 'fast-check';
import { formatCsvRecord, readCsvRecords } from './csv-records.ts';
import { formatRecord, type QueryOutput } from './format-record.ts';
import { scanCsv } from './query-csv.ts';
import { scanJson } from './query-json.ts';
import { type CsvInputWords, readCompression, readCsvInput, readOutput } from './read-serialization.ts';
import type { QueryFilter } from './selected-record.ts';

const PLAIN: CsvInputWords = {
  file_header_info: '',
  record_delimiter: '',
  field_delimiter: '',
  quote_character: '',
  quote_escape_character: '',
  comments: '',
  allow_quoted_record_delimiter: false,
};
const PEOPLE = 'name,age\nann,9\n"bo ""b""",12\n\n# left,0\ncy,\r\n';

const fieldsOf = (text: string, words: Partial<CsvInputWords> = {}): (readonly string[])[] =>
  [...readCsvRecords(text, readCsvInput({ ...PLAIN, ...words }).dialect)].map(({ fields }) => fields);

function query(
  text: string,
  words: Partial<CsvInputWords>,
  selections: readonly string[],
  filter?: QueryFilter,
  output: QueryOutput = readOutput(true, null),
): string {
  return [...scanCsv(text, readCsvInput({ ...PLAIN, ...words }), { selections, filter })]
    .map(({ selected }) => (selected === undefined ? '' : formatRecord(selected, output)))
    .join('');
}

test('fields: quotes, doubled quotes, empty ones, comments, lines as on Windows', () => {
  expect(fieldsOf(PEOPLE)).toEqual([
    ['name', 'age'],
    ['ann', '9'],
    ['bo "b"', '12'],
    ['cy', ''],
  ]);
  expect(fieldsOf('a,,c\n,\n"x"y,z')).toEqual([
    ['a', '', 'c'],
    ['', ''],
    ['xy', 'z'],
  ]);
});

test('other delimiters, quotes and escapes', () => {
  const words = { field_delimiter: ';', record_delimiter: '\r\n', quote_character: "'", quote_escape_character: '\\' };
  expect(fieldsOf("a;'b;\\'c\\\\'\r\n'd\ne';f", words)).toEqual([
    ['a', "b;'c\\"],
    ['d\ne', 'f'],
  ]);
  expect(fieldsOf('!c\n#a', { comments: '!' })).toEqual([['#a']]);
});

test('a record delimiter within quotes ends the record, unless it is allowed there', () => {
  expect(fieldsOf('"a\nb",c\n')).toEqual([['a'], ['b"', 'c']]);
  expect(fieldsOf('"a\nb",c\n', { allow_quoted_record_delimiter: true })).toEqual([['a\nb', 'c']]);
});

test('columns by the header or by their place', () => {
  const over = (value: string): QueryFilter => ({ field: 'age', operand: '>', value });
  expect(query(PEOPLE, { file_header_info: 'USE' }, ['name'], over('9'))).toBe('"bo ""b"""\n');
  expect(query(PEOPLE, { file_header_info: 'use' }, [], { ...over('9'), operand: '=' })).toBe('ann,9\n');
  expect(query(PEOPLE, { file_header_info: 'IGNORE' }, ['_2', '_1', '_9'])).toBe('9,ann,\n12,"bo ""b""",\n,cy,\n');
  expect(query(PEOPLE, {}, ['_1'], { field: '_2', operand: '', value: '' })).toBe('name\nann\n"bo ""b"""\ncy\n');
  expect(query(PEOPLE, {}, ['_1'], { field: '', operand: '', value: '' })).toBe('');
});

test.each([
  ['age', '<', '10', 'ann|cy'],
  ['age', '!=', '9.0', 'bo "b"|cy'],
  ['age', '>', 'a', ''],
  ['name', '%', 'b*', 'bo "b"'],
  ['name', '>=', 'bo', 'bo "b"|cy'],
])('numbers as numbers, everything else as text: %s %s %s', (field, operand, value, expected) => {
  const output = { kind: 'json', recordDelimiter: '|' } as const;
  const found = query(PEOPLE, { file_header_info: 'USE' }, ['name'], { field, operand, value }, output);
  const names = found.split('|').filter((text) => text !== '');
  expect(names.map((text) => JSON.parse(text).name).join('|')).toBe(expected);
});

test('written as JSON, and JSON as CSV', () => {
  const json = readOutput(true, { csv_output: null, json_output: { record_delimiter: '' } });
  expect(query('a,b\n', {}, [], undefined, json)).toBe('{"_1":"a","_2":"b"}\n');
  expect(query('k\nv\n', { file_header_info: 'USE' }, ['k', 'none'], undefined, json)).toBe('{"k":"v"}\n');
  const csv = readOutput(false, {
    csv_output: {
      quote_fields: 'always',
      record_delimiter: '\r\n',
      field_delimiter: ';',
      quote_character: "'",
      quote_escape_character: '',
    },
    json_output: null,
  });
  const [first] = [...scanJson('{"a":"it\'s","b":[1,2]}', { selections: ['a', 'b', 'c'], filter: undefined })];
  expect(first?.selected && formatRecord(first.selected, csv)).toBe("'it\"'s';'[1,2]';''\r\n");
  const [whole] = [...scanJson('{"a":1.50}', { selections: [], filter: undefined })];
  expect(whole?.selected && formatRecord(whole.selected, json)).toBe('{"a":1.50}\n');
});

test('words that mean nothing are refused', () => {
  expect(() => readCsvInput({ ...PLAIN, file_header_info: 'MAYBE' })).toThrow('none of NONE, IGNORE, USE');
  expect(() => readCsvInput({ ...PLAIN, field_delimiter: '::' })).toThrow('field_delimiter must be one character');
  expect(() => readCsvInput({ ...PLAIN, record_delimiter: 'abc' })).toThrow('record_delimiter has 3 characters');
  expect(() => readCompression('BZIP2')).toThrow('compression_type BZIP2 is none of NONE, GZIP');
  expect(() => readCompression('constructor')).toThrow('none of');
  expect(readCompression('gzip')).toBe('gzip');
});

test('what is written is read the same, and any text is read to its end', () => {
  const words = { ...PLAIN, allow_quoted_record_delimiter: true, comments: '\u0000' };
  const { dialect } = readCsvInput(words);
  const output = readOutput(true, null);
  const csv = output.kind === 'csv' ? output.csv : undefined;
  const field = fc.string({ unit: fc.constantFrom(...'ab,"\n\r# ') });
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (records) => {
      const text = records.map((fields) => (csv === undefined ? '' : formatCsvRecord(fields, csv))).join('');
      expect([...readCsvRecords(text, dialect)].map(({ fields }) => fields)).toEqual(records);
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(field, fc.boolean(), (text, isAllowed) => {
      const records = [...readCsvRecords(text, { ...dialect, allowsQuotedRecordDelimiter: isAllowed })];
      expect(records.length).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 300 },
  );
});
