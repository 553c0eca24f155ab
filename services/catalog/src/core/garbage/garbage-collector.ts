import type { Catalog } from '../catalog.ts';
import { PassLoop } from '../pass-loop.ts';
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
  readonly #loop: PassLoop;
  #afterCompletedRow: Buffer | undefined;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
    this.#loop = new PassLoop({ intervalMs: options.intervalMs, pass: (signal) => this.#pass(signal) });
  }

  start(): void {
    this.#loop.start();
  }

  /** One pass now, or the one that runs already. Never rejects. */
  runPass(): Promise<void> {
    return this.#loop.runPass();
  }

  /** Cancels a pass that runs and waits for its end. */
  close(): Promise<void> {
    return this.#loop.close();
  }

  async #pass(signal: AbortSignal): Promise<void> {
    const { catalog, clock, delayMs, events } = this.#options;
    try {
      await collectGarbage({ ...this.#options, untilMs: clock() - delayMs }, signal);
      if (signal.aborted) return;
      this.#afterCompletedRow = await catalog.forgetCompletedUploads(this.#afterCompletedRow);
    } catch (error) {
      if (!signal.aborted) events.garbageFailed(error);
    }
  }
}
