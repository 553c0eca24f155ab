/**
 * The composition root of `needlestack server`: every service in this process, each holding the next one's own object where another
 * deployment would hold a client. Started in the order of their needs, closed in reverse.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createTableRouter, startCatalogService } from '@needlestack/catalog-service';
import { startGateway } from '@needlestack/gateway-service';
import type { RootKeyRing } from '@needlestack/key-management';
import { DEFAULT_VACUUM, startMasterService } from '@needlestack/master-service';
import { startNotifyService } from '@needlestack/notify-service';
import type { ServerSecurity } from '@needlestack/rpc';
import { startSelectService } from '@needlestack/select-service';
import type { VolumeLocation } from '@needlestack/service-contracts';
import { createLogger, type FlagValues, Lifecycle, type Logger, type MetricsRegistry } from '@needlestack/service-kit';
import { startVolumeService } from '@needlestack/volume-service';
import { grpcPortOf } from '../grpc-port.ts';
import { readCompatibility } from '../read-compatibility.ts';
import { readTrustedProxies } from '../read-trusted-proxies.ts';
import type { RootCredentials } from '../root-credentials.ts';
import type { serverFlags } from '../server-flags.ts';
import { toChannelSecurity } from './channel-security.ts';
import { firstReason } from './first-reason.ts';
import { readLdapOptions } from './ldap-directory.ts';
import { createFileEncryption, createObjectKeys, encryptsByDefault } from './object-keys.ts';
import { createObjectStore, DataPlaneSessions } from './object-store.ts';

const DEFAULT_PLACEMENT = { collection: '', replication: '', ttl: '', dataCenter: '' };

export interface AllInOne {
  readonly s3Port: number;
  /** Stops taking work, drains, closes everything in order. */
  close(graceMs: number): Promise<void>;
}

export interface AllInOneOptions {
  readonly values: FlagValues<typeof serverFlags>;
  readonly root: RootCredentials;
  readonly rootKeys: RootKeyRing;
  readonly security: ServerSecurity;
  readonly logger: Logger;
}

type PortFlag = 'master' | 'volume' | 'catalog' | 'notify' | 'select';

