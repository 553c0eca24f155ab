export interface PassLoopOptions {
  /** Pause between passes. */
  readonly intervalMs: number;
  /** One pass. Must not reject, and end soon once the signal aborts. */
  readonly pass: (signal: AbortSignal) => Promise<void>;
}

/** Work that is done over and over: one pass after the other until it is closed, never two at a time. */
export class PassLoop {
  readonly #options: PassLoopOptions;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PassLoopOptions) {
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

  /** One pass now, or the one that runs already. */
  runPass(): Promise<void> {
    this.#running ??= this.#options.pass(this.#closing.signal).finally(() => {
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
}
