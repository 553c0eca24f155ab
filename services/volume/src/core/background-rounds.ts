import type { Clock } from './ports.ts';

export interface BackgroundRoundsOptions<Item> {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Rejects when the signal aborts. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** What there is to work on now, in any order. */
  readonly items: () => Iterable<Item>;
  readonly dueAtMs: (item: Item) => number;
  /** Works on one item, which is due later from then on. It should end soon once the signal aborts. */
  readonly work: (item: Item, signal: AbortSignal) => Promise<void>;
  /** Is told when work on an item rejects, unless that was because of `close`. */
  readonly onFailure: (item: Item, error: unknown) => void;
  /** Done each time before it looks what there is. Must not reject. */
  readonly prepare?: () => Promise<void>;
  /** Nothing is begun while it says no. */
  readonly isAllowed?: () => boolean;
  /** How long it sleeps when nothing is due, at most: items may have come. */
  readonly lookAgainMs: number;
}

/** Works on many things in the background, for ever: one after the other, the most overdue first, each when it is due. */
export class BackgroundRounds<Item> {
  readonly #options: BackgroundRoundsOptions<Item>;
  readonly #stop = new AbortController();
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: BackgroundRoundsOptions<Item>) {
    this.#options = options;
  }

  /** Aborts when it is closed. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Something may be due earlier than it was. */
  wake(): void {
    this.#wake?.();
  }

  /** Cancels the work on an item, and waits for its end. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, dueAtMs, lookAgainMs, onFailure, prepare, work } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (prepare !== undefined) await prepare();
      const item = this.#mostOverdue();
      const waitMs = item === undefined ? lookAgainMs : dueAtMs(item) - clock.nowMs();
      if (item === undefined || waitMs > 0) {
        await this.#sleep(Math.min(lookAgainMs, waitMs));
        continue;
      }
      try {
        await work(item, signal);
      } catch (error) {
        // Whoever closes it below the work knows.
        if (!signal.aborted) onFailure(item, error);
      }
    }
  }

  #mostOverdue(): Item | undefined {
    const { dueAtMs, isAllowed, items } = this.#options;
    if (isAllowed?.() === false) return undefined;
    let first: Item | undefined;
    for (const item of items()) if (first === undefined || dueAtMs(item) < dueAtMs(first)) first = item;
    return first;
  }

  async #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    // A close during `prepare` found nobody to wake.
    if (this.#stop.signal.aborted) resolve();
    const cut = new AbortController();
    const paused = this.#options.pause(ms, cut.signal).catch(() => undefined);
    await Promise.race([promise, paused]);
    cut.abort();
    this.#wake = undefined;
  }
}
