/** Wakes readers of the outbox that wait for its next row. */
export class OutboxSignal {
  #waiting = new Set<() => void>();

  notify(): void {
    if (this.#waiting.size === 0) return;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves after the next notification, when the time is over, or by abort: the caller looks again. */
  wait(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      if (signal?.aborted === true) wake();
      else {
        signal?.addEventListener('abort', wake);
        this.#waiting.add(wake);
      }
    });
  }
}
