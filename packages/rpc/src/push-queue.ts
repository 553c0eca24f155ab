import { PUSH_QUEUE_MAX } from './limits.ts';

/**
 * A bounded queue between a producer that pushes and one consumer that iterates: the outgoing half of a stream whose
 * messages arise elsewhere. When it is full the oldest promise of `push` stays pending until there is room.
 */
export class PushQueue<T> implements AsyncIterable<T> {
  readonly #itemsMax: number;
  readonly #items: T[] = [];
  #ended = false;
  #failure: unknown;
  #consumer: (() => void) | undefined;
  #producers: (() => void)[] = [];

  constructor(itemsMax: number = PUSH_QUEUE_MAX) {
    this.#itemsMax = itemsMax;
  }

  /** False when the queue is full or over: the item was not taken. For producers that would rather drop than wait. */
  tryPush(item: T): boolean {
    if (this.#ended || this.#items.length >= this.#itemsMax) return false;
    this.#items.push(item);
    this.#consumer?.();
    return true;
  }

  /** Resolves once the item is taken in; false when the queue is over. */
  async push(item: T): Promise<boolean> {
    while (!this.#ended && this.#items.length >= this.#itemsMax) {
      await new Promise<void>((resolve) => this.#producers.push(resolve));
    }
    return this.tryPush(item);
  }

  /** Ends the iteration after what is queued; with a failure, the iteration throws it then. */
  end(failure?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#consumer?.();
    this.#wakeProducers();
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const item = this.#items.shift();
        if (item !== undefined) {
          this.#wakeProducers();
          yield item;
          continue;
        }
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#consumer = resolve;
        });
        this.#consumer = undefined;
      }
      if (this.#failure !== undefined) throw this.#failure;
    } finally {
      this.end();
    }
  }

  #wakeProducers(): void {
    const producers = this.#producers;
    this.#producers = [];
    for (const wake of producers) wake();
  }
}
