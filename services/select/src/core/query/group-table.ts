import { type Accumulator, createAccumulator } from '../evaluate/accumulator.ts';
import type { CompiledExpression } from '../evaluate/compiled-expression.ts';
import { readAsNumber } from '../evaluate/read-as-number.ts';
import type { Evaluate, Row } from '../evaluate/row.ts';
import { GROUPS_MAX, HELD_ROWS_MAX_BYTES } from '../limits.ts';
import { SelectFailure } from '../select-failure.ts';
import type { AggregateName } from '../sql/ast/expression-node.ts';
import { formatJson } from '../value/format-value.ts';
import { typeNameOf, type Value } from '../value/value.ts';

interface AggregateColumn {
  readonly name: AggregateName;
  /** Undefined for COUNT(*). */
  readonly evaluate: Evaluate | undefined;
}

interface Group {
  readonly keys: readonly Value[];
  readonly accumulators: readonly Accumulator[];
}

/** A group's fixed cost in memory, estimated. */
const GROUP_OVERHEAD_BYTES = 200;

/** The groups of a query and the aggregates of each. Without keys there is one group, even over no rows. */
export class GroupTable {
  readonly #keys: readonly Evaluate[];
  readonly #aggregates: AggregateColumn[] = [];
  readonly #groups = new Map<string, Group>();
  #only: Group | undefined;
  #current: Group = { keys: [], accumulators: [] };
  #heldBytes = 0;

  constructor(keys: readonly Evaluate[]) {
    this.#keys = keys;
  }

  /** Adds an aggregate over the rows of each group; the closure yields its result for the current group. */
  addAggregate(name: AggregateName, operand: CompiledExpression | undefined): Evaluate {
    const index = this.#aggregates.length;
    this.#aggregates.push({ name, evaluate: operand === undefined ? undefined : numeric(name, operand) });
    return () => this.#current.accumulators[index]?.result();
  }

  /** Yields a key of the current group. */
  key(index: number): Evaluate {
    return () => this.#current.keys[index];
  }

  add(row: Row): void {
    const group = this.#keys.length === 0 ? this.#onlyGroup() : this.#groupOf(row);
    for (let index = 0; index < this.#aggregates.length; index += 1) {
      const evaluate = this.#aggregates[index]?.evaluate;
      group.accumulators[index]?.add(evaluate === undefined ? true : evaluate(row));
    }
  }

  #onlyGroup(): Group {
    this.#only ??= this.#createGroup([]);
    return this.#only;
  }

  #createGroup(keys: readonly Value[]): Group {
    return { keys, accumulators: this.#aggregates.map(({ name }) => createAccumulator(name)) };
  }

  #groupOf(row: Row): Group {
    const keys = this.#keys.map((key) => key(row));
    const id = keys.map((key) => `${typeNameOf(key)} ${formatJson(key)}`).join('\n');
    const known = this.#groups.get(id);
    if (known !== undefined) return known;
    this.#heldBytes += id.length * 4 + GROUP_OVERHEAD_BYTES;
    if (this.#groups.size >= GROUPS_MAX || this.#heldBytes > HELD_ROWS_MAX_BYTES) {
      throw new SelectFailure('UnsupportedSqlOperation', `GROUP BY makes more than ${GROUPS_MAX} groups or 64 MiB`);
    }
    const group = this.#createGroup(keys);
    this.#groups.set(id, group);
    return group;
  }

  /** Makes each group current in turn. */
  *groups(): Generator<void> {
    if (this.#keys.length === 0) {
      this.#current = this.#onlyGroup();
      yield;
      return;
    }
    for (const group of this.#groups.values()) {
      this.#current = group;
      yield;
    }
  }
}

/** Text of a field counts as the number it writes, but where only its presence counts. */
const numeric = (name: AggregateName, operand: CompiledExpression): Evaluate =>
  operand.isFieldText && name !== 'COUNT' ? (row) => readAsNumber(operand.evaluate(row)) : operand.evaluate;
