import type { ColumnScope } from '../evaluate/column-scope.ts';
import { childExpressions } from '../sql/ast/child-expressions.ts';
import type { ExpressionNode } from '../sql/ast/expression-node.ts';
import type { PathNode } from '../sql/ast/path-node.ts';
import { formatJson } from '../value/format-value.ts';
import { typeNameOf } from '../value/value.ts';

/**
 * Numbers for expressions: two that mean the same columns and operations have the same one, `s._1` and `_1` too. Each expression is
 * looked at once, however often it is part of another.
 */
export class ExpressionIdentity {
  readonly #scope: ColumnScope;
  readonly #idByText = new Map<string, number>();
  readonly #known = new WeakMap<ExpressionNode, number>();

  constructor(scope: ColumnScope) {
    this.#scope = scope;
  }

  idOf(node: ExpressionNode): number {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const text = `${this.#ownText(node)}(${childExpressions(node).map((child) => this.idOf(child))})`;
    const id = this.#idByText.get(text) ?? this.#idByText.size;
    this.#idByText.set(text, id);
    this.#known.set(node, id);
    return id;
  }

  /** All of a node but its children, of which only the presence counts. */
  #ownText(node: ExpressionNode): string {
    if (node.kind === 'literal') return `literal ${typeNameOf(node.value)} ${formatJson(node.value)}`;
    if (node.kind === 'path') return this.#pathText(node);
    return Object.entries(node)
      .map(([name, value]) => (typeof value === 'object' ? name : `${name}=${value}`))
      .join(' ');
  }

  #pathText(path: PathNode): string {
    const resolved = this.#scope.resolve(path);
    return resolved.kind === 'unresolved'
      ? `alias ${path.root.name.toLowerCase()}`
      : `path ${JSON.stringify(resolved)}`;
  }
}
