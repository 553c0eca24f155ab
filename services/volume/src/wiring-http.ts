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
import { TransferLimit } from './http/transfer-limit.ts';
import { WhiteList } from './http/white-list.ts';
import type { SeaweedMetrics } from './observability/seaweed-metrics.ts';
import { createRequestMetrics } from './observability/volume-events.ts';
import { systemClock } from './system-clock.ts';
import { DEFAULTS, SERVER_VERSION, type VolumeServiceOptions } from './volume-options.ts';

export type HttpParts = Pick<HttpContext, 'registry' | 'ecNeedles' | 'replication' | 'peers' | 'state' | 'onFault'> & {
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
  const whiteLists = new WhiteLists();
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
      get whiteList() {
        return whiteLists.of(access.current.whiteList);
      },
      get showsUi() {
        return access.current.showsUi === true;
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
    fixesJpegOrientation: options.fixesJpegOrientation ?? false,
    uploads: new ByteBudget(LIMITS.uploadBytes),
    uploadLimit: limitOf(options.uploadsUnderWayBytesMax, options.uploadWaitMs),
    downloads: limitOf(options.downloadsUnderWayBytesMax, options.downloadWaitMs),
    nextRequestId: createRequestIdSource(),
  };
}

function limitOf(bytesMax = 0, waitMs: number = DEFAULTS.inflightWaitMs): TransferLimit | undefined {
  return bytesMax > 0 ? new TransferLimit(bytesMax, waitMs) : undefined;
}

/** The list in force, read anew only when it was replaced. */
class WhiteLists {
  #entries: readonly string[] | undefined = undefined;
  #list = new WhiteList([]);

  of(entries: readonly string[] | undefined): WhiteList {
    if (entries !== this.#entries) {
      this.#entries = entries;
      this.#list = new WhiteList(entries ?? []);
    }
    return this.#list;
  }
}
