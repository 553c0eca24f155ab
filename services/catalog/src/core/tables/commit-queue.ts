import { COMMIT_QUEUE_MAX } from './limits.ts';
import { TableError } from './table-error.ts';

/**
 * Lets commits of one table within this process wait for each other instead of racing for the pointer; commits of other
 * processes are met by the compare-and-swap.
 */
export class CommitQueue {
  readonly #lines = new Map<string, { last: Promise<void>; length: number }>();

  /** Runs `work` after all earlier work of the same key; refuses with `unavailable` when too many wait. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= COMMIT_QUEUE_MAX) {
      throw new TableError('unavailable', 'Too many commits are waiting for this table');
    }
    this.#lines.set(key, line);
    const before = line.last;
    const turn = Promise.withResolvers<void>();
    line.last = turn.promise;
    line.length += 1;
    try {
      await before;
      return await work();
    } finally {
      turn.resolve();
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(key);
    }
  }
}
