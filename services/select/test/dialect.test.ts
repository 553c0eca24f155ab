/** Expressions and what they yield, as JSON text (select.md section 2). The date examples are those of the S3 Select guide. */
import { evaluated, rowsOf } from './support/run-query.ts';

const yields = (cases: readonly (readonly [string, string | undefined])[], data?: string): void => {
  test.each(cases)('%s is %s', (expression, expected) => {
    expect(evaluated(expression, data)).toBe(expected);
  });
};

describe('literals', () => {
  yields([
    ["'it''s'", `"it's"`],
    ['1.50', '1.50'],
    ['1e3', '1000'],
    ['.5', '0.5'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['TRUE', 'true'],
    ['NULL', 'null'],
    ['MISSING', undefined],
    ['`2007-02-03T04:05:06.789+01:30`', '"2007-02-03T04:05:06.789+01:30"'],
    ['`1.5d2`', '150'],
    ['`"text"`', '"text"'],
    ['[1, 2.5, NULL]', '[1,2.5,null]'],
    ['1 -- to the end of the line\n + 1', '2'],
    ['1 /* between */ + 1', '2'],
  ]);
});

describe('arithmetic', () => {
  yields([
    ['5 / 2', '2'],
    ['-5 / 2', '-2'],
    ['5 % -3', '2'],
    ['-5 % 3', '-2'],
    ['5 / 2.0', '2.5'],
    ['1 / 3.0', '0.33333333333333333333333333333333333333'],
    ['0.1 + 0.2', '0.3'],
    ['1.5 * 2', '3.0'],
    ['0.1 + 2e-1', '0.30000000000000004'],
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['10 - 4 - 3', '3'],
    ['-(2 + 3)', '-5'],
    ['- -1', '1'],
    ['9007199254740993 + 2', '9007199254740995'],
    ['9223372036854775807 - 9223372036854775807', '0'],
    ['9007199254740991 / 2', '4503599627370495'],
    ['1 + NULL', 'null'],
    ['1 + MISSING', 'null'],
    ['99999999999999999999.5 + 1', '100000000000000000000.5'],
  ]);
});

describe('comparison and logic', () => {
  yields([
    ['1 = 1.0', 'true'],
    ['1 = 1e0', 'true'],
    ['9007199254740993 = 9007199254740992', 'false'],
    ["1 = '1'", 'false'],
    ["1 <> '1'", 'true'],
    ["1 < '2'", 'false'],
    ["'a' < 'b'", 'true'],
    ["'Z' < 'a'", 'true'],
    ["'\u{10000}' > '\uffff'", 'true'],
    ['`2007T` = `2007-01-01T00:00Z`', 'true'],
    ['`2007-01-01T01:00+01:00` = `2007-01-01T00:00Z`', 'true'],
    ['1 = NULL', 'null'],
    ['NULL = NULL', 'null'],
    ['MISSING = 1', 'null'],
    ['1 < 2 = TRUE', 'true'],
    ['NULL AND FALSE', 'false'],
    ['NULL AND TRUE', 'null'],
    ['NULL OR TRUE', 'true'],
    ['NULL OR FALSE', 'null'],
    ['NOT NULL', 'null'],
    ['NOT 1 = 2', 'true'],
    ['TRUE OR FALSE AND FALSE', 'true'],
    ['FALSE AND 1 / 0 = 1', 'false'],
    ['NULL IS NULL', 'true'],
    ['MISSING IS NULL', 'false'],
    ['MISSING IS MISSING', 'true'],
    ['NULL IS MISSING', 'false'],
    ['1 IS NOT NULL', 'true'],
    ['s.a IS MISSING', 'true'],
  ]);
});

describe('IN, BETWEEN, LIKE', () => {
  yields(
    [
      ['2 IN (1, 2)', 'true'],
      ['2 IN [1, 2.0]', 'true'],
      ['2 IN (2)', 'true'],
      ['2 NOT IN (1, 3)', 'true'],
      ['2 IN (1, NULL)', 'null'],
      ['NULL IN (1)', 'null'],
      ["'b' IN s.letters[*]", 'true'],
      ["'x' IN s.letters", 'false'],
      ['2 IN s.objects[*].n', 'true'],
      ['3 + 1 IN (4)', 'true'],
      ['2 BETWEEN 1 AND 3', 'true'],
      ['1 BETWEEN 1 AND 1', 'true'],
      ['2 NOT BETWEEN 3 AND 4', 'true'],
      ['2 BETWEEN NULL AND 1', 'false'],
      ['2 BETWEEN NULL AND 3', 'null'],
      ["'abc' LIKE 'a%'", 'true'],
      ["'abc' LIKE '%b%'", 'true'],
      ["'abc' LIKE 'A%'", 'false'],
      ["'abc' LIKE '_b_'", 'true'],
      ["'abc' LIKE 'ab'", 'false'],
      ["'' LIKE '%'", 'true'],
      ["'\u{1f600}x' LIKE '_x'", 'true'],
      ["'5%' LIKE '5!%' ESCAPE '!'", 'true'],
      ["'55' LIKE '5!%' ESCAPE '!'", 'false'],
      ["'a.c' LIKE 'abc'", 'false'],
      ["'abab' LIKE '%ab%ab'", 'true'],
      ["'aab' LIKE 'a%aab'", 'false'],
      ["NULL LIKE 'a'", 'null'],
      ["'a' NOT LIKE 'b'", 'true'],
    ],
    '{"letters":["a","b"],"objects":[{"n":1},{"n":2}]}',
  );
});

describe('CAST', () => {
  yields([
    ["CAST(' 13.7 ' AS INT)", '13'],
    ["CAST('-13.7' AS INTEGER)", '-13'],
    ['CAST(13.7 AS INT)', '13'],
    ['CAST(TRUE AS INT)', '1'],
    ["CAST('1e2' AS INT)", '100'],
    ["CAST('1.50' AS DECIMAL)", '1.50'],
    ["CAST('1e2' AS NUMERIC)", '100'],
    ['CAST(1e0 AS DECIMAL)', '1'],
    ["CAST('1.5' AS FLOAT)", '1.5'],
    ["CAST('True' AS BOOL)", 'true'],
    ['CAST(0 AS BOOL)', 'false'],
    ['CAST(0.5 AS BOOL)', 'true'],
    ['CAST(1.50 AS STRING)', '"1.50"'],
    ['CAST(`2007T` AS STRING)', '"2007T"'],
    ["CAST('2007-02-03T04:05Z' AS TIMESTAMP)", '"2007-02-03T04:05Z"'],
    ["CAST('20070203T040506Z' AS TIMESTAMP)", '"2007-02-03T04:05:06Z"'],
    ['CAST(NULL AS INT)', 'null'],
    ['CAST(MISSING AS INT)', undefined],
    ["int('7') + 1", '8'],
    ["float('1.5')", '1.5'],
    ['string(5)', '"5"'],
    ["bool('false')", 'false'],
    ["timestamp('2007T')", '"2007T"'],
  ]);
});

describe('conditional functions', () => {
  yields([
    ["CASE 2 WHEN 1 THEN 'one' WHEN 2.0 THEN 'two' END", '"two"'],
    ["CASE WHEN 1 > 2 THEN 'a' ELSE 'b' END", '"b"'],
    ["CASE WHEN NULL THEN 'a' END", 'null'],
    ['COALESCE(MISSING, NULL, 3, 1 / 0)', '3'],
    ['COALESCE(NULL)', 'null'],
    ['NULLIF(1, 1.0)', 'null'],
    ['NULLIF(1, 2)', '1'],
    ['NULLIF(1, NULL)', '1'],
    ['NULLIF(NULL, NULL)', 'null'],
  ]);
});

describe('text functions', () => {
  yields([
    ["CHAR_LENGTH('ab\u{1f600}')", '3'],
    ["CHARACTER_LENGTH('')", '0'],
    ["UPPER('aä')", '"AÄ"'],
    ["LOWER('AÄ')", '"aä"'],
    ['UPPER(NULL)', 'null'],
    ["TRIM('  a b ')", '"a b"'],
    ["TRIM(LEADING FROM '  a ')", '"a "'],
    ["TRIM(TRAILING FROM '  a ')", '"  a"'],
    ["TRIM(BOTH '12' FROM '1112211foobar22211122')", '"foobar"'],
    ["TRIM('x' FROM 'xax')", '"a"'],
    ["SUBSTRING('123456789', 0)", '"123456789"'],
    ["SUBSTRING('123456789', 1)", '"123456789"'],
    ["SUBSTRING('123456789', 2)", '"23456789"'],
    ["SUBSTRING('123456789', -4)", '"123456789"'],
    ["SUBSTRING('123456789' FROM 0 FOR 3)", '"123"'],
    ["SUBSTRING('123456789', 3, 2)", '"34"'],
    ["SUBSTRING('\u{1f600}bc', 2, 1)", '"b"'],
    ["SUBSTRING('abc', 9)", '""'],
  ]);
});

describe('date functions', () => {
  yields([
    ['DATE_ADD(YEAR, 5, `2010-01-01T`)', '"2015-01-01T"'],
    ['DATE_ADD(MONTH, 1, `2010T`)', '"2010-02T"'],
    ['DATE_ADD(MONTH, 13, `2010T`)', '"2011-02T"'],
    ['DATE_ADD(DAY, -1, `2017-01-10T`)', '"2017-01-09T"'],
    ['DATE_ADD(HOUR, 1, `2017T`)', '"2017-01-01T01:00-00:00"'],
    ['DATE_ADD(HOUR, 1, `2017-01-02T03:04Z`)', '"2017-01-02T04:04Z"'],
    ['DATE_ADD(MINUTE, 1, `2017-01-02T03:04:05.006Z`)', '"2017-01-02T03:05:05.006Z"'],
    ['DATE_ADD(SECOND, 1, `2017-01-02T03:04:05.006Z`)', '"2017-01-02T03:04:06.006Z"'],
    ['DATE_ADD(MONTH, 1, `2017-01-31T`)', '"2017-02-28T"'],
    ['DATE_ADD(YEAR, -1, `2016-02-29T`)', '"2015-02-28T"'],
    ['DATE_DIFF(YEAR, `2010-01-01T`, `2011-01-01T`)', '1'],
    ['DATE_DIFF(YEAR, `2010-12T`, `2011-01T`)', '0'],
    ['DATE_DIFF(MONTH, `2010T`, `2010-05T`)', '4'],
    ['DATE_DIFF(MONTH, `2010T`, `2011T`)', '12'],
    ['DATE_DIFF(MONTH, `2011T`, `2010T`)', '-12'],
    ['DATE_DIFF(DAY, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)', '0'],
    ['DATE_DIFF(HOUR, `2010-01-01T00:00Z`, `2010-01-01T00:00-02:00`)', '2'],
    ['EXTRACT(YEAR FROM `2010-01-01T`)', '2010'],
    ['EXTRACT(MONTH FROM `2010T`)', '1'],
    ['EXTRACT(MONTH FROM `2010-10T`)', '10'],
    ['EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)', '3'],
    ['EXTRACT(MINUTE FROM `2017-01-02T03:04:05+07:08`)', '4'],
    ['EXTRACT(SECOND FROM `2017-01-02T03:04:05.5Z`)', '5.5'],
    ['EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05+07:08`)', '7'],
    ['EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)', '8'],
    ['EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05-07:08`)', '-7'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y')", '"July 20, 1969"'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMM d, yyyy')", '"Jul 20, 1969"'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", '"7-20-69"'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MM-d-y')", '"07-20-1969"'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", '"July 20, 1969 8:18 PM"'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", '"1969-07-20T20:18:00Z"'],
    ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXX')", '"1969-07-20T20:18:00+0800"'],
    ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXXXX')", '"1969-07-20T20:18:00+08:00"'],
    ["TO_STRING(`1969-07-20T20:18:01.25-00:30`, 'MMMMM hh HH SSS n x xxx')", '"J 08 20 250 250000000 -0030 -00:30"'],
    ["TO_TIMESTAMP('2007T')", '"2007T"'],
    ["TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", '"2007-02-23T12:14:33.079-08:00"'],
    ['UTCNOW()', '"2026-11-21T10:00:00.000Z"'],
  ]);
});

describe('the list, its names, LIMIT', () => {
  const data = 'a,1\nb,2\nc,3\n';

  test.each([
    ['*', '{"_1":"a","_2":"1"}'],
    ['s.*', '{"_1":"a","_2":"1"}'],
    ['S3OBJECT.*', '{"_1":"a","_2":"1"}'],
    ['_2, S._1', '{"_2":"1","_1":"a"}'],
    ['_2 AS n, UPPER(_1), _1 || NULL', undefined],
    ['_2 AS n, UPPER(_1)', '{"n":"1","_2":"A"}'],
    ['_2 "The Name"', '{"The Name":"1"}'],
    ['_3', '{}'],
    ['"text"', '{"text":"text"}'],
    ['int(_2) AS n, n + 1 AS m', '{"n":1,"m":2}'],
  ])('%s', (list, expected) => {
    const run = (): string | undefined => rowsOf({ sql: `select ${list} from s3object s limit 1;`, data })[0];
    if (expected === undefined) expect(run).toThrow();
    else expect(run()).toBe(expected);
  });

  test('LIMIT counts rows of the result; 0 gives none', () => {
    expect(rowsOf({ sql: 'SELECT s._1 FROM S3Object s WHERE s._2 > 1 LIMIT 1', data })).toEqual(['{"_1":"b"}']);
    expect(rowsOf({ sql: 'SELECT * FROM S3Object LIMIT 0', data })).toEqual([]);
    expect(rowsOf({ sql: 'SELECT COUNT(*) FROM S3Object LIMIT 0', data })).toEqual([]);
    expect(rowsOf({ sql: 'SELECT COUNT(*) FROM S3Object LIMIT 1', data })).toEqual(['{"_1":3}']);
  });

  test('aliases of the list can be used in WHERE', () => {
    expect(rowsOf({ sql: 'SELECT int(_2) AS n FROM stdin WHERE n > 2', data })).toEqual(['{"n":3}']);
  });
});

describe('aggregates', () => {
  const aggregate = (list: string, data: string): string | undefined =>
    rowsOf({ sql: `SELECT ${list} FROM S3Object s`, data, json: 'LINES' })[0];

  test('skip NULL and MISSING', () => {
    const data = '{"n":1}{"n":null}{}{"n":4}';
    expect(aggregate('COUNT(*), COUNT(s.n), SUM(s.n), MIN(s.n), MAX(s.n), AVG(s.n)', data)).toBe(
      '{"_1":4,"_2":2,"_3":5,"_4":1,"_5":4,"_6":2.5}',
    );
  });

  test('of no rows are 0 and NULL', () => {
    expect(aggregate('COUNT(*), COUNT(s.n), SUM(s.n), MIN(s.n), MAX(s.n), AVG(s.n)', '')).toBe(
      '{"_1":0,"_2":0,"_3":null,"_4":null,"_5":null,"_6":null}',
    );
  });

  test('keep the type: decimals exact, averages of ints decimal, text by code point', () => {
    expect(
      aggregate(
        'SUM(s.d), AVG(s.i), MIN(s.t), MAX(s.t)',
        '{"d":0.1,"i":1,"t":"b"}{"d":0.2,"i":2,"t":"a"}{"d":0.3,"i":2,"t":"B"}',
      ),
    ).toBe('{"_1":0.6,"_2":1.6666666666666666666666666666666666667,"_3":"B","_4":"b"}');
  });

  test('AVG may go beyond the range in which SUM overflows', () => {
    const data = '{"n":9223372036854775807}{"n":9223372036854775807}';
    expect(aggregate('AVG(s.n)', data)).toBe('{"_1":9223372036854775807}');
    expect(() => aggregate('SUM(s.n)', data)).toThrow(/does not fit 64 bits/);
  });

  test('stand in expressions', () => {
    expect(aggregate('SUM(s.n) / COUNT(*) AS mean', '{"n":4}{"n":8}')).toBe('{"mean":6}');
  });

  test('read fields of CSV as the numbers they write', () => {
    const sql = 'SELECT SUM(_1), AVG(_1), MIN(_1), MAX(_1), COUNT(_2) FROM S3Object';
    expect(rowsOf({ sql, data: '9,\n10,x\n2.5\n' })).toEqual([
      '{"_1":21.5,"_2":7.1666666666666666666666666666666666667,"_3":2.5,"_4":10,"_5":2}',
    ]);
  });
});

describe('beyond AWS: groups and order', () => {
  const data = 'city,n\nRome,1\nParis,2\nRome,3\nOslo,\n';
  const rows = (sql: string): string[] => rowsOf({ sql, data, csv: { FileHeaderInfo: 'USE' } });

  test('GROUP BY a column, its alias, an expression', () => {
    expect(rows("SELECT city, COUNT(*) AS c, SUM(int(n)) AS t FROM S3Object WHERE n <> '' GROUP BY city")).toEqual([
      '{"city":"Rome","c":2,"t":4}',
      '{"city":"Paris","c":1,"t":2}',
    ]);
    expect(rows('SELECT UPPER(city) AS u, COUNT(*) AS c FROM S3Object s GROUP BY u ORDER BY u')).toEqual([
      '{"u":"OSLO","c":1}',
      '{"u":"PARIS","c":1}',
      '{"u":"ROME","c":2}',
    ]);
    expect(rows('SELECT COUNT(*) AS c FROM S3Object s GROUP BY UPPER(s.city) LIMIT 1')).toEqual(['{"c":2}']);
  });

  test('ORDER BY columns and aggregates, both ways, before LIMIT', () => {
    expect(rows("SELECT city, n FROM S3Object WHERE n <> '' ORDER BY city DESC, n LIMIT 2")).toEqual([
      '{"city":"Rome","n":"1"}',
      '{"city":"Rome","n":"3"}',
    ]);
    expect(rows('SELECT city FROM S3Object GROUP BY city ORDER BY COUNT(*) DESC, city')).toEqual([
      '{"city":"Rome"}',
      '{"city":"Oslo"}',
      '{"city":"Paris"}',
    ]);
  });
});