/** Rejects when any part cannot start; what was started by then is closed again. */
export async function startAllInOne({ values, root, rootKeys, security, logger }: AllInOneOptions): Promise<AllInOne> {
  const ldap = readLdapOptions(values);
  const lifecycle = new Lifecycle(logger);
  const peerSecurity = toChannelSecurity(security);
  const host = values['ip.bind'] === '' ? values.ip : values['ip.bind'];
  const loggerOf = (service: string): Logger => createLogger({ service, verbosity: values.v });
  const ports = (service: PortFlag): { port: number; grpcPort: number } => {
    const port = values[`${service}.port`];
    return { port, grpcPort: grpcPortOf(port, values[`${service}.port.grpc`]) };
  };
  const start = <T extends { close(graceMs?: number): Promise<void> }>(
    name: string,
    make: () => Promise<T>,
  ): Promise<T> =>
    lifecycle.start(name, make, (service, deadline) => service.close(deadline.aborted ? 0 : values['shutdown.grace']));

  const compatibility = readCompatibility(values['s3.compat']);
  const encryptsAll = encryptsByDefault(values, compatibility);
  const objectKeys = createObjectKeys(rootKeys, values);

  const master = await start('master', () =>
    startMasterService({
      ...ports('master'),
      ip: values.ip,
      bindIp: host,
      directory: join(values.dir, 'master'),
      volumeSizeLimitMb: values['master.volumeSizeLimitMB'],
      volumePreallocate: false,
      vacuum: { ...DEFAULT_VACUUM, garbageThreshold: values['master.garbageThreshold'] },
      defaultReplication: '',
      isHttpDisabled: false,
      security,
      peerSecurity,
      logger: loggerOf('master'),
    }),
  );
  const volume = await start('volume', () =>
    startVolumeService({
      ...ports('volume'),
      directories: [{ path: join(values.dir, 'volume'), volumesMax: values['volume.max'] }],
      host,
      ip: values.ip,
      masters: [`${values.ip}:${master.grpcPort}`],
      fsync: values['volume.fsync'],
      security,
      clientSecurity: peerSecurity,
      logger: loggerOf('volume'),
    }),
  );
  const sessions = new DataPlaneSessions(peerSecurity);
  const ownUrl = `${values.ip}:${volume.httpPort}`;
  const connect = (location: VolumeLocation) =>
    location.url === ownUrl ? volume.dataPlane : sessions.connect(location);
  const store = await lifecycle.start(
    'object store',
    () => createObjectStore({ master: master.port, connect, placement: DEFAULT_PLACEMENT }),
    async (running) => {
      await running.close();
      sessions.close();
    },
  );
  // Fresh at every start: it only proves that a proxied request was verified by this process.
  const internalSecret = randomBytes(32).toString('base64url');
  const catalogPorts = ports('catalog');
  const catalog = await start('catalog', () =>
    startCatalogService({
      store: { kind: 'embedded', directory: join(values.dir, 'catalog') },
      host,
      httpPort: catalogPorts.port,
      grpcPort: catalogPorts.grpcPort,
      garbage: {
        deleteChunks: (chunks, signal) => store.chunks.delete(chunks, signal),
        delayMs: values['catalog.garbageDelay'],
      },
      lifecycle: { dayMs: values['s3.lifecycle.debugDay'] },
      sealer: rootKeys,
      mountRouters: ({ kv, catalog: names }) => [
        createTableRouter({
          kv,
          catalog: names,
          writer: store.writer,
          reader: store.reader,
          encryption: createFileEncryption(objectKeys, encryptsAll),
          internalSecret,
          ...(values['s3.externalUrl'] === '' ? undefined : { s3Endpoint: values['s3.externalUrl'] }),
          logger: loggerOf('catalog'),
        }),
      ],
      security,
      logger: loggerOf('catalog'),
    }),
  );
  const notify = await start('notify', () =>
    startNotifyService({
      ...ports('notify'),
      host,
      dataDirectory: join(values.dir, 'notify'),
      outbox: catalog.port,
      region: values.region,
      security,
      logger: loggerOf('notify'),
    }),
  );
  const select = await start('select', () =>
    startSelectService({
      ...ports('select'),
      host,
      reader: store.reader,
      workersMax: values['select.workers'],
      // In one process with everything else, memory counts for more than the first query's 80 ms.
      keepsThreadReady: false,
      security,
      logger: loggerOf('select'),
    }),
  );
  const otherMetrics: readonly MetricsRegistry[] = [
    master.metrics,
    volume.metrics,
    catalog.metrics,
    notify.metrics,
    select.metrics,
  ];
  const gateway = await start('gateway', () =>
    startGateway({
      host,
      port: values['s3.port'],
      region: values.region,
      virtualHostDomains: values['s3.domainName'],
      ...(values['s3.website.port'] === undefined ? undefined : { websitePort: values['s3.website.port'] }),
      websiteDomains: values['s3.website.domainName'],
      ...(values['s3.logging.rollInterval'] === undefined
        ? undefined
        : { logRollMs: values['s3.logging.rollInterval'] }),
      root,
      rootKeys,
      objectKeys,
      defaultKmsKeyId: values['kms.defaultKey'],
      encryptsByDefault: encryptsAll,
      compatibility,
      trustedProxies: readTrustedProxies(values['s3.trustedProxies']),
      ...(ldap === undefined ? undefined : { ldap }),
      ...(values['s3.config'] === '' ? undefined : { identitiesPath: values['s3.config'] }),
      catalog: catalog.port,
      writer: store.writer,
      reader: store.reader,
      select: select.port,
      notify: notify.port,
      catalogHttpUrl: `http://${host}:${catalog.httpPort}`,
      internalSecret,
      otherMetrics,
      readinessCheck: () => firstReason({ volume, master, catalog, notify, select }),
      logger: loggerOf('gateway'),
    }),
  );
  return { s3Port: gateway.httpPort, close: (graceMs) => lifecycle.close(graceMs) };
}
