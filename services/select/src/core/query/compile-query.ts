/** From a parsed statement to what is done with each row. */

import type { ColumnScope } from '../evaluate/column-scope.ts';
import { booleanOf, type CompileContext, compileExpression } from '../evaluate/compile-expression.ts';
import { readAsNumber } from '../evaluate/read-as-number.ts';
import type { Evaluate, Row } from '../evaluate/row.ts';
import { SelectFailure } from '../select-failure.ts';
import { childExpressions } from '../sql/ast/child-expressions.ts';
import type { ExpressionNode } from '../sql/ast/expression-node.ts';
import type { SelectItemNode, SelectNode } from '../sql/ast/select-node.ts';
import type { Timestamp } from '../value/timestamp.ts';
import type { Value } from '../value/value.ts';
import { columnNameOf } from './column-names.ts';
import { ExpressionIdentity } from './expression-identity.ts';
import { GroupTable } from './group-table.ts';

export interface CompiledQuery {
  /** Whether the row is part of the result; only `true` keeps it. */
  readonly keeps: (row: Row) => boolean;
  readonly limit: number;
  /** Undefined for `*`. */
  readonly columns: { readonly names: readonly string[]; readonly values: readonly Evaluate[] } | undefined;
  /** Present when the result is made of groups; then columns and order are read group by group. */
  readonly groups: GroupTable | undefined;
  readonly order: readonly { readonly key: Evaluate; readonly isDescending: boolean }[];
}

const NO_REPLACEMENT = (): undefined => undefined;

/** Throws what the scope throws for names, UnsupportedSqlStructure for aggregates where they cannot stand. */
export const compileQuery = (select: SelectNode, scope: ColumnScope, now: Timestamp): CompiledQuery => {
  const items = select.items === '*' ? [] : select.items;
  const aliases = new Map<string, ExpressionNode>();
  for (const { alias, expression } of items) if (alias !== undefined) aliases.set(alias.toLowerCase(), expression);
  const rowContext: CompileContext = { scope, now, aliases, replace: NO_REPLACEMENT };
  const keeps = compileWhere(select.where, rowContext);
  const limit = select.limit ?? Number.POSITIVE_INFINITY;
  const isGrouped = select.groupBy.length > 0 || items.some((item) => hasAggregate(item.expression));
  if (isGrouped) return { ...compileGroups(select, items, rowContext), keeps, limit };
  return {
    keeps,
    limit,
    columns: select.items === '*' ? undefined : columnsOf(items, rowContext),
    groups: undefined,
    order: compileOrder(select, rowContext),
  };
};

const compileWhere = (where: ExpressionNode | undefined, context: CompileContext): ((row: Row) => boolean) => {
  if (where === undefined) return () => true;
  const condition = compileExpression(where, context).evaluate;
  return (row) => {
    const value = condition(row);
    return typeof value === 'boolean' ? value : booleanOf(value, 'WHERE') === true;
  };
};

const columnsOf = (
  items: readonly SelectItemNode[],
  context: CompileContext,
): { readonly names: readonly string[]; readonly values: readonly Evaluate[] } => ({
  names: items.map(columnNameOf),
  values: items.map((item) => compileExpression(item.expression, context).evaluate),
});

const compileOrder = (select: SelectNode, context: CompileContext): CompiledQuery['order'] =>
  select.orderBy.map(({ expression, isDescending }) => {
    const { evaluate, isFieldText } = compileExpression(expression, context);
    return { key: isFieldText ? (row: Row): Value => readAsNumber(evaluate(row)) : evaluate, isDescending };
  });

const compileGroups = (
  select: SelectNode,
  items: readonly SelectItemNode[],
  context: CompileContext,
): Pick<CompiledQuery, 'columns' | 'groups' | 'order'> => {
  if (select.items === '*') throw new SelectFailure('UnsupportedSqlStructure', '* cannot stand beside GROUP BY');
  const keys = select.groupBy.map((key) => throughAlias(key, context));
  const identity = new ExpressionIdentity(context.scope);
  const keyIds = keys.map((key) => identity.idOf(key));
  const groups = new GroupTable(keys.map((key) => compileExpression(key, context).evaluate));
  const replace = (node: ExpressionNode): Evaluate | undefined => {
    if (node.kind === 'aggregate') {
      const operand = node.operand === undefined ? undefined : compileExpression(node.operand, context);
      return groups.addAggregate(node.name, operand);
    }
    if (node.kind === 'literal') return undefined;
    const key = keyIds.indexOf(identity.idOf(node));
    if (key >= 0) return groups.key(key);
    // A name of another item is looked into; a column that is no key has no one value in a group.
    if (node.kind === 'path' && context.scope.resolve(node).kind !== 'unresolved') {
      throw new SelectFailure(
        'UnsupportedSqlStructure',
        'a column stands beside an aggregate without being grouped by',
      );
    }
    return undefined;
  };
  const groupContext: CompileContext = { ...context, replace };
  return { columns: columnsOf(items, groupContext), groups, order: compileOrder(select, groupContext) };
};

/** The expression that a key means which is the name of an item. */
const throughAlias = (key: ExpressionNode, context: CompileContext): ExpressionNode => {
  if (key.kind !== 'path' || key.steps.length > 0) return key;
  if (context.scope.resolve(key).kind !== 'unresolved') return key;
  return context.aliases.get(key.root.name.toLowerCase()) ?? key;
};

/** Whether an aggregate stands anywhere in the expression. */
const hasAggregate = (node: ExpressionNode): boolean => {
  if (node.kind === 'aggregate') return true;
  return childExpressions(node).some(hasAggregate);
};
