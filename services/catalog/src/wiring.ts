/** Builds the service out of its parts, and takes it down in the opposite order. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sealer } from '@needlestack/access-control';
import type { OrderedKv } from '@needlestack/ordered-kv';
import type { ServerSecurity } from '@needlestack/rpc';
import type { CatalogPort } from '@needlestack/service-contracts';
import {
  createOpsHandler,
  createSilentLogger,
  Lifecycle,
  type Logger,
  MetricsRegistry,
  Readiness,
} from '@needlestack/service-kit';
import type { Router } from 'express';
import { type Catalog, createCatalog } from './core/catalog.ts';
import { createGarbageCollector } from './core/garbage/create-garbage-collector.ts';
import { GARBAGE_PAGE_ENTRIES_MAX } from './core/limits.ts';
import type { PassLoop } from './core/pass-loop.ts';
import type { CatalogEvents } from './core/ports.ts';
import type { KvScans } from './core/scan/kv-scans.ts';
import { checkRootKey } from './core/schema/check-root-key.ts';
import { migrateSchema } from './core/schema/migrate-schema.ts';
import { makeSchemaSteps } from './core/schema/schema-steps.ts';
import { startCatalogGrpc } from './grpc/server.ts';
import { startHttpServer } from './http/server.ts';
import { createCatalogEvents } from './observability/catalog-metrics.ts';
import { type CatalogStore, openStore } from './open-store.ts';
import { createVolumeNeedleDeleter, type DeleteChunks } from './peers/volume-needle-deleter.ts';
import { type LifecycleOptions, startLifecycle } from './start-lifecycle.ts';
import { type ScanOptions, startScans } from './start-scans.ts';

export interface CatalogServiceOptions {
  readonly store: CatalogStore;
  /** Loopback unless given. Another address needs `security`. */
  readonly host?: string;
  /** HTTP and gRPC; 0 (the default) lets the system choose. */
  readonly httpPort?: number;
  readonly grpcPort?: number;
  readonly security?: ServerSecurity;
  readonly garbage?: GarbageOptions;
  readonly scan?: ScanOptions;
  readonly lifecycle?: LifecycleOptions;
  /** Seals secrets of identities under the root key. Without one there can be none. */
  readonly sealer?: Sealer | undefined;
  /** Routers of the HTTP port, made once the store is open: Iceberg REST, S3 Tables. */
  readonly mountRouters?: (parts: { readonly kv: OrderedKv; readonly catalog: CatalogPort }) => readonly Router[];
  readonly logger?: Logger;
  /** Shown beside the service's own on its metrics page. */
  readonly metrics?: readonly MetricsRegistry[];
}

export interface GarbageOptions {
  /** Deletes needles on their volumes. */
  readonly deleteChunks: DeleteChunks;
  /** Age at which garbage is deleted: a GET that began before may still read it. 60 s unless given. */
  readonly delayMs?: number;
  /** Pause between passes. 10 s unless given. */
  readonly intervalMs?: number;
}

export interface CatalogService {
  readonly port: CatalogPort;
  readonly scans: KvScans;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  /** One walk over all lifecycle rules now. */
  followLifecycle(): Promise<void>;
  /** One pass over the garbage list now; does nothing without a way to delete. */
  collectGarbage(): Promise<void>;
  /** Stops taking calls, lets those under way finish up to the grace time, and closes the store. */
  close(graceMs?: number): Promise<void>;
}

const GARBAGE_DELAY_MS = 60_000;
const GARBAGE_INTERVAL_MS = 10_000;
const CLOSE_GRACE_MS = 10_000;

/**
 * Rejects when the store belongs to another process, is damaged or newer than this program, or when a port is taken; with RootKeyError when
 * the store lies under another root key than the sealer's.
 */
