/** Builds the service out of its parts, and takes it down in the opposite order. */
import type { ServerSecurity } from '@needlestack/rpc';
import { MAX_RECORDS_PAYLOAD_BYTES } from '@needlestack/s3-protocol';
import type { ObjectReader, SelectPort } from '@needlestack/service-contracts';
import {
  createOpsHandler,
  createSilentLogger,
  Lifecycle,
  type Logger,
  MetricsRegistry,
  Readiness,
  startOpsServer,
} from '@needlestack/service-kit';
import { defaultWorkerCount } from './config.ts';
import { createSelectPort } from './core/select-object.ts';
import { startSelectGrpc } from './grpc/server.ts';
import { addWorkerGauges, createSelectMetrics } from './observability/select-metrics.ts';
import { systemClock } from './system-clock.ts';
import { QueryWorkerPool } from './workers/query-worker-pool.ts';

export interface SelectServiceOptions {
  /** The bytes of objects, verified. */
  readonly reader: ObjectReader;
  /** Loopback unless given. Another address needs `security`. */
  readonly host?: string;
  /** HTTP and gRPC; 0 (the default) lets the system choose. */
  readonly port?: number;
  readonly grpcPort?: number;
  readonly security?: ServerSecurity;
  /** Queries that run at a time; 0 or absent: one less than there are cores. */
  readonly workersMax?: number;
  /** Have a thread ready before the first query, at 10 MB of memory; true unless said otherwise. */
  readonly keepsThreadReady?: boolean;
  readonly logger?: Logger;
  /** Shown beside the service's own on its metrics page. */
  readonly metrics?: readonly MetricsRegistry[];
}

export interface SelectService {
  /** For callers in the same process. */
  readonly port: SelectPort;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  /** Lets gRPC calls drain up to the grace time, then ends every query. */
  close(graceMs?: number): Promise<void>;
}

const CLOSE_GRACE_MS = 10_000;

/** Starts the service. Rejects when a port is taken, or when the host is not loopback and nothing guards it. */
export const startSelectService = async (options: SelectServiceOptions): Promise<SelectService> => {
  const logger = options.logger ?? createSilentLogger();
  const metrics = new MetricsRegistry('select');
  const readiness = new Readiness();
  const lifecycle = new Lifecycle(logger);
  const host = options.host ?? '127.0.0.1';
  const events = createSelectMetrics(metrics, logger);
  const workers = await lifecycle.start(
    'workers',
    () => {
      const pool = new QueryWorkerPool({
        clock: systemClock,
        events,
        payloadMaxBytes: MAX_RECORDS_PAYLOAD_BYTES,
        workersMax: options.workersMax || defaultWorkerCount(),
      });
      if (options.keepsThreadReady !== false) pool.warmUp();
      return pool;
    },
    (pool) => pool.close(),
  );
  addWorkerGauges(metrics, workers);
  const port = createSelectPort({ reader: options.reader, executor: workers, clock: systemClock, events });
  const onFault = (error: unknown, path: string): void => logger.error({ err: error, path }, 'call failed');
  const grpc = await lifecycle.start(
    'grpc',
    () => startSelectGrpc(port, { host, port: options.grpcPort ?? 0, security: options.security ?? {}, onFault }),
    (server, deadline) => server.close(deadline),
  );
  const handleOps = createOpsHandler({ readiness, metrics: [metrics, ...(options.metrics ?? [])] });
  const http = await lifecycle.start(
    'http',
    () => startOpsServer(host, options.port ?? 0, handleOps),
    (server) => server.close(),
  );
  readiness.markStarted();
  return {
    port,
    httpPort: http.port,
    grpcPort: grpc.port,
    metrics,
    readiness,
    close: (graceMs = CLOSE_GRACE_MS) => {
      readiness.markStopping();
      return lifecycle.close(graceMs);
    },
  };
};
