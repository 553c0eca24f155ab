import { memberOf } from '../evaluate/follow-path.ts';
import type { NameStep, PathStep } from '../sql/ast/path-node.ts';
import { StructValue, type Value } from '../value/value.ts';
import type { InputRow } from './input-row.ts';

const NO_BYTES = Buffer.alloc(0);

/** What a row is called that is no object and has no name of its own. */
export const UNNAMED_ROW = '_1';

/** The name of a row that is no object: the last element of the path that led to it. */
export const rowNameOf = (steps: readonly PathStep[]): string => {
  const last = steps.at(-1);
  return last?.kind === 'name' ? last.name : UNNAMED_ROW;
};

/** A row that is a value in memory. */
export class JsonValueRow implements InputRow {
  readonly buffer = NO_BYTES;
  readonly start = 0;
  readonly end = 0;
  readonly #wanted: readonly NameStep[];
  readonly #name: string;
  #value: Value;

  constructor(wanted: readonly NameStep[], name: string) {
    this.#wanted = wanted;
    this.#name = name;
  }

  set(value: Value): void {
    this.#value = value;
  }

  column(slot: number): Value {
    const name = this.#wanted[slot];
    if (name === undefined) return undefined;
    const value = this.#value;
    return memberOf(value instanceof StructValue ? value : new StructValue([this.#name], [value]), name);
  }

  whole(): Value {
    return this.#value;
  }
}
