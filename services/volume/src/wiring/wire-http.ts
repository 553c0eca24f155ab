import { isLoopbackHost } from '@needlestack/rpc';
import {
  createOpsHandler,
  createRequestIdSource,
  type Lifecycle,
  type MetricsRegistry,
  type OpsHandler,
  type Readiness,
} from '@needlestack/service-kit';
import type { AccessRules } from '../access-rules.ts';
import { LIMITS } from '../core/limits.ts';
import { NO_COUNTERS } from '../core/server-counters.ts';
import { ByteBudget } from '../http/admission/byte-budget.ts';
import { TransferLimit } from '../http/admission/transfer-limit.ts';
import type { HttpContext } from '../http/http-context.ts';
import type { PortRole } from '../http/routes.ts';
import { startVolumeHttp, type VolumeHttpServer } from '../http/server.ts';
import type { SeaweedMetrics } from '../observability/seaweed-metrics.ts';
import { createRequestMetrics } from '../observability/volume-events.ts';
import { systemClock } from '../system-clock.ts';
import { DEFAULTS, SERVER_VERSION, type VolumeServiceOptions } from '../volume-options.ts';

export type HttpParts = Pick<HttpContext, 'registry' | 'ecNeedles' | 'replication' | 'peers' | 'state' | 'onFault'> & {
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  readonly access: AccessRules;
  /** The page of `-metricsPort`, when it is asked for. */
  readonly seaweed: SeaweedMetrics | undefined;
  readonly limits: TransferLimits;
};

/** What the HTTP ports work with. */
export function wireHttp(
  options: VolumeServiceOptions,
  { metrics, readiness, access, seaweed, limits, ...parts }: HttpParts,
): HttpContext {
  const security = options.httpSecurity ?? options.security;
  const count = createRequestMetrics(metrics);
  const answered: HttpContext['onAnswered'] =
    seaweed === undefined
      ? count
      : (method, status, seconds) => {
          count(method, status, seconds);
          seaweed.requests.answered(method, status, seconds);
        };
  return {
    ...parts,
    readiness,
    readMode: options.readMode ?? DEFAULTS.readMode,
    isTls: security?.tls !== undefined,
    clock: systemClock,
    random: Math.random,
    access: {
      get writeKey() {
        return access.current.writeKey;
      },
      get readKey() {
        return access.current.readKey;
      },
      allowsChangesFrom: (address) => access.allowsChangesFrom(address),
      get showsUi() {
        return access.current.showsUi === true;
      },
      authToken: security?.authToken,
      trustsPeers:
        options.trustsNetwork === true ||
        isLoopbackHost(options.host ?? DEFAULTS.host) ||
        security?.tls?.clientCaPem !== undefined,
    },
    ops: createPages(options, createOpsHandler({ readiness, metrics: [metrics, ...(options.metrics ?? [])] })),
    version: SERVER_VERSION,
    serverName: `SeaweedFS Volume ${SERVER_VERSION}`,
    fileSizeBytesMax: options.fileSizeBytesMax ?? DEFAULTS.fileSizeBytesMax,
    counters: seaweed?.counters ?? NO_COUNTERS,
    onBegun: seaweed?.requests.begun ?? (() => undefined),
    onAnswered: answered,
    fixesJpegOrientation: options.fixesJpegOrientation ?? false,
    uploads: new ByteBudget(LIMITS.uploadBytes),
    uploadLimit: limits.uploads,
    downloads: limits.downloads,
    nextRequestId: createRequestIdSource(),
  };
}

export interface HttpPorts {
  readonly port: number;
  /** The port that only reads; the same as `port` when there is no other. */
  readonly publicPort: number;
}

/** Listens on the port that does everything and, where one is asked for, on the one that only reads. */
export async function startHttpPorts(
  options: VolumeServiceOptions,
  context: HttpContext,
  lifecycle: Lifecycle,
): Promise<HttpPorts> {
  const start = (role: PortRole, port: number): Promise<VolumeHttpServer> =>
    lifecycle.start(
      role === 'admin' ? 'http' : 'public http',
      () =>
        startVolumeHttp(context, {
          role,
          host: options.host ?? DEFAULTS.host,
          port,
          idleTimeoutMs: options.idleTimeoutMs ?? DEFAULTS.idleTimeoutMs,
          security: options.httpSecurity ?? options.security ?? {},
        }),
      (server, deadline) => server.close(deadline),
    );
  const { port } = await start('admin', options.port ?? 0);
  const { publicPort } = options;
  if (publicPort === undefined || publicPort === options.port) return { port, publicPort: port };
  return { port, publicPort: (await start('public', publicPort)).port };
}

/** Bytes that clients are sending and being sent; undefined where nobody bounds them or asks for them. */
export interface TransferLimits {
  readonly uploads: TransferLimit | undefined;
  readonly downloads: TransferLimit | undefined;
}

export function createTransferLimits(options: VolumeServiceOptions): TransferLimits {
  const limitOf = (bytesMax = 0, waitMs: number = DEFAULTS.inflightWaitMs): TransferLimit | undefined => {
    if (bytesMax > 0) return new TransferLimit(bytesMax, waitMs);
    // The metrics page says how many there are, bounded or not.
    return options.metricsListener === undefined ? undefined : new TransferLimit(Number.POSITIVE_INFINITY, waitMs);
  };
  return {
    uploads: limitOf(options.uploadsUnderWayBytesMax, options.uploadWaitMs),
    downloads: limitOf(options.downloadsUnderWayBytesMax, options.downloadWaitMs),
  };
}

/** The pages beside the needles: of those that every service has, what the options leave. */
function createPages({ hidesMetrics, debugPages }: VolumeServiceOptions, handler: OpsHandler): OpsHandler {
  return (method, path) => {
    if (path === '/metrics' && hidesMetrics === true) return undefined;
    if (debugPages === undefined || !path.startsWith('/debug/pprof/')) return handler(method, path);
    return debugPages(path).then((body) => ({
      status: body === undefined ? 404 : 200,
      contentType: 'application/json; charset=utf-8',
      body: body ?? '',
    }));
  };
}
