import { type CompiledLifecycle, compileLifecycle, LIFECYCLE_CONFIGURATION } from '@needlestack/s3-protocol';
import { type Bucket, CatalogError, hasBucketConfig } from '@needlestack/service-contracts';
import type { Catalog } from '../catalog.ts';
import { LIFECYCLE_BUSY_SHARE, LIFECYCLE_PAUSE_MAX_MS, PAGE_ENTRIES_MAX } from '../limits.ts';
import { PassLoop } from '../pass-loop.ts';
import type { CatalogEvents, Clock } from '../ports.ts';
import { expireBucket } from './expire-bucket.ts';
import type { LifecycleCursor } from './lifecycle-cursor.ts';

export interface LifecycleWorkerOptions {
  readonly catalog: Pick<
    Catalog,
    | 'listBuckets'
    | 'getBucket'
    | 'getBucketConfig'
    | 'listObjectVersions'
    | 'listUploads'
    | 'deleteExpired'
    | 'abortExpiredUpload'
    | 'readLifecycleCursor'
    | 'writeLifecycleCursor'
    | 'takeLifecycleLease'
  >;
  readonly events: CatalogEvents;
  readonly clock: Clock;
  /** Length of a day for the rules. */
  readonly dayMs: number;
  /** Pause between walks over all buckets. */
  readonly intervalMs: number;
  /** Versions or uploads that are read, and deleted, at once. */
  readonly pageEntries: number;
  /** Names this process among those that share the store. */
  readonly holder: string;
  readonly makeRequestId: () => string;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Times that a bucket is begun anew because its rules changed under the walk; the next walk comes to it again. */
const CHANGES_PER_WALK_MAX = 3;

/**
 * Follows the lifecycle rules of all buckets, one walk after the other, in one process of those that share the store: the one that holds
 * the lease. It keeps a bounded share of the time for itself, notes where it is, and goes on there after a crash.
 */
export class LifecycleWorker {
  readonly #options: LifecycleWorkerOptions;
  readonly #loop: PassLoop;
  #signal = new AbortController().signal;
  #busySinceMs = 0;

  constructor(options: LifecycleWorkerOptions) {
    this.#options = options;
    this.#loop = new PassLoop({ intervalMs: options.intervalMs, pass: (signal) => this.#walk(signal) });
  }

  start(): void {
    this.#loop.start();
  }

  /** One walk now, or the one that runs already. Never rejects. */
  runPass(): Promise<void> {
    return this.#loop.runPass();
  }

  /** Cancels a walk that runs, and waits for its end. */
  close(): Promise<void> {
    return this.#loop.close();
  }

  async #walk(signal: AbortSignal): Promise<void> {
    const { catalog, clock, events } = this.#options;
    this.#signal = signal;
    this.#busySinceMs = clock();
    try {
      if (!(await this.#holdLease())) return;
      const cursor = await catalog.readLifecycleCursor();
      if (cursor !== undefined) await this.#visit(await catalog.getBucket(cursor.bucket), cursor.key);
      await this.#visitFrom(cursor?.bucket ?? '');
      if (!signal.aborted) await catalog.writeLifecycleCursor(undefined);
    } catch (error) {
      if (!signal.aborted && !(error instanceof LeaseLostError)) events.lifecycleFailed(error);
    }
  }

  /** All buckets after this one. */
  async #visitFrom(after: string): Promise<void> {
    let startAfter = after;
    while (!this.#signal.aborted) {
      const page = await this.#options.catalog.listBuckets({ prefix: '', startAfter, maxBuckets: PAGE_ENTRIES_MAX });
      for (const bucket of page.buckets) {
        if (this.#signal.aborted) return;
        await this.#visit(bucket, '');
      }
      startAfter = page.buckets.at(-1)?.name ?? '';
      if (!page.isTruncated) return;
      await this.#rest();
    }
  }

  async #visit(bucket: Bucket | undefined, afterKey: string): Promise<void> {
    let current = bucket;
    let doneKey = afterKey;
    for (let change = 0; change < CHANGES_PER_WALK_MAX; change += 1) {
      if (current === undefined || !hasBucketConfig(current, 'lifecycle')) return;
      const rules = await this.#readRules(current.name);
      if (rules.length === 0) return;
      try {
        await this.#expire(current, rules, doneKey, (key) => {
          doneKey = key;
        });
        return;
      } catch (error) {
        if (!(error instanceof CatalogError)) throw error;
        if (error.code === 'NoSuchBucket') return;
        if (error.code !== 'ConditionalRequestConflict') throw error;
        current = await this.#options.catalog.getBucket(current.name);
      }
    }
  }

  async #expire(
    bucket: Bucket,
    rules: CompiledLifecycle,
    afterKey: string,
    onKey: (key: string) => void,
  ): Promise<void> {
    const { catalog, clock, dayMs, events, makeRequestId, pageEntries } = this.#options;
    await this.#note({ bucket: bucket.name, key: afterKey });
    await expireBucket({
      catalog,
      bucket,
      rules,
      nowMs: clock(),
      dayMs,
      requestId: makeRequestId(),
      pageEntries,
      afterKey,
      events,
      signal: this.#signal,
      onProgress: async (key) => {
        onKey(key);
        await this.#note({ bucket: bucket.name, key });
        await this.#rest();
      },
    });
    await this.#rest();
  }

  async #readRules(bucket: string): Promise<CompiledLifecycle> {
    const stored = await this.#options.catalog.getBucketConfig(bucket, 'lifecycle');
    return stored === undefined ? [] : compileLifecycle(LIFECYCLE_CONFIGURATION.parse(stored));
  }

  /** The lease is renewed with every note: whoever lost it stops there. */
  async #note(cursor: LifecycleCursor): Promise<void> {
    if (!(await this.#holdLease())) throw new LeaseLostError();
    await this.#options.catalog.writeLifecycleCursor(cursor);
  }

  #holdLease(): Promise<boolean> {
    return this.#options.catalog.takeLifecycleLease(this.#options.holder);
  }

  /** Pauses for so long that the work before it was no more than its share of the time. */
  async #rest(): Promise<void> {
    const { clock, pause } = this.#options;
    const busyMs = clock() - this.#busySinceMs;
    const restMs = Math.min(
      LIFECYCLE_PAUSE_MAX_MS,
      Math.ceil((busyMs * (1 - LIFECYCLE_BUSY_SHARE)) / LIFECYCLE_BUSY_SHARE),
    );
    if (restMs > 0) await pause(restMs, this.#signal);
    this.#busySinceMs = clock();
  }
}

class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}
