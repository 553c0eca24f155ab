/**
 * Expressions by precedence, from loose to tight: OR, AND, NOT, comparison and IS, LIKE, BETWEEN, IN, + -, * / %, unary minus
 * (select.md section 2). Each level is one function that asks the next tighter one for its operands.
 */
import { EXPRESSION_LIST_MAX } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { ArithmeticOperator } from '../value/arithmetic.ts';
import type { ComparisonOperator, ExpressionNode } from './ast/expression-node.ts';
import { parseNumberLiteral } from './parse-literal.ts';
import { parsePrimary } from './parse-primary.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Operators of one level in a row; each nests one deeper when it is evaluated. */
const CHAIN_MAX = 1000;

const COMPARISONS: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
};
const SUMS: Readonly<Record<string, ArithmeticOperator>> = { '+': '+', '-': '-' };
const PRODUCTS: Readonly<Record<string, ArithmeticOperator>> = { '*': '*', '/': '/', '%': '%' };

const acceptOperator = <T>(cursor: TokenCursor, operators: Readonly<Record<string, T>>): T | undefined => {
  if (cursor.current.kind !== 'operator' || !Object.hasOwn(operators, cursor.current.text)) return undefined;
  return operators[cursor.take().text];
};

export const parseExpression = (cursor: TokenCursor): ExpressionNode =>
  parseLogic(cursor, 'OR', (inner) => parseLogic(inner, 'AND', parseNot));

type ParseLevel = (cursor: TokenCursor) => ExpressionNode;

const parseLogic = (cursor: TokenCursor, operator: 'AND' | 'OR', parseOperand: ParseLevel): ExpressionNode => {
  const first = parseOperand(cursor);
  if (!cursor.isKeyword(operator)) return first;
  const operands = [first];
  while (cursor.acceptKeyword(operator)) {
    operands.push(parseOperand(cursor));
    if (operands.length > EXPRESSION_LIST_MAX)
      throw new SelectFailure('ExpressionTooLong', `too many operands of ${operator}`);
  }
  return { kind: 'logic', operator, operands };
};

const parseNot = (cursor: TokenCursor): ExpressionNode => {
  if (!cursor.acceptKeyword('NOT')) return parseComparison(cursor);
  return cursor.nested(() => ({ kind: 'not', operand: parseNot(cursor) }));
};

/** Left to right for as long as there are operators of the level. */
const parseChain = (
  cursor: TokenCursor,
  parseOperand: ParseLevel,
  extend: (left: ExpressionNode) => ExpressionNode | undefined,
): ExpressionNode => {
  let left = parseOperand(cursor);
  for (let length = 1; ; length += 1) {
    const longer = extend(left);
    if (longer === undefined) return left;
    if (length >= CHAIN_MAX) throw new SelectFailure('ExpressionTooLong', `more than ${CHAIN_MAX} operators in a row`);
    left = longer;
  }
};

const parseComparison = (cursor: TokenCursor): ExpressionNode =>
  parseChain(cursor, parseLike, (left) => {
    if (cursor.isKeyword('IS')) return parseIs(cursor, left);
    const operator = acceptOperator(cursor, COMPARISONS);
    return operator === undefined ? undefined : { kind: 'comparison', operator, left, right: parseLike(cursor) };
  });

const parseIs = (cursor: TokenCursor, operand: ExpressionNode): ExpressionNode => {
  cursor.take();
  const isNegated = cursor.acceptKeyword('NOT');
  const what = cursor.isKeyword('NULL') ? 'NULL' : cursor.isKeyword('MISSING') ? 'MISSING' : undefined;
  if (what === undefined) throw cursor.failure('ParseExpectedTypeName', 'NULL or MISSING');
  cursor.take();
  return negatedIf(isNegated, { kind: 'is', operand, what });
};

const negatedIf = (isNegated: boolean, operand: ExpressionNode): ExpressionNode =>
  isNegated ? { kind: 'not', operand } : operand;

/** Takes `[NOT] word`; undefined when it does not stand at the cursor. */
const acceptNegatable = (cursor: TokenCursor, word: string): { readonly isNegated: boolean } | undefined => {
  if (cursor.acceptKeyword(word)) return { isNegated: false };
  const { following } = cursor;
  if (!cursor.isKeyword('NOT') || following.kind !== 'keyword' || following.text !== word) return undefined;
  cursor.take();
  cursor.take();
  return { isNegated: true };
};

const parseLike = (cursor: TokenCursor): ExpressionNode =>
  parseChain(cursor, parseBetween, (operand) => {
    const like = acceptNegatable(cursor, 'LIKE');
    if (like === undefined) return undefined;
    const pattern = parseBetween(cursor);
    const escapeChar = cursor.acceptKeyword('ESCAPE') ? parseBetween(cursor) : undefined;
    return negatedIf(like.isNegated, { kind: 'like', operand, pattern, escape: escapeChar });
  });

const parseBetween = (cursor: TokenCursor): ExpressionNode =>
  parseChain(cursor, parseIn, (operand) => {
    const between = acceptNegatable(cursor, 'BETWEEN');
    if (between === undefined) return undefined;
    const low = parseIn(cursor);
    cursor.expectKeyword('AND');
    return negatedIf(between.isNegated, { kind: 'between', operand, low, high: parseIn(cursor) });
  });

const parseIn = (cursor: TokenCursor): ExpressionNode =>
  parseChain(cursor, parseSum, (operand) => {
    const isIn = acceptNegatable(cursor, 'IN');
    return isIn === undefined
      ? undefined
      : negatedIf(isIn.isNegated, { kind: 'in', operand, members: parseMembers(cursor) });
  });

/** What stands after IN: `(a)` is a list of one here, not a value in parentheses. */
const parseMembers = (cursor: TokenCursor): ExpressionNode => {
  if (cursor.current.kind === 'end' || (cursor.current.kind === 'keyword' && cursor.following.text !== '(')) {
    throw cursor.failure('ParseExpectedMember', 'a list or a path');
  }
  const isParenthesized = cursor.isPunctuation('(');
  const members = parseSum(cursor);
  return isParenthesized && members.kind !== 'list' ? { kind: 'list', items: [members] } : members;
};

const parseSum = (cursor: TokenCursor): ExpressionNode =>
  parseChain(cursor, parseProduct, (left) => {
    if (cursor.is('operator', '||')) throw cursor.failure('ParseUnknownOperator', 'an operator of the dialect');
    const operator = acceptOperator(cursor, SUMS);
    return operator === undefined ? undefined : { kind: 'arithmetic', operator, left, right: parseProduct(cursor) };
  });

const parseProduct = (cursor: TokenCursor): ExpressionNode =>
  parseChain(cursor, parseSigned, (left) => {
    const operator = acceptOperator(cursor, PRODUCTS);
    return operator === undefined ? undefined : { kind: 'arithmetic', operator, left, right: parseSigned(cursor) };
  });

const parseSigned = (cursor: TokenCursor): ExpressionNode => {
  if (cursor.is('operator', '+')) {
    cursor.take();
    return cursor.nested(() => parseSigned(cursor));
  }
  if (!cursor.is('operator', '-')) return parsePrimary(cursor, parseExpression);
  cursor.take();
  const { kind } = cursor.current;
  if (kind === 'integer' || kind === 'decimal' || kind === 'float') {
    // The least integer has no positive twin, so the sign belongs to the literal.
    return { kind: 'literal', value: parseNumberLiteral(cursor.take(), '-') };
  }
  return cursor.nested(() => ({ kind: 'negate', operand: parseSigned(cursor) }));
};
