import type { Clock } from '../../src/core/ports.ts';

interface Timer {
  readonly dueMs: number;
  readonly fire: () => void;
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  startTimer(delayMs: number, fire: () => void): () => void {
    const timer = { dueMs: this.#nowMs + delayMs, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves to the next timer and fires it. Throws when there is none. */
  fireNext(): void {
    const next = [...this.#timers].toSorted((a, b) => a.dueMs - b.dueMs)[0];
    if (next === undefined) throw new Error('no timer is set');
    this.#timers.delete(next);
    this.#nowMs = next.dueMs;
    next.fire();
  }
}
