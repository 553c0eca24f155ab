import type { ArithmeticOperator } from '../../value/arithmetic.ts';
import type { CastType } from '../../value/cast-value.ts';
import type { DatePart } from '../../value/date-part.ts';
import type { Value } from '../../value/value.ts';
import type { PathNode } from './path-node.ts';

export interface LiteralNode {
  readonly kind: 'literal';
  readonly value: Value;
}

/** `(2, 3)` or `[2, 3]`. */
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ExpressionNode[];
}

export interface NegateNode {
  readonly kind: 'negate';
  readonly operand: ExpressionNode;
}

export interface ArithmeticNode {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface ComparisonNode {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

/** AND or OR of at least two operands, kept flat so that long conditions do not nest. */
export interface LogicNode {
  readonly kind: 'logic';
  readonly operator: 'AND' | 'OR';
  readonly operands: readonly ExpressionNode[];
}

export interface NotNode {
  readonly kind: 'not';
  readonly operand: ExpressionNode;
}

export interface IsNode {
  readonly kind: 'is';
  readonly operand: ExpressionNode;
  readonly what: 'NULL' | 'MISSING';
}

export interface BetweenNode {
  readonly kind: 'between';
  readonly operand: ExpressionNode;
  readonly low: ExpressionNode;
  readonly high: ExpressionNode;
}

export interface InNode {
  readonly kind: 'in';
  readonly operand: ExpressionNode;
  /** A list, or a path that yields one. */
  readonly members: ExpressionNode;
}

export interface LikeNode {
  readonly kind: 'like';
  readonly operand: ExpressionNode;
  readonly pattern: ExpressionNode;
  readonly escape: ExpressionNode | undefined;
}

export interface CaseBranch {
  readonly when: ExpressionNode;
  readonly result: ExpressionNode;
}

export interface CaseNode {
  readonly kind: 'case';
  /** The value that each WHEN is compared with; undefined for a searched CASE. */
  readonly subject: ExpressionNode | undefined;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: ExpressionNode | undefined;
}

export interface CastNode {
  readonly kind: 'cast';
  readonly operand: ExpressionNode;
  readonly type: CastType;
}

/** The functions that take plain arguments. */
export type FunctionName =
  | 'COALESCE'
  | 'NULLIF'
  | 'CHAR_LENGTH'
  | 'CHARACTER_LENGTH'
  | 'LOWER'
  | 'UPPER'
  | 'SUBSTRING'
  | 'TO_STRING'
  | 'TO_TIMESTAMP'
  | 'UTCNOW';

export interface CallNode {
  readonly kind: 'call';
  readonly name: FunctionName;
  readonly args: readonly ExpressionNode[];
}

export interface TrimNode {
  readonly kind: 'trim';
  readonly side: 'LEADING' | 'TRAILING' | 'BOTH';
  readonly chars: ExpressionNode | undefined;
  readonly operand: ExpressionNode;
}

export interface DatePartNode {
  readonly kind: 'datePart';
  readonly name: 'DATE_ADD' | 'DATE_DIFF' | 'EXTRACT';
  readonly part: DatePart;
  readonly args: readonly ExpressionNode[];
}

export type AggregateName = 'COUNT' | 'SUM' | 'MIN' | 'MAX' | 'AVG';

export interface AggregateNode {
  readonly kind: 'aggregate';
  readonly name: AggregateName;
  /** Undefined for COUNT(*). */
  readonly operand: ExpressionNode | undefined;
}

export type ExpressionNode =
  | LiteralNode
  | ListNode
  | PathNode
  | NegateNode
  | ArithmeticNode
  | ComparisonNode
  | LogicNode
  | NotNode
  | IsNode
  | BetweenNode
  | InNode
  | LikeNode
  | CaseNode
  | CastNode
  | CallNode
  | TrimNode
  | DatePartNode
  | AggregateNode;
