/** Every code of the closed set is either provoked here or has the reason why no query alone can end with it. */
import type { SelectRequest } from '@needlestack/service-contracts';
import { validateRequest } from '../src/core/request/validate-request.ts';
import { SELECT_ERROR_STATUS, type SelectErrorCode } from '../src/core/select-error-code.ts';
import { SelectFailure } from '../src/core/select-failure.ts';
import { failureOf, type QueryInput, requestOf } from './support/run-query.ts';

/** A query over CSV, a query with its input, a request changed in some part, or why there is none. */
type Case =
  | { readonly sql: string }
  | { readonly query: QueryInput }
  | { readonly request: Partial<SelectRequest> }
  | { readonly elsewhere: string };

const sql = (text: string): Case => ({ sql: text });
const value = (expression: string): Case => ({ sql: `SELECT ${expression} FROM S3Object s` });
const query = (input: QueryInput): Case => ({ query: input });
const request = (change: Partial<SelectRequest>): Case => ({ request: change });
const elsewhere = (reason: string): Case => ({ elsewhere: reason });

const GATEWAY = 'the gateway refuses it before the service is asked';
const SERVICE = 'in select-service.test.ts';
const PATTERN_PARSING = 'the dialect reads no timestamps by a pattern';

const CASES: Readonly<Record<SelectErrorCode, readonly Case[]>> = {
  EmptyRequestBody: [elsewhere(GATEWAY)],
  MalformedXML: [
    request({ inputSerialization: { CSV: { FieldDelimiter: { A: 'b' } } } }),
    request({ inputSerialization: { CSV: 'text' } }),
  ],
  MissingRequiredParameter: [
    request({ expression: ' ' }),
    request({ expressionType: '' }),
    request({ inputSerialization: {} }),
    request({ outputSerialization: {} }),
    request({ inputSerialization: { JSON: {} } }),
  ],
  InvalidExpressionType: [request({ expressionType: 'XPATH' })],
  ExpressionTooLong: [
    value(`'${'a'.repeat(256 * 1024)}'`),
    value(`${'('.repeat(65)}1${')'.repeat(65)}`),
    value(`${'NOT '.repeat(65)}TRUE`),
    value(Array.from({ length: 1002 }, () => '1').join('+')),
    value(`1 IN (${Array.from({ length: 10_001 }, () => '1').join(',')})`),
    value(Array.from({ length: 10_001 }, () => '1').join(',')),
  ],
  InvalidRequestParameter: [
    request({ inputSerialization: { CSV: { QuoteCharacter: "''" } } }),
    request({ inputSerialization: { CSV: { QuoteCharacter: ',' } } }),
    request({ inputSerialization: { CSV: { Colour: 'red' } } }),
    request({ inputSerialization: { Parquet: {}, CompressionType: 'GZIP' } }),
    request({ scanRange: { Start: '4', End: '2' } }),
    request({ scanRange: { Start: '100' } }),
    request({ scanRange: { Start: 'four' } }),
    request({ scanRange: {} }),
    request({ scanRange: { Start: '1' }, inputSerialization: { JSON: { Type: 'DOCUMENT' } } }),
    request({ scanRange: { Start: '1' }, inputSerialization: { CSV: {}, CompressionType: 'GZIP' } }),
    request({ scanRange: { Start: '1' }, inputSerialization: { CSV: { AllowQuotedRecordDelimiter: 'true' } } }),
  ],
  ObjectSerializationConflict: [
    request({ inputSerialization: { CSV: {}, JSON: { Type: 'LINES' } } }),
    request({ outputSerialization: { CSV: {}, JSON: {} } }),
  ],
  InvalidDataSource: [request({ inputSerialization: { Avro: {} } }), request({ outputSerialization: { Parquet: {} } })],
  InvalidCompressionFormat: [request({ inputSerialization: { CSV: {}, CompressionType: 'ZIP' } })],
  InvalidFileHeaderInfo: [request({ inputSerialization: { CSV: { FileHeaderInfo: 'MAYBE' } } })],
  InvalidJsonType: [request({ inputSerialization: { JSON: { Type: 'TREE' } } })],
  InvalidQuoteFields: [request({ outputSerialization: { CSV: { QuoteFields: 'NEVER' } } })],
  UnsupportedRangeHeader: [elsewhere(GATEWAY)],
  UnsupportedStorageClass: [elsewhere(GATEWAY)],
  InvalidTextEncoding: [
    query({ sql: 'SELECT * FROM S3Object', data: Buffer.from([0x61, 0xff, 0x0a]) }),
    query({ sql: 'SELECT * FROM S3Object', data: Buffer.from([0x61, 0xc3]) }),
    query({ sql: 'SELECT * FROM S3Object', data: Buffer.from([0x22, 0xff, 0x22]), json: 'LINES' }),
  ],
  TruncatedInput: [elsewhere(SERVICE)],
  CSVParsingError: [
    query({ sql: 'SELECT * FROM S3Object', data: 'a,"b\nc' }),
    query({ sql: 'SELECT * FROM S3Object', data: 'a,"b\nc', csv: { AllowQuotedRecordDelimiter: 'TRUE' } }),
  ],
  JSONParsingError: [
    '{"a":1',
    '{"a":1}}',
    '{"a" 1}',
    '{"a":01}',
    '["\\x"]',
    '{"a":tru}',
    '[1,]',
    '{,}',
    '1e9999',
    `${'['.repeat(101)}`,
  ].map((data) => query({ sql: 'SELECT * FROM S3Object', data, json: 'LINES', output: { CSV: {} } })),
  ParquetParsingError: [elsewhere('Parquet is refused as a data source')],
  OverMaxRecordSize: [
    query({ sql: 'SELECT * FROM S3Object', data: 'a'.repeat(1024 * 1024 + 1) }),
    query({ sql: 'SELECT * FROM S3Object', data: `"${'a'.repeat(1024 * 1024)}"`, json: 'LINES' }),
    query({ sql: 'SELECT * FROM S3Object[*].a', data: `{"a":"${'a'.repeat(1024 * 1024)}"}`, json: 'DOCUMENT' }),
    query({ sql: 'SELECT s._1, s._1 FROM S3Object s', data: 'a'.repeat(600 * 1024) }),
  ],
  OverMaxColumn: [
    query({ sql: 'SELECT s._1 FROM S3Object s', data: ','.repeat(10_000) }),
    query({ sql: 'SELECT s._1 FROM S3Object s', data: `""${','.repeat(10_000)}` }),
  ],
  ColumnTooLong: [
    query({ sql: 'SELECT * FROM S3Object', data: `${'a'.repeat(1025)}\n1`, csv: { FileHeaderInfo: 'USE' } }),
  ],
  InvalidColumnIndex: [value('_0'), value('s._10001')],
  MissingHeaders: [value('name')],
  MissingHeaderName: [query({ sql: 'SELECT age FROM S3Object', data: 'name\nx', csv: { FileHeaderInfo: 'USE' } })],
  AmbiguousFieldName: [query({ sql: 'SELECT a FROM S3Object', data: 'A,a\n1,2', csv: { FileHeaderInfo: 'USE' } })],
  InvalidTableAlias: [sql('SELECT * FROM people'), value('t._1')],
  CastFailed: [
    value("CAST('x' AS INT)"),
    value("CAST('9223372036854775808' AS INT)"),
    value("CAST('2007-02-30T' AS TIMESTAMP)"),
  ],
  InvalidCast: [value('CAST(TRUE AS TIMESTAMP)'), value('CAST(UTCNOW() AS FLOAT)')],
  InvalidDataType: [
    value("'a' + 1"),
    value('NOT 1'),
    sql('SELECT * FROM S3Object WHERE 1'),
    value('SUM(_1)'),
    value("- 'a'"),
  ],
  IntegerOverflow: [value('9223372036854775807 + 1'), value('9223372036854775808')],
  ValueParseFailure: [value("TO_TIMESTAMP('yesterday')")],
  IllegalSqlFunctionArgument: [elsewhere('wrong arguments have the codes of their type or count')],
  IncorrectSqlFunctionArgumentType: [
    value('UPPER(1)'),
    value("SUBSTRING('a', 'b')"),
    value("EXTRACT(YEAR FROM '2007T')"),
  ],
  LikeInvalidInputs: [
    value("1 LIKE 'a'"),
    value("'a' LIKE 'a' ESCAPE 'bc'"),
    value("'a' LIKE '!a' ESCAPE '!'"),
    value("'a' LIKE 'a!' ESCAPE '!'"),
  ],
  EvaluatorBindingDoesNotExist: [elsewhere('unknown names are refused before anything is evaluated')],
  EvaluatorInvalidArguments: [
    value('1 / 0'),
    value('1.5 % 0'),
    value("SUBSTRING('a', 1, -1)"),
    value("UPPER('a', 'b')"),
    value('COALESCE()'),
    value('DATE_ADD(YEAR, 9999, UTCNOW())'),
  ],
  EvaluatorInvalidTimestampFormatPattern: [elsewhere('what is wrong with a pattern has a code of its own')],
  EvaluatorInvalidTimestampFormatPatternSymbol: [value("TO_STRING(UTCNOW(), 'b')")],
  EvaluatorInvalidTimestampFormatPatternSymbolForParsing: [elsewhere(PATTERN_PARSING)],
  EvaluatorInvalidTimestampFormatPatternToken: [value("TO_STRING(UTCNOW(), 'MMMMMM')")],
  EvaluatorTimestampFormatPatternDuplicateFields: [elsewhere(PATTERN_PARSING)],
  EvaluatorTimestampFormatPatternHourClockAmPmMismatch: [elsewhere(PATTERN_PARSING)],
  EvaluatorUnterminatedTimestampFormatPatternToken: [value("TO_STRING(UTCNOW(), '''T')")],
  LexerInvalidChar: [value('#1')],
  LexerInvalidOperator: [value('1 ! 2'), value("'a' | 'b'")],
  LexerInvalidLiteral: [value("'open"), value('12abc'), value('1e999')],
  LexerInvalidIONLiteral: [value('`open'), value('`{a:1}`')],
  ParseAsteriskIsNotAloneInSelectList: [value('*, s._1'), value('s._1, *'), value('s.*, s._1')],
  ParseCannotMixSqbAndWildcardInSelectList: [value('s[0].*')],
  ParseCastArity: [value('CAST(1 AS INT(3))'), value('CAST(1 AS DECIMAL(1,2,3))')],
  ParseEmptySelect: [sql('SELECT FROM S3Object'), sql('SELECT')],
  ParseExpected2TokenTypes: [value('(1, 2')],
  ParseExpectedArgumentDelimiter: [value("UPPER('a' 'b')"), value('DATE_ADD(YEAR 1, UTCNOW())')],
  ParseExpectedDatePart: [value('EXTRACT(CENTURY FROM UTCNOW())'), value('DATE_ADD(TIMEZONE_HOUR, 1, UTCNOW())')],
  ParseExpectedExpression: [sql('SELECT * FROM S3Object WHERE'), sql('SELECT * FROM')],
  ParseExpectedIdentForAlias: [value('1 AS 2')],
  ParseExpectedIdentForAt: [sql('SELECT * FROM S3Object s AT 1')],
  ParseExpectedIdentForGroupName: [sql('SELECT COUNT(*) FROM S3Object s GROUP BY s._1 AS 1')],
  ParseExpectedKeyword: [
    value("EXTRACT(YEAR '2007T')"),
    value('CASE WHEN TRUE 1 END'),
    value('1 BETWEEN 2'),
    value('CAST(1 INT)'),
  ],
  ParseExpectedLeftParenAfterCast: [value('CAST 1 AS INT')],
  ParseExpectedLeftParenBuiltinFunctionCall: [value('UPPER'), value('COUNT')],
  ParseExpectedLeftParenValueConstructor: [value('LIST')],
  ParseExpectedMember: [value('1 IN'), sql('SELECT * FROM S3Object WHERE 1 IN LIMIT 1')],
  ParseExpectedNumber: [sql('SELECT * FROM S3Object LIMIT x'), sql('SELECT * FROM S3Object LIMIT -1')],
  ParseExpectedRightParenBuiltinFunctionCall: [sql("SELECT UPPER('a'")],
  ParseExpectedTokenType: [value('s.a[1')],
  ParseExpectedTypeName: [value('CAST(1 AS COLOUR)'), value('1 IS TRUE')],
  ParseExpectedWhenClause: [value('CASE END'), value('CASE 1 ELSE 2 END')],
  ParseInvalidContextForWildcardInSelectList: [value('s._1[*]'), value('s._1.*')],
  ParseInvalidPathComponent: [
    value("s.'a'"),
    value('s.date'),
    value('s[-1]'),
    sql('SELECT * FROM S3Object.a'),
    sql('SELECT * FROM S3Object[*].a'),
    value('s._1._2'),
  ],
  ParseInvalidTypeParam: [value('CAST(1 AS DECIMAL(x))')],
  ParseMalformedJoin: [sql('SELECT * FROM S3Object INNER S3Object'), sql('SELECT * FROM S3Object JOIN')],
  ParseMissingIdentAfterAt: [value('@1')],
  ParseNonUnaryAgregateFunctionCall: [value('SUM(1, 2)'), value('COUNT()')],
  ParseSelectMissingFrom: [sql('SELECT 1'), sql('SELECT 1 WHERE TRUE')],
  ParseUnExpectedKeyword: [value('date'), sql('SELECT * FROM table'), sql('SELECT * FROM S3Object SELECT')],
  ParseUnexpectedOperator: [value('/ 1'), sql('SELECT * FROM S3Object s = 1')],
  ParseUnexpectedTerm: [value('()'), value(')'), sql("SELECT * FROM S3Object s 'a'"), sql("SELECT * FROM 'a'")],
  ParseUnexpectedToken: [sql('SELECT * FROM S3Object s WHERE TRUE)')],
  ParseUnknownOperator: [value("'a' || 'b'"), value('|| 1')],
  ParseUnsupportedAlias: [sql('SELECT * FROM S3Object s AT i')],
  ParseUnsupportedCallWithStar: [value('SUM(*)'), value('UPPER(*)')],
  ParseUnsupportedCase: [elsewhere('both forms of CASE are supported')],
  ParseUnsupportedCaseClause: [value('CASE WHEN TRUE THEN 1 OTHERWISE 2 END')],
  ParseUnsupportedLiteralsGroupBy: [sql('SELECT COUNT(*) FROM S3Object GROUP BY 1')],
  ParseUnsupportedSelect: [sql('SELECT ALL * FROM S3Object'), sql('SELECT VALUE 1 FROM S3Object')],
  ParseUnsupportedSyntax: [value('LIST(1)'), value('@a')],
  ParseUnsupportedToken: [value('?'), value('{1}')],
  UnsupportedFunction: [value("SOUNDEX('a')"), value('OCTET_LENGTH(1)')],
  UnsupportedSyntax: [sql('DELETE FROM S3Object'), sql("SELECT * FROM S3Object s WHERE s._1 LIKE 'a' LIKE;")],
  UnsupportedSqlStructure: [
    sql('SELECT * FROM S3Object a JOIN S3Object b'),
    sql('SELECT * FROM S3Object a, S3Object b'),
    sql('SELECT * FROM (SELECT * FROM S3Object)'),
    sql('SELECT * FROM S3Object WHERE 1 IN (SELECT 1 FROM S3Object)'),
    sql('SELECT DISTINCT _1 FROM S3Object'),
    sql('SELECT COUNT(DISTINCT _1) FROM S3Object'),
    sql('SELECT COUNT(*) FROM S3Object HAVING COUNT(*) > 1'),
    sql('SELECT * FROM S3Object LIMIT 1 OFFSET 2'),
    sql('SELECT * FROM S3Object OFFSET 2'),
    sql('SELECT * FROM S3Object UNION SELECT * FROM S3Object'),
    sql('SELECT * FROM S3Object; SELECT 1'),
    sql('SELECT COUNT(*) OVER (PARTITION BY _1) FROM S3Object'),
    sql('SELECT COUNT(*), _1 FROM S3Object'),
    sql('SELECT _1 FROM S3Object WHERE COUNT(*) > 1'),
    sql('SELECT SUM(COUNT(*)) FROM S3Object'),
    sql('SELECT a + 1 AS b, b + 1 AS a FROM S3Object'),
  ],
  UnsupportedSqlOperation: [value('CAST(1 AS DECIMAL(10, 2))'), value('s')],
  UnauthorizedAccess: [elsewhere(GATEWAY)],
  AccessDenied: [elsewhere(GATEWAY)],
  NoSuchKey: [elsewhere(GATEWAY)],
  NoSuchBucket: [elsewhere(GATEWAY)],
  Busy: [elsewhere('needs five minutes, or a server that stops')],
  SlowDown: [elsewhere(SERVICE)],
  InternalError: [elsewhere(SERVICE)],
};

const requestFailure = (change: Partial<SelectRequest>): string | undefined => {
  try {
    validateRequest({ ...requestOf({ sql: 'SELECT * FROM S3Object', data: 'a,b,c\n' }), ...change });
    return undefined;
  } catch (error) {
    return error instanceof SelectFailure ? error.code : String(error);
  }
};

const codes = Object.keys(SELECT_ERROR_STATUS) as SelectErrorCode[];

test.each(codes)('%s', (code) => {
  const found = CASES[code].map((one) => {
    if ('elsewhere' in one) return code;
    if ('request' in one) return requestFailure(one.request);
    return failureOf('query' in one ? one.query : { sql: one.sql, data: 'a,b\n' });
  });
  expect(found).toEqual(CASES[code].map(() => code));
});
