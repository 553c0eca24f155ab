import type { TimedOperation } from './linearizability.ts';

/** What a client did to one object, as it goes from process to process. */
export interface LoggedOperation<Operation> {
  /** Object of its own: a key, or a prefix. */
  readonly object: string;
  readonly timed: TimedOperation<Operation>;
}

const US_PER_NS = 1e-3;

/** The monotonic clock of the machine, the same in all of its processes. */
export function nowUs(): number {
  return Number(process.hrtime.bigint()) * US_PER_NS;
}
