/** Counts and logs what the core tells. */
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { CatalogEvents } from '../core/ports.ts';

export function createCatalogEvents(metrics: MetricsRegistry, logger: Logger): CatalogEvents {
  const needles = metrics.counter({
    name: 'catalog_garbage_needles_total',
    help: 'Needles of deleted and replaced objects: deleted, or kept for the next pass.',
    labelNames: ['outcome'],
  });
  const failures = metrics.counter({
    name: 'catalog_garbage_passes_failed_total',
    help: 'Passes over the garbage list that ended with an error and are tried again.',
  })();
  const deleted = needles('deleted');
  const kept = needles('kept');
  return {
    garbageCollected: (count) => {
      deleted.value += count;
    },
    garbageKept: (count) => {
      kept.value += count;
    },
    garbageFailed: (error) => {
      failures.value += 1;
      logger.error({ err: error }, 'garbage pass failed, will be tried again');
    },
  };
}
