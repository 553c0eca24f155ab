import type { ExpressionNode } from '../sql/ast/expression-node.ts';
import type { Evaluate } from './row.ts';

/** What an expression yields, and whether that is the text of a field, which stands for a number when it meets one. */
export interface CompiledExpression {
  readonly evaluate: Evaluate;
  readonly isFieldText: boolean;
}

export type Compile = (node: ExpressionNode) => CompiledExpression;
