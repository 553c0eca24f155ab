import type { Catalog } from '../catalog.ts';
import type { CatalogEvents, Clock, NeedleDeleter } from '../ports.ts';
import { collectGarbage } from './collect-garbage.ts';

export interface GarbageCollectorOptions {
  readonly catalog: Pick<Catalog, 'listGarbagePage' | 'forgetGarbage' | 'forgetCompletedUploads'>;
  readonly deleter: NeedleDeleter;
  readonly events: CatalogEvents;
  readonly clock: Clock;
  /** Age at which garbage is deleted: a GET that began before may still read it. */
  readonly delayMs: number;
  /** Pause between passes. */
  readonly intervalMs: number;
  readonly entriesMax: number;
}

/** Runs passes one after the other until it is closed. A pass that fails is reported; the next one tries again. */
export class GarbageCollector {
  readonly #options: GarbageCollectorOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #afterCompletedRow: Buffer | undefined;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#closing.signal.aborted || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.runPass().then(() => this.start());
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  /** One pass now, or the one that runs already. Never rejects. */
  runPass(): Promise<void> {
    this.#running ??= this.#pass().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Cancels a pass that runs and waits for its end. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #pass(): Promise<void> {
    const { catalog, clock, delayMs, events } = this.#options;
    try {
      await collectGarbage({ ...this.#options, untilMs: clock() - delayMs }, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      this.#afterCompletedRow = await catalog.forgetCompletedUploads(this.#afterCompletedRow);
    } catch (error) {
      if (!this.#closing.signal.aborted) events.garbageFailed(error);
    }
  }
}
