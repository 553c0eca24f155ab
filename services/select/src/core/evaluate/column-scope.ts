import type { PathNode, PathStep } from '../sql/ast/path-node.ts';
import type { Value } from '../value/value.ts';

/** What a path of the query stands for in the input. */
export type ResolvedPath =
  | { readonly kind: 'column'; readonly slot: number; readonly steps: readonly PathStep[] }
  | { readonly kind: 'row'; readonly steps: readonly PathStep[] }
  | { readonly kind: 'literal'; readonly value: Value }
  /** No column: the name of another item of the select list, if there is one. */
  | { readonly kind: 'unresolved'; readonly failure: Error };

/** The names that an input format offers to expressions. */
export interface ColumnScope {
  /** Whether columns are text that stands for numbers too when it is met with one. */
  readonly hasTextColumns: boolean;
  /** Throws InvalidTableAlias, InvalidColumnIndex, AmbiguousFieldName, ParseInvalidPathComponent. */
  resolve(path: PathNode): ResolvedPath;
}
