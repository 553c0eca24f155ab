import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { canonicalIdOf } from '@needlestack/access-control';
import {
  bucketOfHost,
  CORS_CONFIGURATION,
  compileLifecycle,
  ENCRYPTION_CONFIGURATION,
  LIFECYCLE_CONFIGURATION,
  LOGGING_CONFIGURATION,
  SigningKeyCache,
  WEBSITE_CONFIGURATION,
} from '@needlestack/s3-protocol';
import type { CatalogPort } from '@needlestack/service-contracts';
import {
  createOpsHandler,
  createRequestIdSource,
  createSilentLogger,
  Lifecycle,
  Readiness,
} from '@needlestack/service-kit';
import { DEFAULT_HOST, DEFAULT_KMS_KEY_ID, DEFAULT_REGION, type GatewayOptions } from './config.ts';
import { AccessLogs } from './core/access-log/access-logs.ts';
import type { Authenticator } from './core/authenticate.ts';
import { AWS_COMPATIBILITY, type Compatibility } from './core/compatibility.ts';
import { PasswordHasher } from './core/iam/password-hasher.ts';
import { PolicyCompiler } from './core/iam/policy-compiler.ts';
import {
  ACCESS_LOG_BATCH_BYTES,
  ACCESS_LOG_ROLL_MS,
  ACCESS_LOG_WAITING_BYTES,
  MAX_CONCURRENT_COPIES,
  MAX_REQUESTS_IN_FLIGHT,
  QUERY_CALLS_IN_FLIGHT_MAX,
} from './core/limits.ts';
import { Permits } from './core/permits.ts';
import { NO_PROXIES } from './core/trusted-proxies.ts';
import { deliverAccessLog } from './http/access-log/deliver-access-log.ts';
import type { BucketConfigurations, GatewayContext } from './http/gateway-context.ts';
import { createHttpServer } from './http/http-server.ts';
import { createOpsDoor } from './http/ops-door.ts';
import { IAM_SERVICE } from './http/query-api/iam/iam-service.ts';
import { createQueryDoor } from './http/query-api/query-door.ts';
import { STS_SERVICE } from './http/query-api/sts/sts-service.ts';
import { RequestDispatcher } from './http/request-dispatcher.ts';
import { createTableDoor } from './http/tables/table-door.ts';
import { WebsiteDispatcher } from './http/website/website-dispatcher.ts';
import { createAccessLogEvents } from './observability/access-log-events.ts';
import { GatewayMetrics } from './observability/gateway-metrics.ts';
import { BucketAccessCache } from './peers/bucket-access-cache.ts';
import { GatewayIdentities } from './peers/gateway-identities.ts';
import { LdapDirectory } from './peers/ldap-directory.ts';
import { OidcKeys } from './peers/oidc-keys.ts';
import { RememberedConfiguration } from './peers/remembered-configuration.ts';
import { watchIdentitiesFile } from './storage/identities-file.ts';

export interface RunningGateway {
  readonly httpPort: number;
  /** Where websites are, if they have a port of their own. */
  readonly websitePort: number | undefined;
  /** Stops taking connections, lets requests finish for the grace time, then cuts them. */
  close(graceMs?: number): Promise<void>;
}

const DEFAULT_GRACE_MS = 10_000;

