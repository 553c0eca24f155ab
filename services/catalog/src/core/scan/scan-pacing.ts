import { BUSY_OPERATIONS_PER_SECOND, BUSY_REST_MS, BUSY_WINDOW_MS } from './scan-limits.ts';

export interface PacingParts {
  /** Milliseconds that never go back. */
  readonly now: () => number;
  /** Resolves when everybody else had their turn, or after so many milliseconds. */
  readonly pause: (ms?: number) => Promise<void>;
  /** Calls of others so far. */
  readonly operationCount: () => number;
}

/** Scans are background work: at full speed while nobody else is there, with rests when somebody is. */
export class ScanPacing {
  readonly now: () => number;
  readonly #pause: (ms?: number) => Promise<void>;
  readonly #operationCount: () => number;
  #windowAtMs: number;
  #countAtWindow: number;
  #isBusy = false;
  #turn = Promise.resolve();

  constructor({ now, pause, operationCount }: PacingParts) {
    this.now = now;
    this.#pause = pause;
    this.#operationCount = operationCount;
    this.#windowAtMs = now();
    this.#countAtWindow = operationCount();
  }

  /** Whether others use the store now. */
  isBusy(): boolean {
    const passedMs = this.now() - this.#windowAtMs;
    if (passedMs < BUSY_WINDOW_MS) return this.#isBusy;
    const count = this.#operationCount();
    this.#isBusy = (count - this.#countAtWindow) * 1000 >= BUSY_OPERATIONS_PER_SECOND * passedMs;
    this.#windowAtMs += passedMs;
    this.#countAtWindow = count;
    return this.#isBusy;
  }

  /** Lets others work. While they do, there is a rest between any two pieces of work, whichever scans they are of. */
  giveWay(): Promise<void> {
    if (!this.isBusy()) return this.#pause();
    this.#turn = this.#turn.then(() => this.#pause(BUSY_REST_MS));
    return this.#turn;
  }
}
