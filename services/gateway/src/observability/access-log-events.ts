import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { AccessLogEvents } from '../core/access-log/access-logs.ts';

/** Counts what became of access log records, and says why some were lost. */
export const createAccessLogEvents = (registry: MetricsRegistry, logger: Logger): AccessLogEvents => {
  const records = registry.counter({
    name: 's3_access_log_records_total',
    help: 'Access log records: delivered to their bucket, or lost.',
    labelNames: ['outcome'],
  });
  const delivered = records('delivered');
  const lost = records('lost');
  return {
    delivered: (lines) => {
      delivered.value += lines;
    },
    lost: (lines, error) => {
      lost.value += lines;
      logger.warn({ err: error, lines }, 'access log records lost');
    },
  };
};
