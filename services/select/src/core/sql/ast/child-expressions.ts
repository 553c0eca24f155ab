import type { ExpressionNode } from './expression-node.ts';

/** The expressions that stand directly below one. */
export const childExpressions = (node: ExpressionNode): readonly ExpressionNode[] => {
  switch (node.kind) {
    case 'literal':
    case 'path':
      return [];
    case 'list':
      return node.items;
    case 'negate':
    case 'not':
    case 'is':
    case 'cast':
      return [node.operand];
    case 'aggregate':
      return node.operand === undefined ? [] : [node.operand];
    case 'arithmetic':
    case 'comparison':
      return [node.left, node.right];
    case 'logic':
      return node.operands;
    case 'between':
      return [node.operand, node.low, node.high];
    case 'in':
      return [node.operand, node.members];
    case 'like':
      return [node.operand, node.pattern, ...(node.escape === undefined ? [] : [node.escape])];
    case 'case':
      return [
        ...(node.subject === undefined ? [] : [node.subject]),
        ...node.branches.flatMap(({ when, result }) => [when, result]),
        ...(node.otherwise === undefined ? [] : [node.otherwise]),
      ];
    case 'call':
    case 'datePart':
      return node.args;
    case 'trim':
      return [node.operand, ...(node.chars === undefined ? [] : [node.chars])];
  }
};
