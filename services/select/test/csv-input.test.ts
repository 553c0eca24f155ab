/** The CSV rules of select.md section 1, each with marks of one byte and of more. */
import { array, constantFrom, integer, property, assert as verify } from 'fast-check';
import { failureOf, type QueryInput, rowsOf, runQuery } from './support/run-query.ts';

const ALL = 'SELECT * FROM S3Object';

/** The fields of each row, as the engine reads them. */
const fieldsOf = (data: string, csv: QueryInput['csv'] = {}, chunks?: readonly number[]): string[][] =>
  rowsOf({ sql: ALL, data, csv, ...(chunks === undefined ? {} : { chunks }) }).map((row) =>
    Object.values(JSON.parse(row)),
  );

describe.each([
  ['one byte', { quote: '"', field: ',', record: '\n', escape: '\\' }],
  ['more bytes', { quote: '“', field: '→', record: '¶¶', escape: '…' }],
])('with marks of %s', (_what, marks) => {
  const { quote: q, field: f, record: r, escape: e } = marks;
  const csv = { QuoteCharacter: q, FieldDelimiter: f, RecordDelimiter: r };
  const doubled = { ...csv, QuoteEscapeCharacter: q };
  const escaped = { ...csv, QuoteEscapeCharacter: e };

  test.each([
    [
      'plain fields',
      `a${f}b${r}c${f}d${r}`,
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['no delimiter after the last row', `a${r}b`, [['a'], ['b']]],
    [
      'empty fields',
      `${f}${r}a${f}`,
      [
        ['', ''],
        ['a', ''],
      ],
    ],
    ['blank lines give no row', `${r}a${r}${r}${r}b${r}`, [['a'], ['b']]],
    ['a quoted delimiter', `${q}a${f}b${q}${f}c${r}`, [[`a${f}b`, 'c']]],
    ['a doubled quote is one', `${q}a${q}${q}b${q}${r}`, [[`a${q}b`]]],
    ['a quoted field may be empty', `${q}${q}${f}${q}${q}${r}`, [['', '']]],
    ['only doubled quotes', `${q}${q}${q}${q}${r}`, [[q]]],
    ['a quote inside an unquoted field is data', `A${q}${f}B${r}`, [[`A${q}`, 'B']]],
    ['text after a closing quote is data', `${q}a${q}b${f}c${r}`, [['ab', 'c']]],
    ['characters beyond ASCII', `é${f}漢字${f}\u{1f600}${r}`, [['é', '漢字', '\u{1f600}']]],
    ['comments at the line start only', `#x${f}y${r}a${f}#b${r}`, [['a', '#b']]],
  ])('%s', (_rule, data, expected) => {
    expect(fieldsOf(data, doubled)).toEqual(expected);
    expect(fieldsOf(data, doubled, [1])).toEqual(expected);
  });

  test.each([
    ['an escape takes the next character and vanishes', `${q}a${e}${q}b${q}${f}c${r}`, [[`a${q}b`, 'c']]],
    ['an escaped escape is one', `${q}a${e}${e}${q}${r}`, [[`a${e}`]]],
    ['an escape before anything else vanishes too', `${q}a${e}bc${q}${r}`, [['abc']]],
    ['an escape outside quotes is data', `a${e}b${f}c${r}`, [[`a${e}b`, 'c']]],
  ])('%s', (_rule, data, expected) => {
    expect(fieldsOf(data, escaped)).toEqual(expected);
    expect(fieldsOf(data, escaped, [1])).toEqual(expected);
  });

  test('a record delimiter in quotes ends the row unless that is allowed', () => {
    const data = `${q}a${r}b${q}${f}c${r}d${r}`;
    expect(failureOf({ sql: ALL, data, csv: doubled })).toBe('CSVParsingError');
    const allowed = { ...doubled, AllowQuotedRecordDelimiter: 'TRUE' };
    expect(fieldsOf(data, allowed)).toEqual([[`a${r}b`, 'c'], ['d']]);
    expect(fieldsOf(data, allowed, [1])).toEqual([[`a${r}b`, 'c'], ['d']]);
    expect(fieldsOf(`a${r}${q}b${q}${q}${r}${q}${r}c`, allowed, [2])).toEqual([['a'], [`b${q}${r}`], ['c']]);
  });
});

test('without a quote character nothing is quoted', () => {
  expect(fieldsOf('"a,b"\n', { QuoteCharacter: '' })).toEqual([['"a', 'b"']]);
});

test('a carriage return before the default record delimiter is dropped, before another it is data', () => {
  expect(fieldsOf('a,b\r\n"c"\r\n\r\nd\r', {})).toEqual([['a', 'b'], ['c'], ['d']]);
  expect(fieldsOf('"a\nb"\r\nc\r\n', { AllowQuotedRecordDelimiter: 'TRUE' })).toEqual([['a\nb'], ['c']]);
  expect(fieldsOf('a\r;b;', { RecordDelimiter: ';' })).toEqual([['a\r'], ['b']]);
  expect(fieldsOf('a\r\nb\r\n', { RecordDelimiter: '\r\n' })).toEqual([['a'], ['b']]);
});

test('a byte order mark is dropped at the start and nowhere else', () => {
  expect(fieldsOf('\ufeffa\n\ufeffb\n')).toEqual([['a'], ['\ufeffb']]);
  expect(fieldsOf('\ufeffa\n', {}, [1])).toEqual([['a']]);
  expect(rowsOf({ sql: 'SELECT name FROM S3Object', data: '\ufeffname\nx\n', csv: { FileHeaderInfo: 'USE' } })).toEqual(
    ['{"name":"x"}'],
  );
});

test('the header is used, ignored, or a row like others', () => {
  const data = 'Name,"Full ""Name""",a\nx,y,z,w\nq\n';
  const sql = 'SELECT * FROM S3Object';
  expect(rowsOf({ sql, data, csv: { FileHeaderInfo: 'Use' } })).toEqual([
    '{"Name":"x","Full \\"Name\\"":"y","a":"z","_4":"w"}',
    '{"Name":"q"}',
  ]);
  expect(fieldsOf(data, { FileHeaderInfo: 'IGNORE' })).toEqual([['x', 'y', 'z', 'w'], ['q']]);
  expect(fieldsOf(data, { FileHeaderInfo: 'none' })).toHaveLength(3);
});

test('names: bare ones ignore case, quoted ones do not; positions work beside them', () => {
  const input = { data: 'Name,name,AGE\nx,y,3\n', csv: { FileHeaderInfo: 'USE' } };
  expect(rowsOf({ sql: 'SELECT "name", s."Name", age, s._1 FROM S3Object s WHERE s.Age > 2', ...input })).toEqual([
    '{"name":"y","Name":"x","age":"3","_1":"x"}',
  ]);
  expect(failureOf({ sql: 'SELECT name FROM S3Object', ...input })).toBe('AmbiguousFieldName');
  expect(failureOf({ sql: 'SELECT "age" FROM S3Object', ...input })).toBe('MissingHeaderName');
});

test('short rows are MISSING, empty fields are not NULL', () => {
  const rows = rowsOf({ sql: 'SELECT s._2 IS MISSING AS m, s._1 IS NULL AS n FROM S3Object s', data: ',\na\n' });
  expect(rows).toEqual(['{"m":false,"n":false}', '{"m":true,"n":false}']);
});

test('a field against a number is read as one if it parses', () => {
  const matching = (condition: string): string[] =>
    rowsOf({ sql: `SELECT s._1 FROM S3Object s WHERE ${condition}`, data: '9\n10\nx\n 11 \n1e1\n10.0\n' }).map(
      (row) => JSON.parse(row)._1,
    );
  expect(matching('s._1 > 9')).toEqual(['10', ' 11 ', '1e1', '10.0']);
  expect(matching('10 = s._1')).toEqual(['10', '1e1', '10.0']);
  expect(matching("s._1 = '10'")).toEqual(['10']);
  expect(matching("s._1 > '9'")).toEqual(['x']);
  expect(matching('s._1 IN (9, 11)')).toEqual(['9', ' 11 ']);
  expect(matching('s._1 BETWEEN 9 AND 10')).toEqual(['9', '10', '1e1', '10.0']);
  expect(matching('s._1 <> 9')).toEqual(['10', 'x', ' 11 ', '1e1', '10.0']);
  expect(failureOf({ sql: 'SELECT s._1 + 1 FROM S3Object s', data: 'x\n' })).toBe('InvalidDataType');
});

/** Pieces that make hard CSV: marks next to each other, open ends, characters of several bytes. */
const hardText = array(constantFrom('a', 'é', '\u{1f600}', ',', '"', '\n', '\r', '\r\n', '#', '""', '1', '\ufeff'), {
  maxLength: 40,
}).map((pieces) => pieces.join(''));
const chunkSizes = array(integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });

