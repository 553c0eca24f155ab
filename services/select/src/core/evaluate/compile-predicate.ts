/** Comparison, IS, BETWEEN, IN and LIKE: NULL or MISSING on a side gives NULL. */
import { SelectFailure } from '../select-failure.ts';
import type {
  BetweenNode,
  ComparisonNode,
  ComparisonOperator,
  ExpressionNode,
  InNode,
  IsNode,
  LikeNode,
} from '../sql/ast/expression-node.ts';
import { areEqual, orderOf } from '../value/compare-values.ts';
import { compileLike as compileLikePattern, type LikePattern, matchesLike } from '../value/like-pattern.ts';
import { isList, isNumeric, isUnknown, typeNameOf, type Value } from '../value/value.ts';
import type { Compile, CompiledExpression } from './compiled-expression.ts';
import { readAsNumber } from './read-as-number.ts';
import type { Evaluate } from './row.ts';

/** Compares two values that are known. */
export const compareKnown = (operator: ComparisonOperator, a: Value, b: Value): boolean => {
  switch (operator) {
    case '=':
      return areEqual(a, b);
    case '<>':
      return !areEqual(a, b);
    case '<':
      return orderOf(a, b) < 0;
    case '<=':
      return orderOf(a, b) <= 0;
    case '>':
      return orderOf(a, b) > 0;
    case '>=':
      return orderOf(a, b) >= 0;
  }
};

/** The two sides as they compare: a field's text beside a number is read as one. */
const pairUp = (
  left: CompiledExpression,
  right: CompiledExpression,
): ((a: Value, b: Value, compare: (a: Value, b: Value) => boolean) => boolean) => {
  if (left.isFieldText === right.isFieldText) return (a, b, compare) => compare(a, b);
  if (left.isFieldText) return (a, b, compare) => compare(isNumeric(b) ? readAsNumber(a) : a, b);
  return (a, b, compare) => compare(a, isNumeric(a) ? readAsNumber(b) : b);
};

export const compileComparison = (node: ComparisonNode, compile: Compile): Evaluate => {
  const left = compile(node.left);
  const right = compile(node.right);
  const constant = constantOf(node.right);
  if (constant !== undefined && left.isFieldText) return compareField(node.operator, left.evaluate, constant);
  const { operator } = node;
  const pair = pairUp(left, right);
  const compare = (a: Value, b: Value): boolean => compareKnown(operator, a, b);
  return (row) => {
    const a = left.evaluate(row);
    const b = right.evaluate(row);
    return isUnknown(a) || isUnknown(b) ? null : pair(a, b, compare);
  };
};

const constantOf = (node: ExpressionNode): Value =>
  node.kind === 'literal' && !isUnknown(node.value) ? node.value : undefined;

/** The commonest filter, a field against a constant: the constant's type is known before the first row. */
const compareField = (operator: ComparisonOperator, field: Evaluate, constant: Value): Evaluate => {
  if (isNumeric(constant)) {
    return (row) => {
      const text = field(row);
      return isUnknown(text) ? null : compareKnown(operator, readAsNumber(text), constant);
    };
  }
  return (row) => {
    const text = field(row);
    return isUnknown(text) ? null : compareKnown(operator, text, constant);
  };
};

export const compileIs = (node: IsNode, compile: Compile): Evaluate => {
  const operand = compile(node.operand).evaluate;
  return node.what === 'NULL' ? (row) => operand(row) === null : (row) => operand(row) === undefined;
};

/** `low <= operand AND operand <= high`, in three-valued logic. */
export const compileBetween = (node: BetweenNode, compile: Compile): Evaluate => {
  const atLeast = compileComparison(
    { kind: 'comparison', operator: '>=', left: node.operand, right: node.low },
    compile,
  );
  const atMost = compileComparison(
    { kind: 'comparison', operator: '<=', left: node.operand, right: node.high },
    compile,
  );
  return (row) => {
    const isAbove = atLeast(row);
    if (isAbove === false) return false;
    const isBelow = atMost(row);
    return isBelow === false ? false : isAbove === true && isBelow === true ? true : null;
  };
};

export const compileIn = (node: InNode, compile: Compile): Evaluate => {
  const operand = compile(node.operand);
  const members = memberReader(node.members, compile);
  return (row) => {
    const value = operand.evaluate(row);
    if (isUnknown(value)) return null;
    const list = members(row);
    return list === undefined ? null : isMember(value, list, operand.isFieldText);
  };
};

interface Member {
  readonly value: Value;
  readonly isFieldText: boolean;
}

type ReadMembers = (row: Parameters<Evaluate>[0]) => readonly Member[] | undefined;

const memberReader = (node: ExpressionNode, compile: Compile): ReadMembers => {
  if (node.kind === 'list') {
    if (node.items.every((item) => item.kind === 'literal')) {
      const members = node.items.map((item) => ({ value: item.value, isFieldText: false }));
      return () => members;
    }
    const items = node.items.map(compile);
    return (row) => items.map((item) => ({ value: item.evaluate(row), isFieldText: item.isFieldText }));
  }
  const collection = compile(node).evaluate;
  return (row) => {
    const value = collection(row);
    if (isUnknown(value)) return undefined;
    if (!isList(value)) throw new SelectFailure('InvalidDataType', `IN ${typeNameOf(value)}: a list is expected`);
    return value.map((item) => ({ value: item, isFieldText: false }));
  };
};

const isMember = (value: Value, members: readonly Member[], isFieldText: boolean): boolean | null => {
  const asNumber = isFieldText ? readAsNumber(value) : value;
  let isUnknownSeen = false;
  for (const member of members) {
    if (isUnknown(member.value)) isUnknownSeen = true;
    else if (member.isFieldText && isNumeric(value)) {
      if (areEqual(value, readAsNumber(member.value))) return true;
    } else if (areEqual(isNumeric(member.value) ? asNumber : value, member.value)) return true;
  }
  return isUnknownSeen ? null : false;
};

const textForLike = (value: Value, what: string): string => {
  if (typeof value === 'string') return value;
  throw new SelectFailure('LikeInvalidInputs', `the ${what} of a LIKE is ${typeNameOf(value)}, not STRING`);
};

export const compileLike = (node: LikeNode, compile: Compile): Evaluate => {
  const operand = compile(node.operand).evaluate;
  const pattern = compile(node.pattern).evaluate;
  const escapeChar = node.escape === undefined ? undefined : compile(node.escape).evaluate;
  const cache = new PatternCache();
  return (row) => {
    const value = operand(row);
    const patternValue = pattern(row);
    const escapeValue = escapeChar?.(row);
    if (isUnknown(value) || isUnknown(patternValue) || (escapeChar !== undefined && isUnknown(escapeValue)))
      return null;
    const text = textForLike(value, 'value');
    const escapeText = escapeChar === undefined ? undefined : textForLike(escapeValue, 'ESCAPE');
    return matchesLike(cache.get(textForLike(patternValue, 'pattern'), escapeText), text);
  };
};

/** The last pattern compiled; nearly always the only one. */
class PatternCache {
  #pattern: string | undefined;
  #escape: string | undefined;
  #compiled: LikePattern = { segments: [] };

  get(pattern: string, escapeChar: string | undefined): LikePattern {
    if (pattern !== this.#pattern || escapeChar !== this.#escape) {
      this.#compiled = compileLikePattern(pattern, escapeChar);
      this.#pattern = pattern;
      this.#escape = escapeChar;
    }
    return this.#compiled;
  }
}
