/** Generated queries of the subset that all SQL shares, answered by an independent engine too: SQLite, which is part of the runtime. */
import { DatabaseSync } from 'node:sqlite';
import {
  type Arbitrary,
  array,
  constantFrom,
  integer,
  letrec,
  oneof,
  option,
  property,
  record,
  tuple,
  assert as verify,
} from 'fast-check';
import { rowsOf } from './support/run-query.ts';

interface Row {
  readonly a: number | null;
  readonly b: number | null;
  readonly t: string | null;
}

// SQLite knows upper and lower case of ASCII only.
const words = constantFrom('', 'a', 'b', 'ab', 'ba', 'abc', 'B', '%', '_a', '漢');
const rows: Arbitrary<Row[]> = array(
  record({ a: option(integer({ min: -5, max: 5 })), b: option(integer({ min: -5, max: 5 })), t: option(words) }),
  { maxLength: 12 },
);

const quoted = (text: string): string => `'${text}'`;
const patterns = constantFrom('%', 'a%', '%a', '_', '%b%', 'a_', '_%a%', '!%%', 'ab');

const { condition } = letrec<{ number: string; text: string; condition: string }>((tie) => {
  const operand = tie('number');
  const truth = tie('condition');
  return {
    number: oneOfDepth(
      constantFrom('s.a', 's.b', '1', '-2', '0', 'NULL'),
      tuple(operand, constantFrom('+', '-', '*'), operand).map(
        ([left, operator, right]) => `(${left} ${operator} ${right})`,
      ),
    ),
    text: oneOfDepth(
      constantFrom('s.t', "'a'", "'ab'"),
      tuple(constantFrom('LOWER', 'UPPER'), constantFrom('s.t', "'aB'")).map(([name, value]) => `${name}(${value})`),
    ),
    condition: oneOfDepth(
      tuple(operand, constantFrom('=', '<>', '<', '<=', '>', '>='), operand).map((parts) => parts.join(' ')),
      tuple(tie('text'), constantFrom('=', '<>', '<', '>='), tie('text')).map((parts) => parts.join(' ')),
      tuple(operand, constantFrom('', 'NOT '), operand, operand).map(
        ([x, not, low, high]) => `(${x} ${not}BETWEEN ${low} AND ${high})`,
      ),
      tuple(operand, constantFrom('', 'NOT '), array(operand, { minLength: 1, maxLength: 3 })).map(
        ([x, not, list]) => `(${x} ${not}IN (${list.join(', ')}))`,
      ),
      tuple(tie('text'), constantFrom('', 'NOT '), patterns).map(
        ([x, not, like]) => `(${x} ${not}LIKE ${quoted(like)} ESCAPE '!')`,
      ),
      tuple(constantFrom('s.a', 's.b', 's.t'), constantFrom('', 'NOT ')).map(([x, not]) => `(${x} IS ${not}NULL)`),
      tuple(truth, constantFrom('AND', 'OR'), truth).map((parts) => `(${parts.join(' ')})`),
      truth.map((inner) => `(NOT ${inner})`),
      tuple(truth, truth, truth).map(
        ([when, then, otherwise]) => `(CASE WHEN ${when} THEN ${then} ELSE ${otherwise} END)`,
      ),
    ),
  };
});

function oneOfDepth<T>(first: Arbitrary<T>, ...others: Arbitrary<T>[]): Arbitrary<T> {
  return oneof({ depthSize: 'small', withCrossShrink: true }, first, ...others);
}

const database = new DatabaseSync(':memory:');
beforeAll(() => {
  database.exec('PRAGMA case_sensitive_like = ON; CREATE TABLE S3Object (a INTEGER, b INTEGER, t TEXT)');
});
afterAll(() => database.close());

const answerOfSqlite = (sql: string, data: readonly Row[]): string[] => {
  database.exec('DELETE FROM S3Object');
  const insert = database.prepare('INSERT INTO S3Object VALUES (?, ?, ?)');
  for (const { a, b, t } of data) insert.run(a, b, t);
  return database
    .prepare(sql)
    .all()
    .map((row) => JSON.stringify(row));
};

const answerOfOurs = (sql: string, data: readonly Row[]): string[] =>
  rowsOf({ sql, data: data.map((row) => JSON.stringify(row)).join('\n'), json: 'LINES' });

const SELECTS = [
  'SELECT s.a AS a, s.b AS b, s.t AS t FROM S3Object s WHERE',
  'SELECT COUNT(*) AS n, COUNT(s.a) AS c, SUM(s.a) AS total, MIN(s.b) AS low, MAX(s.t) AS high FROM S3Object s WHERE',
];

test.each(SELECTS)('%s …', async (select) => {
  await verify(
    property(rows, condition, (data, where) => {
      const sql = `${select} ${where}`;
      expect(answerOfOurs(sql, data)).toEqual(answerOfSqlite(sql, data));
    }),
    { numRuns: 800 },
  );
});
