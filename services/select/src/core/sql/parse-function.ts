/** Calls: CAST, the aggregates, the built-in functions and those of them that have a syntax of their own. */
import { EXPRESSION_LIST_MAX } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { CastType } from '../value/cast-value.ts';
import type { DatePart } from '../value/date-part.ts';
import type { AggregateName, ExpressionNode, FunctionName } from './ast/expression-node.ts';
import type { TokenCursor } from './token-cursor.ts';

export type ParseExpression = (cursor: TokenCursor) => ExpressionNode;

const AGGREGATES: ReadonlySet<string> = new Set(['COUNT', 'SUM', 'MIN', 'MAX', 'AVG'] satisfies AggregateName[]);

/** Least and most arguments of each plain function. */
const ARITY: Readonly<Record<FunctionName, readonly [number, number]>> = {
  COALESCE: [1, EXPRESSION_LIST_MAX],
  NULLIF: [2, 2],
  CHAR_LENGTH: [1, 1],
  CHARACTER_LENGTH: [1, 1],
  LOWER: [1, 1],
  UPPER: [1, 1],
  SUBSTRING: [2, 3],
  TO_STRING: [2, 2],
  TO_TIMESTAMP: [1, 1],
  UTCNOW: [0, 0],
};

const CAST_TYPES: Readonly<Record<string, CastType>> = {
  BOOL: 'BOOL',
  BOOLEAN: 'BOOL',
  INT: 'INT',
  INTEGER: 'INT',
  STRING: 'STRING',
  FLOAT: 'FLOAT',
  DECIMAL: 'DECIMAL',
  NUMERIC: 'DECIMAL',
  TIMESTAMP: 'TIMESTAMP',
};

const DATE_PARTS: ReadonlySet<string> = new Set([
  'YEAR',
  'MONTH',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
  'TIMEZONE_HOUR',
  'TIMEZONE_MINUTE',
] satisfies DatePart[]);

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(ARITY, name);
const isAggregateName = (name: string): name is AggregateName => AGGREGATES.has(name);
const isDatePart = (name: string): name is DatePart => DATE_PARTS.has(name);

const OWN_SYNTAX: ReadonlySet<string> = new Set(['CAST', 'TRIM', 'SUBSTRING', 'EXTRACT', 'DATE_ADD', 'DATE_DIFF']);

/** Whether the word, in upper case, can only be a call. */
export const isBuiltinWord = (word: string): boolean =>
  OWN_SYNTAX.has(word) || isAggregateName(word) || isFunctionName(word) || Object.hasOwn(CAST_TYPES, word);

/** The call whose name is the current token. */
export const parseFunction = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  const name = cursor.current.text.toUpperCase();
  cursor.take();
  if (name === 'CAST') return parseCast(cursor, parse);
  cursor.expectPunctuation('(', 'ParseExpectedLeftParenBuiltinFunctionCall');
  if (cursor.is('operator', '*') && name !== 'COUNT') {
    throw cursor.failure('ParseUnsupportedCallWithStar', `an argument of ${name}`);
  }
  if (isAggregateName(name)) return parseAggregate(cursor, parse, name);
  if (name === 'TRIM') return parseTrim(cursor, parse);
  if (name === 'EXTRACT') return parseExtract(cursor, parse);
  if (name === 'DATE_ADD' || name === 'DATE_DIFF') return parseDateFunction(cursor, parse, name);
  if (name === 'SUBSTRING') return parseSubstring(cursor, parse);
  const castType = CAST_TYPES[name];
  if (castType !== undefined) return { kind: 'cast', operand: parseOnlyArgument(cursor, parse, name), type: castType };
  if (!isFunctionName(name))
    throw new SelectFailure('UnsupportedFunction', `there is no function ${name.slice(0, 100)}`);
  const args = parseArguments(cursor, parse);
  checkArity(name, args);
  return { kind: 'call', name, args };
};

const wrongArity = (name: string, count: number): SelectFailure =>
  new SelectFailure('EvaluatorInvalidArguments', `${name} does not take ${count} arguments`);

const checkArity = (name: FunctionName, args: readonly ExpressionNode[]): void => {
  const [least, most] = ARITY[name];
  if (args.length < least || args.length > most) throw wrongArity(name, args.length);
};

const closeCall = (cursor: TokenCursor): void =>
  cursor.expectPunctuation(')', 'ParseExpectedRightParenBuiltinFunctionCall');

/** Arguments up to and with the closing parenthesis. */
const parseArguments = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode[] => {
  const args: ExpressionNode[] = [];
  if (cursor.acceptPunctuation(')')) return args;
  for (;;) {
    args.push(parse(cursor));
    if (args.length > EXPRESSION_LIST_MAX)
      throw new SelectFailure('ExpressionTooLong', 'a call has too many arguments');
    if (cursor.acceptPunctuation(')')) return args;
    if (cursor.current.kind === 'end') throw cursor.failure('ParseExpectedRightParenBuiltinFunctionCall', ')');
    cursor.expectPunctuation(',', 'ParseExpectedArgumentDelimiter');
  }
};

const parseOnlyArgument = (cursor: TokenCursor, parse: ParseExpression, name: string): ExpressionNode => {
  const args = parseArguments(cursor, parse);
  const [only] = args;
  if (only === undefined || args.length !== 1) throw wrongArity(name, args.length);
  return only;
};

