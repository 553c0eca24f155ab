/** A number that only rises; the hot path adds to it and nothing else happens until a scrape. */
export interface CounterCell {
  value: number;
}

/** Observations sorted into buckets as plain numbers. */
export class HistogramCell {
  /** Upper bounds, rising; the bucket past the last is unbounded. */
  readonly bounds: readonly number[];
  /** One count per bucket, not cumulated; one longer than `bounds`. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

/** Bounds in seconds that suit requests from 100 µs to 10 s. */
export const REQUEST_SECONDS_BOUNDS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
