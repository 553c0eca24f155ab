import type { OrderedKv } from '@needlestack/ordered-kv';
import type { StoredBucket } from '../codec/bucket-record.ts';
import { CACHED_BUCKET_LIFETIME_MS, CACHED_BUCKETS_MAX } from '../limits.ts';
import type { Clock } from '../ports.ts';
import { BucketCache } from './bucket-cache.ts';
import { findBucket, noSuchBucket } from './require-bucket.ts';

/** Finds buckets for calls that only read, from memory when it can. */
export class BucketReader {
  readonly #kv: OrderedKv;
  readonly #cache: BucketCache;

  constructor(kv: OrderedKv, clock: Clock) {
    this.#kv = kv;
    const lifetimeMs = kv.writers === 'single' ? Number.POSITIVE_INFINITY : CACHED_BUCKET_LIFETIME_MS;
    this.#cache = new BucketCache({ clock, lifetimeMs, entriesMax: CACHED_BUCKETS_MAX });
  }

  /** A promise only where memory does not have it. */
  find(name: string): StoredBucket | undefined | Promise<StoredBucket | undefined> {
    return this.#cache.get(name) ?? this.#load(name);
  }

  /** CatalogError `NoSuchBucket`. */
  require(name: string): StoredBucket | Promise<StoredBucket> {
    return this.#cache.get(name) ?? this.#load(name).then((bucket) => requireFound(bucket, name));
  }

  /** After every change of a bucket. */
  forget(name: string): void {
    this.#cache.forget(name);
  }

  async #load(name: string): Promise<StoredBucket | undefined> {
    const { synchronous } = this.#kv;
    const program = (tx: Parameters<typeof findBucket>[0]) => findBucket(tx, name);
    const bucket = synchronous === undefined ? await this.#kv.read(program) : synchronous.read(program);
    if (bucket !== undefined) this.#cache.put(bucket);
    return bucket;
  }
}

function requireFound(bucket: StoredBucket | undefined, name: string): StoredBucket {
  if (bucket === undefined) throw noSuchBucket(name);
  return bucket;
}
