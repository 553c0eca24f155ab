const FIRST_CAPACITY = 4_096;

/** Durations of single requests, kept whole so that percentiles are exact. */
export class Latencies {
  #durationsMs = new Float64Array(FIRST_CAPACITY);
  #count = 0;

  add(durationMs: number): void {
    if (this.#count === this.#durationsMs.length) {
      const larger = new Float64Array(this.#count * 2);
      larger.set(this.#durationsMs);
      this.#durationsMs = larger;
    }
    this.#durationsMs[this.#count] = durationMs;
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  /** `fraction` 0.5 is the median. 0 when nothing was measured. */
  percentile(fraction: number): number {
    const sorted = this.#durationsMs.slice(0, this.#count).sort();
    return sorted[Math.min(this.#count - 1, Math.floor(this.#count * fraction))] ?? 0;
  }
}
