/** The order of what waits, in memory: per lane a list, and the ids of all. Shared by the queues that keep their order themselves. */
import { LANES } from '../core/limits.ts';

export interface WaitingEntry {
  readonly eventId: string;
}

interface Lane<T> {
  items: T[];
  /** Items before this index are gone; the array is cut when they are the larger part. */
  start: number;
  wake: () => void;
}

export class EntryLanes<T extends WaitingEntry> {
  readonly #lanes: readonly Lane<T>[] = Array.from({ length: LANES }, () => ({
    items: [],
    start: 0,
    wake: () => undefined,
  }));
  readonly #ids = new Set<string>();

  get size(): number {
    return this.#ids.size;
  }

  has(eventId: string): boolean {
    return this.#ids.has(eventId);
  }

  push(lane: number, item: T): void {
    const target = this.#require(lane);
    target.items.push(item);
    this.#ids.add(item.eventId);
    target.wake();
  }

  /** Oldest of each lane that has one. */
  heads(): readonly T[] {
    return this.#lanes.flatMap(({ items, start }) => items[start] ?? []);
  }

  /** Calls `handle` with the head of a lane, again and again; the head goes when `handle` resolves to true. Ends when the signal aborts. */
  async drain(lane: number, handle: (item: T) => Promise<boolean>, signal: AbortSignal): Promise<void> {
    const target = this.#require(lane);
    const onAbort = (): void => target.wake();
    signal.addEventListener('abort', onAbort);
    while (!signal.aborted) {
      const head = target.items[target.start];
      if (head === undefined) {
        const woken = Promise.withResolvers<void>();
        target.wake = woken.resolve;
        await woken.promise;
      } else if (await handle(head)) {
        this.#ids.delete(head.eventId);
        shift(target);
      }
    }
    signal.removeEventListener('abort', onAbort);
  }

  #require(lane: number): Lane<T> {
    const target = this.#lanes[lane];
    if (target === undefined) throw new RangeError(`lane ${lane} is outside 0..${LANES - 1}`);
    return target;
  }
}

function shift<T>(lane: Lane<T>): void {
  lane.start += 1;
  if (lane.start < 64 || lane.start * 2 < lane.items.length) return;
  lane.items = lane.items.slice(lane.start);
  lane.start = 0;
}