/** The result, or the code that the query failed with. */
const outcomeOf = (input: QueryInput): string => failureOf(input) ?? runQuery(input);

test('any way of cutting the bytes gives the same rows', async () => {
  await verify(
    property(
      hardText,
      chunkSizes,
      constantFrom('TRUE', 'FALSE'),
      constantFrom('NONE', 'USE'),
      (data, chunks, allow, header) => {
        const csv = { AllowQuotedRecordDelimiter: allow, FileHeaderInfo: header };
        const input = { sql: ALL, data, csv };
        expect(outcomeOf({ ...input, chunks })).toBe(outcomeOf(input));
      },
    ),
    { numRuns: 400 },
  );
});

test('adjoining scan ranges give each row exactly once', async () => {
  const cuts = array(integer({ min: 1, max: 59 }), { maxLength: 4 });
  await verify(
    property(
      hardText,
      cuts,
      constantFrom('NONE', 'USE', 'IGNORE'),
      constantFrom('\n', '\r\n'),
      (text, places, header, record) => {
        // A quote would make rows that no range can be read of; a header must be there to be used.
        const data = `h${record}${text.replaceAll('"', "'")}`;
        const size = Buffer.byteLength(data);
        const csv = { FileHeaderInfo: header, RecordDelimiter: record };
        const starts = [0, ...new Set(places.filter((place) => place < size).sort((a, b) => a - b))];
        const inRanges = starts.map((start, index) => {
          const end = (starts[index + 1] ?? size) - 1;
          return runQuery({ sql: ALL, data, csv, range: { Start: String(start), End: String(end) } });
        });
        expect(inRanges.join('')).toBe(runQuery({ sql: ALL, data, csv }));
      },
    ),
    { numRuns: 400 },
  );
});

