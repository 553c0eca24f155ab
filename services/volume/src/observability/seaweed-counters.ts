import type { CounterCell, MetricsRegistry } from '@needlestack/service-kit';
import type { ServerCounters } from '../core/server-counters.ts';

/** Of SeaweedFS's histograms: 0.1 ms, doubled 23 times; from 10 ms, doubled 19 times. */
const BOUNDS = Array.from({ length: 24 }, (_, power) => 0.0001 * 2 ** power);
const REBUILD_BOUNDS = Array.from({ length: 20 }, (_, power) => 0.01 * 2 ** power);
const TARGET_BOUNDS = [1, 2, 3, 4, 5];

/** Requests as they come and go. */
export interface RequestCounters {
  begun(method: string): void;
  answered(method: string, status: number, seconds: number): void;
}

/** Vacuums, replication, scrubs and what else SeaweedFS counts by name when it happens. */
export function createSeaweedCounters(metrics: MetricsRegistry): ServerCounters {
  const handled = metrics.counter({
    name: 'volumeServer_handler_total',
    help: 'Counter of volume server handlers.',
    labelNames: ['type'],
  });
  const vacuums = {
    compact: vacuumCounter(metrics, 'compact'),
    commit: vacuumCounter(metrics, 'commit'),
  };
  const vacuumSeconds = metrics.histogram({
    name: 'volumeServer_vacuuming_seconds',
    help: 'Histogram of volume server vacuuming processing time.',
    labelNames: ['type'],
    bounds: BOUNDS,
  });
  const replication = createReplicationCounters(metrics);
  const rebuilds = metrics.counter({
    name: 'volumeServer_ec_rebuild_total',
    help: 'Counter of rebuilds of shards.',
    labelNames: ['result'],
  });
  const rebuildSeconds = metrics.histogram({
    name: 'volumeServer_ec_rebuild_seconds',
    help: 'Histogram of the time of rebuilds of shards.',
    labelNames: ['result'],
    bounds: REBUILD_BOUNDS,
  });
  return {
    handled: (how) => {
      handled(how).value += 1;
    },
    vacuumBegun: (step) => {
      const startMs = performance.now();
      return (succeeded) => {
        vacuumSeconds(step).observe(secondsSince(startMs));
        vacuums[step](String(succeeded)).value += 1;
      };
    },
    replicationBegun: (operation, targets) => {
      const end = replication(operation, targets);
      return (failure) => {
        end(failure);
        if (failure !== undefined && operation === 'write') handled('errorWriteToReplicas').value += 1;
      };
    },
    rebuildBegun: () => {
      const startMs = performance.now();
      return (succeeded) => {
        const result = succeeded ? 'success' : 'failure';
        rebuildSeconds(result).observe(secondsSince(startMs));
        rebuilds(result).value += 1;
      };
    },
    scrubbed: createScrubCounters(metrics),
  };
}

function vacuumCounter(metrics: MetricsRegistry, step: 'compact' | 'commit'): (succeeded: string) => CounterCell {
  return metrics.counter({
    name: `volumeServer_vacuuming_${step}_count`,
    help: `Counter of volume vacuuming ${step} operations.`,
    labelNames: ['success'],
  });
}

function createReplicationCounters(metrics: MetricsRegistry): ServerCounters['replicationBegun'] {
  const operations = metrics.counter({
    name: 'volumeServer_replication_operations_total',
    help: 'Counter of replicated operations.',
    labelNames: ['operation', 'result'],
  });
  const seconds = metrics.histogram({
    name: 'volumeServer_replication_seconds',
    help: 'Histogram of the time of replicated operations.',
    labelNames: ['operation'],
    bounds: BOUNDS,
  });
  const targetCounts = metrics.histogram({
    name: 'volumeServer_replication_targets',
    help: 'Histogram of the number of replicas that an operation goes to.',
    bounds: TARGET_BOUNDS,
  })();
  const failures = metrics.counter({
    name: 'volumeServer_replication_failures_total',
    help: 'Counter of failed replicated operations by reason.',
    labelNames: ['operation', 'reason'],
  });
  return (operation, targets) => {
    const startMs = performance.now();
    targetCounts.observe(targets);
    return (failure) => {
      seconds(operation).observe(secondsSince(startMs));
      operations(operation, failure === undefined ? 'success' : 'failure').value += 1;
      if (failure !== undefined) failures(operation, reasonOf(failure)).value += 1;
    };
  };
}