/** Builds and starts a gateway. Rejects when the port is taken or the identities file cannot be used; nothing is left running then. */
export const startGateway = async (options: GatewayOptions): Promise<RunningGateway> => {
  const logger = options.logger ?? createSilentLogger();
  const lifecycle = new Lifecycle(logger);
  const readiness = new Readiness();
  const { dispatcher, websites, accessLogs, identities } = buildGateway(options, logger, readiness);
  const { identitiesPath } = options;
  if (identitiesPath !== undefined) {
    const watcher = {
      onRead: identities.replaceFile.bind(identities),
      onFailure: (error: unknown) => logger.error({ err: error, path: identitiesPath }, 'identities file not used'),
    };
    await lifecycle.start(
      'identities file',
      () => watchIdentitiesFile(identitiesPath, watcher),
      (watch) => watch.close(),
    );
  }
  // Closed after the servers: their last requests are logged too.
  await lifecycle.start(
    'access logs',
    () => accessLogs,
    (logs) => logs.flush(),
  );
  const server = await lifecycle.start(
    'http',
    () => listen(createHttpServer(dispatcher, options.idleTimeoutMs), options.port, options.host ?? DEFAULT_HOST),
    (running, deadline) => {
      readiness.markStopping();
      dispatcher.isDraining = true;
      return closeServer(running, deadline);
    },
  );
  const websiteServer = await startWebsites(lifecycle, websites, options);
  readiness.markStarted();
  return {
    httpPort: portOf(server),
    websitePort: websiteServer === undefined ? undefined : portOf(websiteServer),
    close: (graceMs = DEFAULT_GRACE_MS) => lifecycle.close(graceMs),
  };
};

const startWebsites = async (
  lifecycle: Lifecycle,
  websites: WebsiteDispatcher,
  options: GatewayOptions,
): Promise<Server | undefined> => {
  const { websitePort } = options;
  if (websitePort === undefined) return undefined;
  return lifecycle.start(
    'websites',
    () => listen(createHttpServer(websites, options.idleTimeoutMs), websitePort, options.host ?? DEFAULT_HOST),
    (running, deadline) => {
      websites.isDraining = true;
      return closeServer(running, deadline);
    },
  );
};

const buildGateway = (
  options: GatewayOptions,
  logger: GatewayContext['logger'],
  readiness: Readiness,
): {
  readonly dispatcher: RequestDispatcher;
  readonly websites: WebsiteDispatcher;
  readonly accessLogs: AccessLogs;
  readonly identities: GatewayIdentities;
} => {
  const nowMs = options.nowMs ?? Date.now;
  const region = options.region ?? DEFAULT_REGION;
  const { root, catalog, rootKeys: sealer } = options;
  const compiler = new PolicyCompiler();
  const identities = new GatewayIdentities({ root, catalog, sealer, compiler, region, nowMs });
  const keys = new SigningKeyCache();
  const compatibility = options.compatibility ?? AWS_COMPATIBILITY;
  const virtualHostDomains = (options.virtualHostDomains ?? []).map((domain) => domain.toLowerCase());
  const authenticator: Authenticator = {
    scope: {
      region,
      services: ['s3'],
      takesEmptyRegion: compatibility.has('empty-region'),
      deniesOddLifetimes: compatibility.has('presigned-expires-denied'),
    },
    keys,
    identities,
    takesVersion2: compatibility.has('sigv2'),
    bucketOfHost: (host) => bucketOfHost(host, virtualHostDomains),
    nowMs,
  };
  const showsAccountIds = compatibility.has('account-canonical-id');
  const metrics = new GatewayMetrics();
  const accessLogs = new AccessLogs({
    rollIntervalMs: options.logRollMs ?? ACCESS_LOG_ROLL_MS,
    batchBytesMax: ACCESS_LOG_BATCH_BYTES,
    waitingBytesMax: ACCESS_LOG_WAITING_BYTES,
    deliver: (batch) => deliverAccessLog(batch, randomBytes(8).toString('hex').toUpperCase(), context),
    events: createAccessLogEvents(metrics.registry, logger),
  });
  const context: GatewayContext = {
    catalog: options.catalog,
    writer: options.writer,
    reader: options.reader,
    select: options.select,
    notify: options.notify,
    identities,
    access: new BucketAccessCache({
      catalog: options.catalog,
      nowMs,
      tagsAlwaysCount: compatibility.has('bucket-tags-in-policies'),
    }),
    showOwner: (id) => ({ id: showsAccountIds ? id : canonicalIdOf(id), displayName: identities.accountName(id) }),
    configurations: readConfigurations(options.catalog),
    encryption: {
      keys: options.objectKeys,
      defaults: {
        keyId: options.defaultKmsKeyId ?? DEFAULT_KMS_KEY_ID,
        encryptsAll: requireKeysToEncrypt(options, compatibility),
        requiresKeyId: compatibility.has('kms-key-required'),
        takesKeysInClear: compatibility.has('sse-c-over-http'),
      },
      ofBucket: new RememberedConfiguration('encryption', options.catalog, ENCRYPTION_CONFIGURATION.parse),
      openedVersions: new WeakMap(),
    },
    accessLogs,
    region,
    signingKeys: keys,
    proxies: options.trustedProxies ?? NO_PROXIES,
    compatibility,
    hostId: Buffer.from(randomUUID()).toString('base64url'),
    copyPermits: new Permits(MAX_CONCURRENT_COPIES),
    nowMs,
    makeRuleId: () => randomUUID(),
    logger,
  };
  if (options.readinessCheck !== undefined) readiness.addCheck('store', options.readinessCheck);
  const makeRequestId = createRequestIdSource();
  const ops = createOpsHandler({
    readiness,
    metrics: [metrics.registry, ...(options.otherMetrics ?? [])],
    prefix: '/-',
  });
  const { catalogHttpUrl, internalSecret } = options;
  const tables = createTableDoor({ authenticator, catalogHttpUrl, internalSecret, makeRequestId });
  const maxRequestsInFlight = options.maxRequestsInFlight ?? MAX_REQUESTS_IN_FLIGHT;
  const domains = (options.websiteDomains ?? []).map((domain) => domain.toLowerCase());
  const websites = new WebsiteDispatcher({ context, domains, makeRequestId, metrics, maxRequestsInFlight });
  const identityServices = createQueryDoor({
    services: [IAM_SERVICE, STS_SERVICE],
    context: {
      catalog,
      identities,
      sealer,
      compiler,
      webIdentities: new OidcKeys({ nowMs }),
      directory: options.ldap === undefined ? undefined : new LdapDirectory(options.ldap, logger),
      passwords: new PasswordHasher({ randomBytes, cost: options.passwordCost }),
      compatibility,
      region,
      nowMs,
      randomBytes,
    },
    authenticator,
    proxies: context.proxies,
    makeRequestId,
    maxCallsInFlight: QUERY_CALLS_IN_FLIGHT_MAX,
    logger,
  });
  const dispatcher = new RequestDispatcher({
    context,
    authenticator,
    address: { virtualHostDomains, takesEmptyTenant: compatibility.has('empty-tenant') },
    makeRequestId,
    metrics,
    sideDoors: [websites.door, createOpsDoor(ops), tables, identityServices],
    maxRequestsInFlight,
  });
  return { dispatcher, websites, accessLogs, identities };
};

