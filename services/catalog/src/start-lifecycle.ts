/** Builds the lifecycle worker; part of the service's wiring. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { REAL_DAY_MS } from '@needlestack/s3-protocol';
import type { Catalog } from './core/catalog.ts';
import { LifecycleWorker } from './core/lifecycle/lifecycle-worker.ts';
import { LIFECYCLE_INTERVAL_MAX_MS, LIFECYCLE_PAGE_ENTRIES, LIFECYCLE_WALKS_PER_DAY } from './core/limits.ts';
import type { CatalogEvents } from './core/ports.ts';

export interface LifecycleOptions {
  /** Length of a day for the rules, for tests of them; a real one when absent. */
  readonly dayMs?: number;
}

const REQUEST_ID_BYTES = 8;

/** Walks until it is closed. */
export function startLifecycle(parts: {
  readonly catalog: Catalog;
  readonly options: LifecycleOptions;
  readonly events: CatalogEvents;
}): LifecycleWorker {
  const dayMs = parts.options.dayMs ?? REAL_DAY_MS;
  const worker = new LifecycleWorker({
    catalog: parts.catalog,
    events: parts.events,
    clock: Date.now,
    dayMs,
    intervalMs: Math.min(LIFECYCLE_INTERVAL_MAX_MS, Math.ceil(dayMs / LIFECYCLE_WALKS_PER_DAY)),
    pageEntries: LIFECYCLE_PAGE_ENTRIES,
    holder: randomUUID(),
    makeRequestId: () => randomBytes(REQUEST_ID_BYTES).toString('hex').toUpperCase(),
    pause: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
  });
  worker.start();
  return worker;
}
