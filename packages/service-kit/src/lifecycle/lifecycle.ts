import type { Logger } from 'pino';

interface Part {
  readonly name: string;
  readonly close: (deadline: AbortSignal) => Promise<void> | void;
}

/**
 * Owns what a service has started and closes it in reverse order. Each close gets a signal that aborts when the grace
 * time is over: until then it may drain, from then on it must cut. A part that fails to close does not keep the others
 * open.
 */
export class Lifecycle {
  readonly #logger: Logger;
  readonly #parts: Part[] = [];
  #closing: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Starts a part and remembers how to close it. When it fails, everything started before is closed and the error thrown. */
  async start<T>(
    name: string,
    start: () => Promise<T> | T,
    close: (part: T, deadline: AbortSignal) => Promise<void> | void,
  ): Promise<T> {
    if (this.#closing !== undefined) throw new Error(`cannot start ${name}: already closing`);
    try {
      const part = await start();
      this.#parts.push({ name, close: (deadline) => close(part, deadline) });
      return part;
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  /** Closes every part, the newest first. Calling it again waits for the first call. Throws the first failure, after all were tried. */
  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#closeAll(graceMs);
    return this.#closing;
  }

  async #closeAll(graceMs: number): Promise<void> {
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(new Error('the grace time is over')), graceMs);
    const failures: unknown[] = [];
    for (const part of this.#parts.toReversed()) {
      try {
        await part.close(cut.signal);
        this.#logger.debug({ part: part.name }, 'closed');
      } catch (error) {
        this.#logger.error({ part: part.name, err: error }, 'close failed');
        failures.push(error);
      }
    }
    clearTimeout(timer);
    if (failures.length > 0) throw failures[0];
  }
}
