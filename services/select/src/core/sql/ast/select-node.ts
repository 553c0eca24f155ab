import type { ExpressionNode } from './expression-node.ts';
import type { PathStep } from './path-node.ts';

export interface SelectItemNode {
  readonly expression: ExpressionNode;
  readonly alias: string | undefined;
}

/** The table, always S3Object, with the path below it and the name that the query gives it. */
export interface FromNode {
  readonly steps: readonly PathStep[];
  /** Whether a path was written at all. */
  readonly hasPath: boolean;
  readonly alias: string | undefined;
}

export interface OrderItemNode {
  readonly expression: ExpressionNode;
  readonly isDescending: boolean;
}

export interface SelectNode {
  /** `*` takes the row as it is. */
  readonly items: '*' | readonly SelectItemNode[];
  readonly from: FromNode;
  readonly where: ExpressionNode | undefined;
  readonly groupBy: readonly ExpressionNode[];
  readonly orderBy: readonly OrderItemNode[];
  readonly limit: number | undefined;
}