describe('scan ranges', () => {
  const data = 'id\naa\nbb\ncc\n';
  const rows = (range: QueryInput['range'], header: string): string[] =>
    rowsOf({
      sql: 'SELECT * FROM S3Object s',
      data,
      csv: { FileHeaderInfo: header },
      ...(range === undefined ? {} : { range }),
    }).map((row) => String(Object.values(JSON.parse(row))[0]));

  test.each([
    [{ Start: '0', End: '3' }, 'NONE', ['id', 'aa']],
    [{ Start: '1', End: '3' }, 'NONE', ['aa']],
    [{ Start: '3', End: '3' }, 'NONE', ['aa']],
    [{ Start: '4', End: '5' }, 'NONE', []],
    [{ Start: '6' }, 'NONE', ['bb', 'cc']],
    [{ End: '3' }, 'NONE', ['cc']],
    [{ End: '4' }, 'NONE', ['cc']],
    [{ End: '100' }, 'NONE', ['id', 'aa', 'bb', 'cc']],
    [{ Start: '0', End: '3' }, 'USE', ['aa']],
    [{ Start: '0', End: '0' }, 'USE', []],
    [{ Start: '2', End: '3' }, 'USE', ['aa']],
    [{ Start: '7', End: '99' }, 'USE', ['cc']],
    [{ Start: '0', End: '3' }, 'IGNORE', ['aa']],
    [{ Start: '3' }, 'IGNORE', ['aa', 'bb', 'cc']],
  ])('%j with %s', (range, header, expected) => {
    expect(rows(range, header)).toEqual(expected);
  });
});
