import { isLoopbackHost } from '@needlestack/rpc';
import {
  createOpsHandler,
  createRequestIdSource,
  type MetricsRegistry,
  type Readiness,
} from '@needlestack/service-kit';
import type { AccessRules } from './access-rules.ts';
import { LIMITS } from './core/limits.ts';
import { ByteBudget } from './http/byte-budget.ts';
import type { HttpContext } from './http/http-context.ts';
import type { SeaweedMetrics } from './observability/seaweed-metrics.ts';
import { createRequestMetrics } from './observability/volume-events.ts';
import { systemClock } from './system-clock.ts';
import { DEFAULTS, SERVER_VERSION, type VolumeServiceOptions } from './volume-options.ts';

export type HttpParts = Pick<HttpContext, 'registry' | 'replication' | 'state' | 'onFault'> & {
  readonly metrics: MetricsRegistry;
  readonly readiness: Readiness;
  readonly access: AccessRules;
  /** The page of `-metricsPort`, when it is asked for. */
  readonly seaweed: SeaweedMetrics | undefined;
};

/** What the HTTP ports work with. */
export function wireHttp(
  options: VolumeServiceOptions,
  { metrics, readiness, access, seaweed, ...parts }: HttpParts,
): HttpContext {
  const security = options.httpSecurity ?? options.security;
  const count = createRequestMetrics(metrics);
  const answered: HttpContext['onAnswered'] =
    seaweed === undefined
      ? count
      : (method, status, seconds) => {
          count(method, status, seconds);
          seaweed.onAnswered(method, status, seconds);
        };
  return {
    ...parts,
    clock: systemClock,
    access: {
      get writeKey() {
        return access.current.writeKey;
      },
      get readKey() {
        return access.current.readKey;
      },
      authToken: security?.authToken,
      trustsPeers:
        options.trustsNetwork === true ||
        isLoopbackHost(options.host ?? DEFAULTS.host) ||
        security?.tls?.clientCaPem !== undefined,
    },
    ops: createOpsHandler({ readiness, metrics: [metrics, ...(options.metrics ?? [])] }),
    version: SERVER_VERSION,
    serverName: `SeaweedFS Volume ${SERVER_VERSION}`,
    fileSizeBytesMax: options.fileSizeBytesMax ?? DEFAULTS.fileSizeBytesMax,
    onAnswered: answered,
    uploads: new ByteBudget(LIMITS.uploadBytes),
    nextRequestId: createRequestIdSource(),
  };
}
