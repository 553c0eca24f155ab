/** How waiting for room ended. */
export type Admission = 'admitted' | 'timeout' | 'gone';

interface Waiting {
  readonly bytes: number;
  readonly end: (admission: Admission) => void;
}

/**
 * Bounds the bytes of transfers that are under way. A transfer is let in while their sum is not over the limit, so that one larger than
 * the limit passes when it is alone; the others wait, in their order and not forever.
 */
export class TransferLimit {
  readonly bytesMax: number;
  readonly #waitMs: number;
  readonly #waiting = new Set<Waiting>();
  #underWayBytes = 0;

  constructor(bytesMax: number, waitMs: number) {
    this.bytesMax = bytesMax;
    this.#waitMs = waitMs;
  }

  get underWayBytes(): number {
    return this.#underWayBytes;
  }

  get isOver(): boolean {
    return this.#underWayBytes > this.bytesMax;
  }

  /** Counts so many bytes in once there is room; `release` them when it answered `admitted`. Aborted means that the client went away. */
  admit(bytes: number, signal: AbortSignal): Promise<Admission> {
    if (signal.aborted) return Promise.resolve('gone');
    if (!this.isOver) {
      this.#underWayBytes += bytes;
      return Promise.resolve('admitted');
    }
    return new Promise((resolve) => {
      const end = (admission: Admission): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onGone);
        this.#waiting.delete(waiting);
        resolve(admission);
      };
      const onGone = (): void => end('gone');
      const timer = setTimeout(() => end('timeout'), this.#waitMs);
      const waiting: Waiting = { bytes, end };
      signal.addEventListener('abort', onGone, { once: true });
      this.#waiting.add(waiting);
    });
  }

  /** Counts bytes of a transfer that is under way already. */
  add(bytes: number): void {
    this.#underWayBytes += bytes;
  }

  release(bytes: number): void {
    this.#underWayBytes -= bytes;
    for (const { bytes: wanted, end } of this.#waiting) {
      if (this.isOver) return;
      this.#underWayBytes += wanted;
      end('admitted');
    }
  }
}
