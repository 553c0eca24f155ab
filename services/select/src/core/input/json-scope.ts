import type { ColumnScope, ResolvedPath } from '../evaluate/column-scope.ts';
import type { NameStep, PathNode } from '../sql/ast/path-node.ts';
import { isTableName } from './table-name.ts';

/** The attributes of JSON rows: any name is one. Each name that a query uses gets a slot, so that readers know what to look for. */
export class JsonScope implements ColumnScope {
  readonly hasTextColumns = false;
  readonly #alias: string | undefined;
  readonly #wanted: NameStep[] = [];

  constructor(alias: string | undefined) {
    this.#alias = alias;
  }

  /** The names used, by slot. */
  get wanted(): readonly NameStep[] {
    return this.#wanted;
  }

  resolve(path: PathNode): ResolvedPath {
    const { root, steps } = path;
    if (!isTableName(root.name, this.#alias)) return { kind: 'column', slot: this.#slotOf(root), steps };
    const [first, ...rest] = steps;
    if (first?.kind !== 'name') return { kind: 'row', steps };
    return { kind: 'column', slot: this.#slotOf(first), steps: rest };
  }

  #slotOf(name: NameStep): number {
    const known = this.#wanted.findIndex((other) => other.name === name.name && other.isQuoted === name.isQuoted);
    if (known >= 0) return known;
    this.#wanted.push(name);
    return this.#wanted.length - 1;
  }
}
