/**
 * Whether what many clients saw can be told as one story, each operation at one moment between its call and its answer: the search of
 * Wing and Gong with the memory of Lowe ("Testing for linearizability", 2017).
 */

/** One object, said without a thought for concurrency. */
export interface SequentialModel<State, Operation> {
  readonly initial: State;
  /** The state after the operation, or undefined when its outcome cannot come of this state. Operations without outcome always can. */
  step(state: State, operation: Operation): State | undefined;
  /** Equal for equal states only. */
  describe(state: State): string;
}

export interface TimedOperation<Operation> {
  readonly operation: Operation;
  readonly callUs: number;
  /** When the answer was there; without an answer, the last moment at which it may have happened (Infinity when nobody knows). */
  readonly endUs: number;
  /** False: it happened within its time or never. */
  readonly isCertain: boolean;
}

/** No order explains the history. */
export interface Violation<Operation> {
  /** The longest order that was found. */
  readonly explained: readonly Operation[];
  /** What could have come next, none of which fits. */
  readonly stuckAt: readonly Operation[];
}

interface Frame<State> {
  readonly index: number;
  readonly state: State;
  readonly latestUs: number;
}

/** Undefined when the history is linearizable. Takes long when many operations without answer overlap. */
export function findViolation<State, Operation>(
  model: SequentialModel<State, Operation>,
  history: readonly TimedOperation<Operation>[],
): Violation<Operation> | undefined {
  const search = new Search(model, history);
  let from = 0;
  while (!search.isExplained()) {
    if (search.goOn(from)) from = 0;
    else {
      const undone = search.goBack();
      if (undone === undefined) return search.longest;
      from = undone + 1;
    }
  }
  return undefined;
}

/** Depth first over orders; a place is a set of operations done and the state after them, and no place is searched twice. */
class Search<State, Operation> {
  longest: Violation<Operation> = { explained: [], stuckAt: [] };
  readonly #model: SequentialModel<State, Operation>;
  /** In the order of their calls. */
  readonly #operations: readonly TimedOperation<Operation>[];
  readonly #done: Uint8Array;
  readonly #visited = new Set<string>();
  readonly #frames: Frame<State>[] = [];
  #state: State;
  /** No operation to come happens before this moment. */
  #latestUs = Number.NEGATIVE_INFINITY;
  #certainLeft: number;

  constructor(model: SequentialModel<State, Operation>, history: readonly TimedOperation<Operation>[]) {
    this.#model = model;
    this.#operations = [...history].sort((a, b) => a.callUs - b.callUs);
    this.#done = new Uint8Array(history.length);
    this.#state = model.initial;
    this.#certainLeft = history.filter(({ isCertain }) => isCertain).length;
  }

  isExplained(): boolean {
    return this.#certainLeft === 0;
  }

  /** Does the first operation, from that index on, that may come next. */
  goOn(from: number): boolean {
    const boundUs = earliestEnd(this.#operations, this.#done);
    for (let index = from; index < this.#operations.length; index += 1) {
      const candidate = this.#operations[index];
      if (candidate === undefined || candidate.callUs > boundUs) break;
      if (this.#done[index] === 0 && this.#latestUs <= candidate.endUs && this.#tryNext(index, candidate)) return true;
    }
    if (this.#frames.length >= this.longest.explained.length) this.longest = this.#describe(boundUs);
    return false;
  }

  /** Undoes the last operation; its index. */
  goBack(): number | undefined {
    const frame = this.#frames.pop();
    if (frame === undefined) return undefined;
    this.#done[frame.index] = 0;
    if (this.#operations[frame.index]?.isCertain === true) this.#certainLeft += 1;
    this.#state = frame.state;
    this.#latestUs = frame.latestUs;
    return frame.index;
  }

  #tryNext(index: number, { operation, callUs, isCertain }: TimedOperation<Operation>): boolean {
    const state = this.#model.step(this.#state, operation);
    if (state === undefined) return false;
    const described = this.#model.describe(state);
    // What nobody knows to have happened and what changed nothing may as well never have happened.
    if (!isCertain && described === this.#model.describe(this.#state)) return false;
    const latestUs = Math.max(this.#latestUs, callUs);
    this.#done[index] = 1;
    const place = describePlace(this.#operations, this.#done, latestUs) + described;
    if (this.#visited.has(place)) {
      this.#done[index] = 0;
      return false;
    }
    this.#visited.add(place);
    this.#frames.push({ index, state: this.#state, latestUs: this.#latestUs });
    this.#state = state;
    this.#latestUs = latestUs;
    if (isCertain) this.#certainLeft -= 1;
    return true;
  }

  #describe(boundUs: number): Violation<Operation> {
    const operationOf = ({ index }: { readonly index: number }) => this.#operations[index]?.operation ?? [];
    const isNext = ({ callUs }: TimedOperation<Operation>, index: number): boolean =>
      this.#done[index] === 0 && callUs <= boundUs;
    return {
      explained: this.#frames.flatMap(operationOf),
      stuckAt: this.#operations.filter(isNext).map(({ operation }) => operation),
    };
  }
}

/** Nothing may be called after this moment and yet come next. */
function earliestEnd(operations: readonly TimedOperation<unknown>[], done: Uint8Array): number {
  let earliestUs = Number.POSITIVE_INFINITY;
  for (const [index, { callUs, endUs, isCertain }] of operations.entries()) {
    if (callUs > earliestUs) break;
    if (done[index] === 0 && isCertain && endUs < earliestUs) earliestUs = endUs;
  }
  return earliestUs;
}

/** Which operations are done, in so far as it matters from here on: those without answer whose time is over do not. */
function describePlace(operations: readonly TimedOperation<unknown>[], done: Uint8Array, latestUs: number): string {
  const low = operations.findIndex(({ isCertain }, index) => isCertain && done[index] === 0);
  const parts: number[] = [low];
  for (const [index, { endUs, isCertain }] of operations.entries()) {
    if (done[index] === 0) continue;
    if (isCertain ? low !== -1 && index > low : endUs >= latestUs) parts.push(index);
  }
  return `${parts.join()}|`;
}
