import type { StoredBucket } from '../codec/bucket-record.ts';
import type { Clock } from '../ports.ts';

/**
 * Buckets by name, kept in memory. With one writing process an entry is good until this process changes the bucket; with many,
 * for `lifetimeMs`. Absence is not remembered. Only answers come from here: every transaction reads the row itself.
 */
export class BucketCache {
  readonly #entries = new Map<string, { readonly bucket: StoredBucket; readonly untilMs: number }>();
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #entriesMax: number;

  constructor(options: { readonly clock: Clock; readonly lifetimeMs: number; readonly entriesMax: number }) {
    this.#clock = options.clock;
    this.#lifetimeMs = options.lifetimeMs;
    this.#entriesMax = options.entriesMax;
  }

  get(name: string): StoredBucket | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.untilMs === Number.POSITIVE_INFINITY || entry.untilMs > this.#clock()) return entry.bucket;
    this.#entries.delete(name);
    return undefined;
  }

  put(bucket: StoredBucket): void {
    const oldest = this.#entries.keys().next().value;
    if (this.#entries.size >= this.#entriesMax && oldest !== undefined) this.#entries.delete(oldest);
    const isLasting = this.#lifetimeMs === Number.POSITIVE_INFINITY;
    this.#entries.set(bucket.name, {
      bucket,
      untilMs: isLasting ? Number.POSITIVE_INFINITY : this.#clock() + this.#lifetimeMs,
    });
  }

  forget(name: string): void {
    this.#entries.delete(name);
  }
}
