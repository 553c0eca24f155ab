const LOOK_MS = 1;
const BUCKETS_PER_MS = 20;
const SHARE = 0.99;

export interface LongestWork {
  /** Processor time of this thread between two looks: 99 of 100 have less. */
  readonly workP99Ms: number;
  readonly workMaxMs: number;
  /** All of it. */
  readonly threadMs: number;
}

/**
 * How long this thread works in one piece, in processor time: unlike the delay of its event loop that does not count what other programs take. It looks every
 * millisecond, so shorter pieces add up to one.
 */
export class WorkWatch {
  #counts: number[] = [];
  #looks = 0;
  #maxUs = 0;
  #lastUs = usedUs();
  #sumUs = 0;

  constructor() {
    setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Since the last report. */
  report(): LongestWork {
    let left = this.#looks * (1 - SHARE);
    let bucket = this.#counts.length;
    while (bucket > 0 && left >= 0) {
      bucket -= 1;
      left -= this.#counts[bucket] ?? 0;
    }
    const report = {
      workP99Ms: (bucket + 1) / BUCKETS_PER_MS,
      workMaxMs: this.#maxUs / 1000,
      threadMs: this.#sumUs / 1000,
    };
    this.#counts = [];
    this.#looks = 0;
    this.#maxUs = 0;
    this.#sumUs = 0;
    return report;
  }

  #look(): void {
    const nowUs = usedUs();
    const workUs = nowUs - this.#lastUs;
    this.#lastUs = nowUs;
    const bucket = Math.floor((workUs / 1000) * BUCKETS_PER_MS);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#looks += 1;
    this.#sumUs += workUs;
    this.#maxUs = Math.max(this.#maxUs, workUs);
  }
}

function usedUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