function createScrubCounters(metrics: MetricsRegistry): ServerCounters['scrubbed'] {
  const lastSeconds = new Map<string, number>();
  metrics.gauge(
    { name: 'volumeServer_scrub_last_time_seconds', help: 'Time of the last scrub, by mode.', labelNames: ['mode'] },
    () => [...lastSeconds].map(([mode, time]) => [[mode], time] as const),
  );
  const counterOf = (what: 'volume' | 'shard') =>
    metrics.counter({
      name: `volumeServer_scrub_${what}_failures`,
      help: `Counter of ${what}s that a scrub found broken, by mode.`,
      labelNames: ['mode'],
    });
  const volumes = counterOf('volume');
  const shards = counterOf('shard');
  return (mode, brokenVolumes, brokenShards) => {
    lastSeconds.set(mode, Math.floor(Date.now() / 1000));
    volumes(mode).value += brokenVolumes;
    shards(mode).value += brokenShards;
  };
}

/** Requests by method and status, those under way, and the failures among them. */
export function createRequestCounters(metrics: MetricsRegistry, handled: ServerCounters['handled']): RequestCounters {
  const requests = metrics.counter({
    name: 'volumeServer_request_total',
    help: 'Counter of volume server requests.',
    labelNames: ['type', 'code'],
  });
  const seconds = metrics.histogram({
    name: 'volumeServer_request_seconds',
    help: 'Bucketed histogram of volume server request processing time.',
    labelNames: ['type'],
    bounds: BOUNDS,
  });
  const underWay = new Map<string, number>();
  metrics.gauge({ name: 'volumeServer_in_flight_requests', help: 'Requests under way.', labelNames: ['type'] }, () =>
    [...underWay].map(([type, count]) => [[type], count] as const),
  );
  const plainCounter = (name: string, help: string) => metrics.counter({ name: `volumeServer_${name}`, help })();
  const readFailures = plainCounter('file_read_failures', 'Counter of failed reads of files.');
  const invalidNeedles = plainCounter('file_read_invalid_needles', 'Counter of reads of files that cannot be.');
  const writeFailures = plainCounter('file_write_failures', 'Counter of failed writes of files.');
  const countFailure = (type: string, status: number): void => {
    if (type !== 'GET' && type !== 'HEAD') {
      writeFailures.value += 1;
      return;
    }
    if (status === 400) invalidNeedles.value += 1;
    if (status !== 404 && status < 500) return;
    readFailures.value += 1;
    handled(status === 404 ? 'errorGetNotFound' : 'errorGetInternal');
  };
  return {
    begun: (method) => {
      const type = typeOf(method);
      underWay.set(type, (underWay.get(type) ?? 0) + 1);
    },
    answered: (method, status, took) => {
      const type = typeOf(method);
      underWay.set(type, (underWay.get(type) ?? 1) - 1);
      requests(type, String(status)).value += 1;
      seconds(type).observe(took);
      if (status >= 400) countFailure(type, status);
    },
  };
}

/** A label must not take any value that a client makes up. */
const KNOWN_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS']);

function typeOf(method: string): string {
  return KNOWN_METHODS.has(method) ? method : 'INVALID';
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}

/** SeaweedFS's words for why a replica failed, out of the error or what caused it. */
function reasonOf(failure: Error): string {
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === 'ECONNREFUSED') return 'connection_refused';
    if (cause.name === 'AbortError') return 'context_cancelled';
    if (cause.name === 'TimeoutError' || /\b(no answer within|timed out)\b/.test(cause.message)) return 'timeout';
  }
  return 'server_error';
}
