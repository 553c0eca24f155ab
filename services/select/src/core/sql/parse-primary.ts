/** What an expression is built from: literals, paths, calls, CASE, parentheses. */
import { EXPRESSION_LIST_MAX } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { Value } from '../value/value.ts';
import type { CaseBranch, ExpressionNode } from './ast/expression-node.ts';
import type { NameStep } from './ast/path-node.ts';
import { isBuiltinWord, type ParseExpression, parseFunction } from './parse-function.ts';
import { parseIonLiteral, parseNumberLiteral } from './parse-literal.ts';
import { acceptName, parsePathSteps } from './parse-path.ts';
import type { TokenCursor } from './token-cursor.ts';

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['TRUE', true],
  ['FALSE', false],
  ['NULL', null],
  ['MISSING', undefined],
]);

/** Collection types whose constructors the dialect leaves out. */
const CONSTRUCTORS: ReadonlySet<string> = new Set(['LIST', 'SEXP', 'BAG', 'TUPLE', 'STRUCT', 'VALUES']);

export const parsePrimary = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  const token = cursor.current;
  switch (token.kind) {
    case 'string':
      cursor.take();
      return { kind: 'literal', value: token.text };
    case 'integer':
    case 'decimal':
    case 'float':
      cursor.take();
      return { kind: 'literal', value: parseNumberLiteral(token, '') };
    case 'ion':
      cursor.take();
      return { kind: 'literal', value: parseIonLiteral(token) };
    case 'keyword':
      return parseKeyword(cursor, parse);
    case 'name':
    case 'quotedName':
      return parseNamed(cursor, parse);
    case 'operator':
      if (token.text === '||') throw cursor.failure('ParseUnknownOperator', 'a value');
      throw cursor.failure('ParseUnexpectedOperator', 'a value');
    case 'punctuation':
      return parsePunctuated(cursor, parse);
    case 'end':
      throw cursor.failure('ParseExpectedExpression', 'an expression');
  }
};

const refuseWindow = (cursor: TokenCursor): void => {
  const { current, following } = cursor;
  if (current.kind === 'name' && current.text.toUpperCase() === 'OVER' && following.text === '(') {
    throw new SelectFailure('UnsupportedSqlStructure', 'window functions are not supported');
  }
};

const parseCall = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  const call = cursor.nested(() => parseFunction(cursor, parse));
  refuseWindow(cursor);
  return call;
};

const parseKeyword = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  const word = cursor.current.text;
  const isCalled = cursor.following.kind === 'punctuation' && cursor.following.text === '(';
  if (CONSTANTS.has(word)) {
    cursor.take();
    return { kind: 'literal', value: CONSTANTS.get(word) };
  }
  if (word === 'CASE') return cursor.nested(() => parseCase(cursor, parse));
  if (word === 'SELECT' || (word === 'EXISTS' && isCalled)) {
    throw new SelectFailure('UnsupportedSqlStructure', 'subqueries are not supported');
  }
  if (CONSTRUCTORS.has(word)) {
    if (!isCalled)
      throw cursor.failure('ParseExpectedLeftParenValueConstructor', `a name, not the reserved word ${word}`);
    throw cursor.failure('ParseUnsupportedSyntax', 'a list in [] or ()');
  }
  if (isBuiltinWord(word) || isCalled) return parseCall(cursor, parse);
  throw cursor.failure('ParseUnExpectedKeyword', 'a value; quote reserved words that are names');
};

const parseNamed = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  if (cursor.current.kind === 'name' && cursor.following.text === '(' && cursor.following.kind === 'punctuation') {
    return parseCall(cursor, parse);
  }
  const root: NameStep | undefined = acceptName(cursor);
  if (root === undefined) throw cursor.failure('ParseUnexpectedTerm', 'a name');
  return { kind: 'path', root, steps: parsePathSteps(cursor) };
};

const parsePunctuated = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  if (cursor.acceptPunctuation('(')) {
    return cursor.nested(() => {
      const items = parseList(cursor, parse, ')');
      const [only] = items;
      if (only === undefined) throw cursor.failure('ParseUnexpectedTerm', 'a value in ()');
      return items.length === 1 ? only : { kind: 'list', items };
    });
  }
  if (cursor.acceptPunctuation('[')) {
    return cursor.nested(() => ({ kind: 'list', items: parseList(cursor, parse, ']') }));
  }
  if (cursor.acceptPunctuation('@')) {
    if (acceptName(cursor) === undefined) throw cursor.failure('ParseMissingIdentAfterAt', 'a name after @');
    throw cursor.failure('ParseUnsupportedSyntax', 'no @ before a name');
  }
  if (cursor.isPunctuation('?') || cursor.isPunctuation('{') || cursor.isPunctuation(':')) {
    throw cursor.failure('ParseUnsupportedToken', 'a value');
  }
  if (cursor.isPunctuation(';')) throw cursor.failure('UnsupportedSyntax', 'a value');
  throw cursor.failure('ParseUnexpectedTerm', 'a value');
};

/** Expressions up to and with the closing mark. */
export const parseList = (cursor: TokenCursor, parse: ParseExpression, close: ')' | ']'): ExpressionNode[] => {
  const items: ExpressionNode[] = [];
  if (cursor.acceptPunctuation(close)) return items;
  for (;;) {
    items.push(parse(cursor));
    if (items.length > EXPRESSION_LIST_MAX) throw new SelectFailure('ExpressionTooLong', 'a list has too many items');
    if (cursor.acceptPunctuation(close)) return items;
    cursor.expectPunctuation(',', 'ParseExpected2TokenTypes');
  }
};

const parseCase = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  cursor.take();
  const subject = cursor.isKeyword('WHEN') ? undefined : parseCaseSubject(cursor, parse);
  const branches: CaseBranch[] = [];
  while (cursor.acceptKeyword('WHEN')) {
    const when = parse(cursor);
    cursor.expectKeyword('THEN');
    branches.push({ when, result: parse(cursor) });
    if (branches.length > EXPRESSION_LIST_MAX)
      throw new SelectFailure('ExpressionTooLong', 'a CASE has too many branches');
  }
  if (branches.length === 0) throw cursor.failure('ParseExpectedWhenClause', 'WHEN');
  const otherwise = cursor.acceptKeyword('ELSE') ? parse(cursor) : undefined;
  if (!cursor.isKeyword('END')) throw cursor.failure('ParseUnsupportedCaseClause', 'WHEN, ELSE or END');
  cursor.take();
  return { kind: 'case', subject, branches, otherwise };
};

const parseCaseSubject = (cursor: TokenCursor, parse: ParseExpression): ExpressionNode => {
  if (cursor.isKeyword('END') || cursor.isKeyword('ELSE')) throw cursor.failure('ParseExpectedWhenClause', 'WHEN');
  return parse(cursor);
};
