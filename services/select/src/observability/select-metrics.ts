/** Counts and logs what the core tells. The query's text and the object's name never reach the log. */
import type { Logger, MetricsRegistry } from '@needlestack/service-kit';
import type { SelectEvents } from '../core/ports.ts';

export const createSelectMetrics = (metrics: MetricsRegistry, logger: Logger): SelectEvents => {
  const queries = metrics.counter({
    name: 'select_queries_total',
    help: 'Queries that ended, by what they ended with.',
    labelNames: ['result'],
  });
  const bytes = (name: string, help: string) => metrics.counter({ name, help })();
  const scanned = bytes('select_scanned_bytes_total', 'Bytes read from objects.');
  const processed = bytes('select_processed_bytes_total', 'Bytes after decompression.');
  const returned = bytes('select_returned_bytes_total', 'Bytes of rows sent.');
  const killed = bytes('select_workers_killed_total', 'Worker threads ended because a query did not stop.');
  const seconds = metrics.histogram({ name: 'select_query_seconds', help: 'Time of a query, waiting included.' })();
  const waits = metrics.histogram({ name: 'select_queue_seconds', help: 'Time that a query waits for a worker.' })();
  return {
    queryAdmitted: (waitMs) => waits.observe(waitMs / 1000),
    queryEnded: ({ result, counters, returnedBytes, durationMs }) => {
      queries(result).value += 1;
      scanned.value += counters.scannedBytes;
      processed.value += counters.processedBytes;
      returned.value += returnedBytes;
      seconds.observe(durationMs / 1000);
      logger.debug({ result, ...counters, returnedBytes, durationMs }, 'query ended');
    },
    workerKilled: () => {
      killed.value += 1;
      logger.warn('a query did not stop in time: its worker was ended');
    },
    faultSeen: (error) => logger.error({ err: error }, 'a query failed for a fault of the server'),
  };
};

export interface WorkerCounts {
  readonly busyCount: number;
  readonly waitingCount: number;
}

/** Numbers that are looked up when somebody scrapes. */
export const addWorkerGauges = (metrics: MetricsRegistry, workers: WorkerCounts): void => {
  metrics.gauge({ name: 'select_workers_busy', help: 'Queries that run.' }, () => workers.busyCount);
  metrics.gauge(
    { name: 'select_queries_waiting', help: 'Queries that wait for a worker.' },
    () => workers.waitingCount,
  );
};
