/** Asks something in another process again and again, and remembers why it did not answer the last time. */
export class PeriodicProbe {
  readonly #ask: () => Promise<unknown>;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #reason: string | undefined = 'not asked yet';
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `intervalMs` lies between an answer and the next question; whoever takes longer than `timeoutMs` counts as silent. */
  constructor(options: {
    readonly ask: () => Promise<unknown>;
    readonly intervalMs: number;
    readonly timeoutMs: number;
  }) {
    this.#ask = options.ask;
    this.#intervalMs = options.intervalMs;
    this.#timeoutMs = options.timeoutMs;
  }

  /** Asks at once, and from then on until closed. */
  start(): void {
    void this.#round();
  }

  /** Why the last question got no good answer; undefined when it got one. */
  reason(): string | undefined {
    return this.#reason;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    this.#reason = await this.#outcome();
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#round(), this.#intervalMs);
    this.#timer.unref();
  }

  async #outcome(): Promise<string | undefined> {
    const silent = Promise.withResolvers<string>();
    this.#timer = setTimeout(() => silent.resolve(`no answer within ${this.#timeoutMs} ms`), this.#timeoutMs);
    try {
      return await Promise.race([this.#ask().then(() => undefined), silent.promise]);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      clearTimeout(this.#timer);
    }
  }
}
