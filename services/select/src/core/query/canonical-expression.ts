import type { ColumnScope } from '../evaluate/column-scope.ts';
import type { ExpressionNode } from '../sql/ast/expression-node.ts';

/** A text that two expressions share when they mean the same column and operations: `s._1` and `_1` do. */
export const canonicalExpression = (node: ExpressionNode, scope: ColumnScope): string =>
  JSON.stringify(node, (_key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    return isPath(value) ? canonicalPath(value, scope) : value;
  });

const canonicalPath = (path: Extract<ExpressionNode, { kind: 'path' }>, scope: ColumnScope): unknown => {
  const resolved = scope.resolve(path);
  return resolved.kind === 'unresolved' ? { alias: path.root.name.toLowerCase() } : { resolved };
};

const isPath = (value: unknown): value is Extract<ExpressionNode, { kind: 'path' }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'path';
