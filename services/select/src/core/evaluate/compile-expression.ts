/** An expression tree becomes a closure: names are resolved and constants prepared once, rows only pay for evaluation. */
import { SelectFailure } from '../select-failure.ts';
import type { AggregateNode, CaseNode, ExpressionNode, ListNode, LogicNode } from '../sql/ast/expression-node.ts';
import type { PathNode } from '../sql/ast/path-node.ts';
import { applyArithmetic, negate } from '../value/arithmetic.ts';
import { castValue } from '../value/cast-value.ts';
import type { Timestamp } from '../value/timestamp.ts';
import { isUnknown, typeNameOf, type Value } from '../value/value.ts';
import type { ColumnScope } from './column-scope.ts';
import { compileCall, compileDatePart, compileTrim } from './compile-call.ts';
import { compileBetween, compileComparison, compileIn, compileIs, compileLike } from './compile-predicate.ts';
import type { Compile, CompiledExpression } from './compiled-expression.ts';
import { followPath } from './follow-path.ts';
import { readAsNumber } from './read-as-number.ts';
import type { Evaluate } from './row.ts';

export interface CompileContext {
  readonly scope: ColumnScope;
  /** What UTCNOW() is for the whole query. */
  readonly now: Timestamp;
  /** The expression that an alias of the select list stands for. */
  readonly aliases: ReadonlyMap<string, ExpressionNode>;
  /** Takes over nodes that mean something else here: aggregates, group keys. */
  readonly replace: (node: ExpressionNode) => Evaluate | undefined;
}

/** Throws what the scope throws for its names, and the failures of constant parts. */
export const compileExpression = (node: ExpressionNode, context: CompileContext): CompiledExpression => {
  const open = new Set<string>();
  const compile: Compile = (inner) => {
    const replaced = context.replace(inner);
    if (replaced !== undefined) return { evaluate: replaced, isFieldText: false };
    return inner.kind === 'path'
      ? compilePath(inner)
      : { evaluate: compileNode(inner, compile, context), isFieldText: false };
  };
  const compilePath = (path: PathNode): CompiledExpression => {
    const resolved = context.scope.resolve(path);
    switch (resolved.kind) {
      case 'literal':
        return { evaluate: () => resolved.value, isFieldText: false };
      case 'row':
        return { evaluate: (row) => followPath(row.whole(), resolved.steps), isFieldText: false };
      case 'column': {
        const { slot, steps } = resolved;
        const evaluate: Evaluate =
          steps.length === 0 ? (row) => row.column(slot) : (row) => followPath(row.column(slot), steps);
        return { evaluate, isFieldText: context.scope.hasTextColumns };
      }
      case 'unresolved':
        return compileAlias(path, resolved.failure);
    }
  };
  const compileAlias = (path: PathNode, failure: Error): CompiledExpression => {
    const name = path.root.name.toLowerCase();
    const target = path.steps.length === 0 ? context.aliases.get(name) : undefined;
    if (target === undefined) throw failure;
    if (open.has(name))
      throw new SelectFailure('UnsupportedSqlStructure', `the alias ${path.root.name} stands for itself`);
    open.add(name);
    const compiled = compile(target);
    open.delete(name);
    return compiled;
  };
  return compile(node);
};

const compileNode = (node: Exclude<ExpressionNode, PathNode>, compile: Compile, context: CompileContext): Evaluate => {
  switch (node.kind) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'list':
      return compileList(node, compile);
    case 'negate': {
      const operand = compile(node.operand);
      return operand.isFieldText
        ? (row) => negate(readAsNumber(operand.evaluate(row)))
        : (row) => negate(operand.evaluate(row));
    }
    case 'arithmetic': {
      const { operator } = node;
      const left = numericOperand(compile(node.left));
      const right = numericOperand(compile(node.right));
      return (row) => applyArithmetic(operator, left(row), right(row));
    }
    case 'comparison':
      return compileComparison(node, compile);
    case 'logic':
      return compileLogic(node, compile);
    case 'not': {
      const operand = compile(node.operand).evaluate;
      return (row) => {
        const value = booleanOf(operand(row), 'NOT');
        return value === null ? null : !value;
      };
    }
    case 'is':
      return compileIs(node, compile);
    case 'between':
      return compileBetween(node, compile);
    case 'in':
      return compileIn(node, compile);
    case 'like':
      return compileLike(node, compile);
    case 'case':
      return compileCase(node, compile);
    case 'cast': {
      const { type } = node;
      const operand = compile(node.operand).evaluate;
      return (row) => castValue(operand(row), type);
    }
    case 'call':
      return compileCall(node, compile, context.now);
    case 'trim':
      return compileTrim(node, compile);
    case 'datePart':
      return compileDatePart(node, compile);
    case 'aggregate':
      return refuseAggregate(node);
  }
};

/** Text of a field is read as the number it writes; text that writes none stays text, which arithmetic refuses. */
const numericOperand = (operand: CompiledExpression): Evaluate =>
  operand.isFieldText ? (row) => readAsNumber(operand.evaluate(row)) : operand.evaluate;

const refuseAggregate = (node: AggregateNode): never => {
  throw new SelectFailure('UnsupportedSqlStructure', `${node.name} cannot stand here`);
};

const compileList = (node: ListNode, compile: Compile): Evaluate => {
  const items = node.items.map((item) => compile(item).evaluate);
  return (row) => items.map((item) => item(row));
};

/** A truth value: true, false or null for unknown. Throws InvalidDataType for anything else. */
export const booleanOf = (value: Value, where: string): boolean | null => {
  if (typeof value === 'boolean') return value;
  if (isUnknown(value)) return null;
  throw new SelectFailure('InvalidDataType', `${where} of ${typeNameOf(value)}: a BOOL is expected`);
};

const compileLogic = (node: LogicNode, compile: Compile): Evaluate => {
  const operands = node.operands.map((operand) => compile(operand).evaluate);
  const { operator } = node;
  // The value that decides: false for AND, true for OR.
  const decisive = operator === 'OR';
  return (row) => {
    let isUnknownSeen = false;
    for (const operand of operands) {
      const value = booleanOf(operand(row), operator);
      if (value === decisive) return decisive;
      if (value === null) isUnknownSeen = true;
    }
    return isUnknownSeen ? null : !decisive;
  };
};

const compileCase = (node: CaseNode, compile: Compile): Evaluate => {
  const { subject } = node;
  const branches = node.branches.map(({ when, result }) => ({
    // A simple CASE compares as = does, with all its rules.
    when:
      subject === undefined
        ? compile(when).evaluate
        : compileComparison({ kind: 'comparison', operator: '=', left: subject, right: when }, compile),
    result: compile(result).evaluate,
  }));
  const otherwise = node.otherwise === undefined ? undefined : compile(node.otherwise).evaluate;
  return (row) => {
    for (const branch of branches) if (booleanOf(branch.when(row), 'WHEN') === true) return branch.result(row);
    return otherwise === undefined ? null : otherwise(row);
  };
};
