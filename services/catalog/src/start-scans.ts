/** Builds the scans out of their parts; part of the service's wiring. */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as rest } from 'node:timers/promises';
import type { OrderedKv } from '@needlestack/ordered-kv';
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { Clock } from './core/ports.ts';
import { KvScans } from './core/scan/kv-scans.ts';
import { SCAN_LIMITS, SCAN_SWEEP_MS, type ScanLimits } from './core/scan/scan-limits.ts';
import { createScanEvents } from './observability/scan-metrics.ts';

export interface ScanOptions {
  readonly limits?: Partial<ScanLimits>;
  /** Names of certificates whose owners may scan; everybody whom the gRPC port lets in when there are none. */
  readonly clientNames?: readonly string[];
  /** By which scanners expire. */
  readonly clock?: Clock;
}

export interface RunningScans {
  readonly scans: KvScans;
  stop(): Promise<void>;
}

/** Sweeps until it is stopped. */
export function startScans(parts: {
  readonly kv: OrderedKv;
  readonly options: ScanOptions;
  readonly metrics: MetricsRegistry;
  readonly logger: Logger;
}): RunningScans {
  const { kv, options, metrics, logger } = parts;
  const scans = new KvScans({
    kv,
    limits: { ...SCAN_LIMITS, ...options.limits },
    clock: options.clock ?? Date.now,
    randomBytes,
    pacing: { now: () => performance.now(), pause: (ms) => (ms === undefined ? nextTurn() : rest(ms)) },
    events: createScanEvents(metrics, logger),
  });
  metrics.gauge(
    { name: 'catalog_scanners_open', help: 'Scanners that hold a moment of the store.' },
    () => scans.openScanners,
  );
  const timer = setInterval(() => void scans.sweep(), SCAN_SWEEP_MS);
  timer.unref();
  return {
    scans,
    stop: () => {
      clearInterval(timer);
      return scans.stop();
    },
  };
}
