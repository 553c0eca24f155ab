/** Builds the service out of its parts, and takes it down in the opposite order. */
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { targetIdOf } from '@needlestack/event-model';
import type { ServerSecurity } from '@needlestack/rpc';
import type { NotifyPort } from '@needlestack/service-contracts';
import {
  createOpsHandler,
  createSilentLogger,
  Lifecycle,
  type Logger,
  MetricsRegistry,
  Readiness,
  startOpsServer,
} from '@needlestack/service-kit';
import { type NotifyConfig, readNotifyConfig } from './config.ts';
import { createMissedSlot } from './core/missed-slot.ts';
import type { DeliveryEvents, OutboxPort } from './core/ports.ts';
import { SendPermits } from './core/send-permits.ts';
import { TargetRegistry } from './core/target-registry.ts';
import { followOutbox } from './follow-outbox.ts';
import { startNotifyGrpc } from './grpc/server.ts';
import { combineEvents } from './observability/combine-events.ts';
import { addTargetGauges, createDeliveryMetrics } from './observability/delivery-metrics.ts';
import { lockDirectory } from './storage/directory-lock.ts';
import { createFileTargetList } from './storage/file-target-list.ts';
import { superviseTarget } from './supervise-target.ts';
import { systemClock } from './system-clock.ts';

export interface NotifyServiceOptions {
  /** The catalog, in process or over the network. */
  readonly outbox: OutboxPort;
  /** For queues, dead letters, the history of rules; made if absent. One process at a time. */
  readonly dataDirectory: string;
  readonly region: string;
  /** Loopback unless given. Another address needs `security`. */
  readonly host?: string;
  /** HTTP and gRPC; 0 (the default) lets the system choose. */
  readonly port?: number;
  readonly grpcPort?: number;
  readonly security?: ServerSecurity;
  /** Read from the environment when left out. */
  readonly config?: NotifyConfig;
  readonly logger?: Logger;
  /** Shown beside the service's own on its metrics page. */
  readonly metrics?: readonly MetricsRegistry[];
  /** Told what the core tells, synchronously. */
  readonly events?: Partial<DeliveryEvents>;
}

export interface NotifyService {
  readonly port: NotifyPort;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  /** Stops taking work, waits for sends under way up to the grace time, closes all. What is not delivered stays queued. */
  close(graceMs?: number): Promise<void>;
}

const CLOSE_GRACE_MS = 10_000;

/**
 * Starts the service. Rejects when the directory belongs to another process, a port is taken, or the catalog does not answer; a target
 * that is down, disabled or misconfigured does not keep it from starting.
 */
export async function startNotifyService(options: NotifyServiceOptions): Promise<NotifyService> {
  const logger = options.logger ?? createSilentLogger();
  const config = options.config ?? readNotifyConfig();
  const metrics = new MetricsRegistry('notify');
  const readiness = new Readiness();
  const events = combineEvents(createDeliveryMetrics(metrics, logger), options.events ?? {});
  const lifecycle = new Lifecycle(logger);
  const host = options.host ?? '127.0.0.1';
  const origin = { region: options.region, eventSource: config.eventSource, hostId: hostname() };
  const permits = new SendPermits({ sendsMax: config.sendsMax, targetsMax: config.targetStreamsMax });

  await mkdir(options.dataDirectory, { recursive: true });
  await lifecycle.start(
    'directory lock',
    () => lockDirectory(options.dataDirectory),
    (lock) => lock.release(),
  );
  const followed = await followOutbox({
    outbox: options.outbox,
    dataDirectory: options.dataDirectory,
    targetIds: config.targets.map(targetIdOf),
    isEnabled: config.isEnabled,
    events,
    lifecycle,
  });
  const pauseList = createFileTargetList(options.dataDirectory, 'paused.json');
  const registry = await lifecycle.start(
    'targets',
    async () => {
      const site = {
        ...followed,
        outbox: options.outbox,
        origin,
        permits,
        events,
        pauseList,
        dataDirectory: options.dataDirectory,
        isCompressing: config.isCompressing,
        redisUrl: config.queueRedisUrl,
        leaseMs: config.queueLeaseMs,
        onError: (error: Error) => logger.warn({ err: error }, 'redis'),
      };
      const instances = config.isEnabled ? config.targets : [];
      const slots = await Promise.all(instances.map((one) => superviseTarget(one, site)));
      return new TargetRegistry(
        [...slots, ...followed.missed.map((targetId) => createMissedSlot(targetId, options.region))],
        pauseList,
      );
    },
    (started, deadline) => started.close(deadline),
  );
  followed.watchTargets(registry);
  addTargetGauges(metrics, registry, {
    nowMs: systemClock.nowMs,
    head: () => followed.feed.head,
    sendsInFlight: () => permits.inFlight,
  });
  const context = { registry, feed: followed.feed, origin, clock: systemClock };
  const onFault = (error: unknown, path: string): void => logger.error({ err: error, path }, 'call failed');
  const grpc = await lifecycle.start(
    'grpc',
    () => startNotifyGrpc(context, { host, port: options.grpcPort ?? 0, security: options.security ?? {}, onFault }),
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
    port: { listTargets: () => Promise.resolve(registry.list()) },
    httpPort: http.port,
    grpcPort: grpc.port,
    metrics,
    readiness,
    close: (graceMs = CLOSE_GRACE_MS) => {
      readiness.markStopping();
      return lifecycle.close(graceMs);
    },
  };
}
