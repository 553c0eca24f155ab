import {
  BUSY_LOOK_MS,
  BUSY_MEMORY_MS,
  BUSY_OPERATIONS_PER_SECOND,
  BUSY_REST_MIN_MS,
  BUSY_REST_MS,
  BUSY_SEND_REST_MS,
} from './scan-limits.ts';

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
  #lookedAtMs: number;
  #countAtLook: number;
  /** Calls of others, the older the less they count. */
  #perSecond = 0;
  #turn = Promise.resolve();

  constructor({ now, pause, operationCount }: PacingParts) {
    this.now = now;
    this.#pause = pause;
    this.#operationCount = operationCount;
    this.#lookedAtMs = now();
    this.#countAtLook = operationCount();
  }

  /** Whether others use the store now. */
  isBusy(): boolean {
    const passedMs = this.now() - this.#lookedAtMs;
    if (passedMs >= BUSY_LOOK_MS) this.#look(passedMs);
    return this.#perSecond >= BUSY_OPERATIONS_PER_SECOND;
  }

  #look(passedMs: number): void {
    const count = this.#operationCount();
    const kept = Math.exp(-passedMs / BUSY_MEMORY_MS);
    // As if the calls had come evenly since the last look, however long ago that was.
    this.#perSecond = this.#perSecond * kept + ((count - this.#countAtLook) / passedMs) * 1000 * (1 - kept);
    this.#lookedAtMs += passedMs;
    this.#countAtLook = count;
  }

  /** Whoever is due has their turn; no rest. */
  turn(): Promise<void> {
    return this.#pause();
  }

  /** The rest between two pieces of a batch that is being sent; none while nobody else is there. */
  restWhileSending(): Promise<void> | undefined {
    return this.isBusy() ? this.#pause(BUSY_SEND_REST_MS) : undefined;
  }

  /**
   * Lets others work. While they do, there is a rest between any two pieces of work, whichever scans they are of; `share`: how much of a full piece comes
   * next, up to 1.
   */
  giveWay(share = 1): Promise<void> {
    if (!this.isBusy()) return this.turn();
    const restMs = Math.max(BUSY_REST_MIN_MS, BUSY_REST_MS * share);
    this.#turn = this.#turn.then(() => this.#pause(restMs));
    return this.#turn;
  }
}
