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
  const expired = metrics.counter({
    name: 'catalog_lifecycle_total',
    help: 'What lifecycle rules ended: versions and markers deleted, those kept by locks, uploads aborted.',
    labelNames: ['outcome'],
  });
  const walksFailed = metrics.counter({
    name: 'catalog_lifecycle_walks_failed_total',
    help: 'Walks over the buckets that ended with an error; the next one goes on there.',
  })();
  const expiredObjects = expired('deleted');
  const lockedObjects = expired('locked');
  const abortedUploads = expired('upload-aborted');
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
    objectsExpired: (count, locked) => {
      expiredObjects.value += count;
      lockedObjects.value += locked;
    },
    uploadsExpired: (count) => {
      abortedUploads.value += count;
    },
    lifecycleFailed: (error) => {
      walksFailed.value += 1;
      logger.error({ err: error }, 'lifecycle walk failed, will be tried again');
    },
  };
}
