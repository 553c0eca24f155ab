import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { ScanEvents } from '../core/scan/kv-scans.ts';

/** Counts and logs what scans tell. */
export function createScanEvents(metrics: MetricsRegistry, logger: Logger): ScanEvents {
  const batches = metrics.counter({ name: 'catalog_scan_batches_total', help: 'Batches given to scanners.' })();
  const bytes = metrics.counter({ name: 'catalog_scan_bytes_total', help: 'Bytes of rows given to scanners.' })();
  const expired = metrics.counter({
    name: 'catalog_scanners_expired_total',
    help: 'Scanners that nobody used any more, or for too long.',
  })();
  const failed = metrics.counter({
    name: 'catalog_scans_failed_total',
    help: 'Calls of scans that ended because rows could not be read.',
  })();
  return {
    batchGiven: (recordsBytes) => {
      batches.value += 1;
      bytes.value += recordsBytes;
    },
    scannersExpired: (count) => {
      expired.value += count;
    },
    scanFailed: (error) => {
      failed.value += 1;
      logger.error({ err: error }, 'a scan failed');
    },
  };
}