export async function startCatalogService(options: CatalogServiceOptions): Promise<CatalogService> {
  const logger = options.logger ?? createSilentLogger();
  const metrics = new MetricsRegistry('catalog');
  const readiness = new Readiness();
  const lifecycle = new Lifecycle(logger);
  const kv = await lifecycle.start(
    'store',
    () => openStore(options.store),
    (store) => store.close(),
  );
  const { sealer } = options;
  if (sealer !== undefined) {
    // Before the schema: its steps may seal.
    await lifecycle.start(
      'root key',
      () => checkRootKey(kv, sealer),
      () => undefined,
    );
  }
  await lifecycle.start(
    'schema',
    () => migrateSchema({ kv, clock: Date.now, holder: randomUUID(), pause, steps: makeSchemaSteps(options.sealer) }),
    () => undefined,
  );
  readiness.addCheck('store', () => kv.whyNotWritable());
  const catalog = createCatalog({ kv, clock: Date.now, randomBytes, sealer: options.sealer });
  const events = createCatalogEvents(metrics, logger);
  const collector = await startCollector(catalog, options.garbage, { lifecycle, events, logger });
  const worker = await lifecycle.start(
    'lifecycle worker',
    () => startLifecycle({ catalog, options: options.lifecycle ?? {}, events }),
    (running) => running.close(),
  );
  const { scans } = await lifecycle.start(
    'scans',
    () => startScans({ kv, options: options.scan ?? {}, metrics, logger }),
    (running) => running.stop(),
  );
  const ports = await startServers({ kv, catalog, scans }, options, { lifecycle, metrics, readiness, logger });
  readiness.markStarted();
  return {
    port: catalog,
    scans,
    ...ports,
    metrics,
    readiness,
    followLifecycle: () => worker.runPass(),
    collectGarbage: async () => collector?.runPass(),
    close: (graceMs = CLOSE_GRACE_MS) => {
      readiness.markStopping();
      return lifecycle.close(graceMs);
    },
  };
}

interface Site {
  readonly lifecycle: Lifecycle;
  readonly metrics: MetricsRegistry;
  readonly logger: Logger;
}

function startCollector(
  catalog: Catalog,
  garbage: GarbageOptions | undefined,
  {
    lifecycle,
    events,
    logger,
  }: { readonly lifecycle: Lifecycle; readonly events: CatalogEvents; readonly logger: Logger },
): Promise<PassLoop | undefined> {
  const start = (): PassLoop | undefined => {
    if (garbage === undefined) return undefined;
    const deleter = createVolumeNeedleDeleter(garbage.deleteChunks, (volumeId, error) =>
      logger.warn({ volumeId, err: error }, 'needles could not be deleted, will be tried again'),
    );
    const collector = createGarbageCollector({
      catalog,
      deleter,
      events,
      clock: Date.now,
      delayMs: garbage.delayMs ?? GARBAGE_DELAY_MS,
      intervalMs: garbage.intervalMs ?? GARBAGE_INTERVAL_MS,
      entriesMax: GARBAGE_PAGE_ENTRIES_MAX,
    });
    collector.start();
    return collector;
  };
  return lifecycle.start('garbage collector', start, (collector) => collector?.close());
}

async function startServers(
  { kv, catalog, scans }: { readonly kv: OrderedKv; readonly catalog: Catalog; readonly scans: KvScans },
  options: CatalogServiceOptions,
  { lifecycle, metrics, readiness, logger }: Site & { readonly readiness: Readiness },
): Promise<{ httpPort: number; grpcPort: number }> {
  const host = options.host ?? '127.0.0.1';
  const onFault = (error: unknown, path: string): void => logger.error({ err: error, path }, 'call failed');
  const grpc = await lifecycle.start(
    'grpc',
    () =>
      startCatalogGrpc(
        { catalog, scans },
        {
          host,
          port: options.grpcPort ?? 0,
          security: options.security ?? {},
          scanAccess: { clientNames: options.scan?.clientNames ?? [] },
          onFault,
        },
      ),
    (server, deadline) => server.close(deadline),
  );
  const handleOps = createOpsHandler({ readiness, metrics: [metrics, ...(options.metrics ?? [])] });
  const routers = options.mountRouters?.({ kv, catalog }) ?? [];
  const http = await lifecycle.start(
    'http',
    () => startHttpServer({ host, port: options.httpPort ?? 0, handleOps, routers }),
    (server, deadline) => server.close(deadline),
  );
  return { httpPort: http.port, grpcPort: grpc.port };
}