const readConfigurations = (catalog: CatalogPort): BucketConfigurations => ({
  cors: new RememberedConfiguration('cors', catalog, CORS_CONFIGURATION.parse),
  lifecycle: new RememberedConfiguration('lifecycle', catalog, (stored) =>
    compileLifecycle(LIFECYCLE_CONFIGURATION.parse(stored)),
  ),
  website: new RememberedConfiguration('website', catalog, WEBSITE_CONFIGURATION.parse),
  logging: new RememberedConfiguration('logging', catalog, LOGGING_CONFIGURATION.parse),
});

/** Whether all is encrypted. @throws RangeError when it is to be, and there is no key to do it with */
const requireKeysToEncrypt = (
  { encryptsByDefault, objectKeys }: GatewayOptions,
  compatibility: Compatibility,
): boolean => {
  const encryptsAll = encryptsByDefault ?? !compatibility.has('plain-new-objects');
  if (encryptsAll && objectKeys === undefined) throw new RangeError('encryption by default needs a root key');
  return encryptsAll;
};

const listen = async (server: Server, port: number, host: string): Promise<Server> => {
  server.listen(port, host);
  await once(server, 'listening');
  return server;
};

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const closeServer = async (server: Server, deadline: AbortSignal): Promise<void> => {
  const cut = (): void => server.closeAllConnections();
  if (deadline.aborted) cut();
  else deadline.addEventListener('abort', cut, { once: true });
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
  deadline.removeEventListener('abort', cut);
};