const parseCast = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  cursor.expectPunctuation('(', 'ParseExpectedLeftParenAfterCast');
  const operand = parse(cursor);
  cursor.expectKeyword('AS');
  const type = CAST_TYPES[cursor.current.text.toUpperCase()];
  if (type === undefined || (cursor.current.kind !== 'keyword' && cursor.current.kind !== 'name')) {
    throw cursor.failure('ParseExpectedTypeName', 'a type');
  }
  cursor.take();
  if (cursor.isPunctuation('(')) refuseTypeParameters(cursor, type);
  closeCall(cursor);
  return { kind: 'cast', operand, type };
};

/** The dialect's types have no parameters; each way to write some has its own code. */
const refuseTypeParameters = (cursor: TokenCursor, type: CastType): never => {
  cursor.take();
  let count = 0;
  do {
    if (cursor.current.kind !== 'integer') throw cursor.failure('ParseInvalidTypeParam', 'an integer');
    cursor.take();
    count += 1;
  } while (cursor.acceptPunctuation(','));
  cursor.expectPunctuation(')', 'ParseExpectedTokenType');
  if (type !== 'DECIMAL' || count > 2)
    throw new SelectFailure('ParseCastArity', `${type} takes no ${count} parameters`);
  throw new SelectFailure('UnsupportedSqlOperation', 'a cast to a decimal of given precision is not supported');
};

const parseAggregate = (cursor: TokenCursor, parse: ParseExpression, name: AggregateName): ExpressionNode => {
  if (cursor.isKeyword('DISTINCT')) throw new SelectFailure('UnsupportedSqlStructure', 'DISTINCT is not supported');
  if (cursor.is('operator', '*')) {
    cursor.take();
    closeCall(cursor);
    return { kind: 'aggregate', name, operand: undefined };
  }
  const args = parseArguments(cursor, parse);
  const [operand] = args;
  if (operand === undefined || args.length !== 1) {
    throw new SelectFailure('ParseNonUnaryAgregateFunctionCall', `${name} takes one argument, not ${args.length}`);
  }
  return { kind: 'aggregate', name, operand };
};

const parseTrim = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  let side: 'LEADING' | 'TRAILING' | 'BOTH' = 'BOTH';
  let hasSide = true;
  if (cursor.acceptKeyword('LEADING')) side = 'LEADING';
  else if (cursor.acceptKeyword('TRAILING')) side = 'TRAILING';
  else hasSide = cursor.acceptKeyword('BOTH');
  if (hasSide && cursor.acceptKeyword('FROM')) return closeTrim(cursor, side, undefined, parse(cursor));
  const first = parse(cursor);
  if (cursor.acceptKeyword('FROM')) return closeTrim(cursor, side, first, parse(cursor));
  if (hasSide) throw cursor.failure('ParseExpectedKeyword', 'FROM');
  return closeTrim(cursor, side, undefined, first);
};

const closeTrim = (
  cursor: TokenCursor,
  side: 'LEADING' | 'TRAILING' | 'BOTH',
  chars: ExpressionNode | undefined,
  operand: ExpressionNode,
): ExpressionNode => {
  if (cursor.isPunctuation(',')) throw new SelectFailure('EvaluatorInvalidArguments', 'TRIM takes one value');
  closeCall(cursor);
  return { kind: 'trim', side, chars, operand };
};

const parseSubstring = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  if (cursor.isPunctuation(')')) throw wrongArity('SUBSTRING', 0);
  const args = [parse(cursor)];
  if (cursor.acceptKeyword('FROM')) {
    args.push(parse(cursor));
    if (cursor.acceptKeyword('FOR')) args.push(parse(cursor));
    closeCall(cursor);
  } else if (!cursor.acceptPunctuation(')')) {
    cursor.expectPunctuation(',', 'ParseExpectedArgumentDelimiter');
    args.push(...parseArguments(cursor, parse));
  }
  checkArity('SUBSTRING', args);
  return { kind: 'call', name: 'SUBSTRING', args };
};

const parseDatePart = (cursor: TokenCursor): DatePart => {
  const { kind } = cursor.current;
  const part = cursor.current.text.toUpperCase();
  if ((kind !== 'keyword' && kind !== 'name') || !isDatePart(part)) {
    throw cursor.failure('ParseExpectedDatePart', 'a date part such as YEAR');
  }
  cursor.take();
  return part;
};

const parseExtract = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  const part = parseDatePart(cursor);
  cursor.expectKeyword('FROM');
  const operand = parse(cursor);
  closeCall(cursor);
  return { kind: 'datePart', name: 'EXTRACT', part, args: [operand] };
};

const parseDateFunction = (
  cursor: TokenCursor,
  parse: ParseExpression,
  name: 'DATE_ADD' | 'DATE_DIFF',
): ExpressionNode => {
  const part = parseDatePart(cursor);
  if (part === 'TIMEZONE_HOUR' || part === 'TIMEZONE_MINUTE') {
    throw new SelectFailure('ParseExpectedDatePart', `${name} does not take the part ${part}`);
  }
  cursor.expectPunctuation(',', 'ParseExpectedArgumentDelimiter');
  const args = parseArguments(cursor, parse);
  if (args.length !== 2) throw wrongArity(name, args.length + 1);
  return { kind: 'datePart', name, part, args };
};
