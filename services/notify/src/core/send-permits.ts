/**
 * How many sends run at once, over all targets. A permit is held for the send, never for a backoff.
 *
 * - At most `sendsMax` sends in flight.
 * - At most `targetsMax` targets have a send in flight; a target that has one may start more.
 */
export interface SendPermitLimits {
  readonly sendsMax: number;
  readonly targetsMax: number;
}

interface Waiter {
  readonly targetId: string;
  readonly start: () => void;
}

export class SendPermits {
  readonly #limits: SendPermitLimits;
  readonly #inFlightByTarget = new Map<string, number>();
  readonly #waiting: Waiter[] = [];
  #inFlight = 0;

  constructor(limits: SendPermitLimits) {
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Runs `send` when there is room, first come, first served. */
  async run<T>(targetId: string, send: () => Promise<T>): Promise<T> {
    await this.#acquire(targetId);
    try {
      return await send();
    } finally {
      this.#release(targetId);
    }
  }

  #acquire(targetId: string): Promise<void> | undefined {
    if (this.#hasRoom(targetId)) {
      this.#take(targetId);
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push({ targetId, start: resolve }));
  }

  #release(targetId: string): void {
    this.#inFlight -= 1;
    const left = (this.#inFlightByTarget.get(targetId) ?? 1) - 1;
    if (left === 0) this.#inFlightByTarget.delete(targetId);
    else this.#inFlightByTarget.set(targetId, left);
    // A later waiter of a target that already runs may pass one whose target has no slot; none is passed for a send slot.
    const index = this.#waiting.findIndex((waiter) => this.#hasRoom(waiter.targetId));
    const [next] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (next === undefined) return;
    this.#take(next.targetId);
    next.start();
  }

  #hasRoom(targetId: string): boolean {
    if (this.#inFlight >= this.#limits.sendsMax) return false;
    return this.#inFlightByTarget.has(targetId) || this.#inFlightByTarget.size < this.#limits.targetsMax;
  }

  #take(targetId: string): void {
    this.#inFlight += 1;
    this.#inFlightByTarget.set(targetId, (this.#inFlightByTarget.get(targetId) ?? 0) + 1);
  }
}
