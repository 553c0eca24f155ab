import { startGateway } from '@needlestack/gateway-service';
import {
  commonFlags,
  durationFlag,
  FlagError,
  listFlag,
  optionalFlag,
  portFlag,
  textFlag,
} from '@needlestack/service-kit';
import { defineCommand } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { ClusterConnections } from '../compose/cluster-connections.ts';
import { ldapFlags, readLdapOptions } from '../compose/ldap-directory.ts';
import { createObjectKeys, encryptsByDefault, keyServiceFlags } from '../compose/object-keys.ts';
import { PeriodicProbe } from '../compose/periodic-probe.ts';
import { CATALOG_PROBE_INTERVAL_MS, CATALOG_PROBE_TIMEOUT_MS } from '../limits.ts';
import { readCompatibility } from '../read-compatibility.ts';
import { readTrustedProxies } from '../read-trusted-proxies.ts';
import { loadRootCredentials } from '../root-credentials.ts';
import { loadRootKeys } from '../root-key.ts';
import { runService } from '../run-service.ts';
import { readServerSecurity } from '../security-options.ts';
import { clusterFlags, rootFlags, securityFlags } from '../server-flags.ts';

const gatewayFlags = {
  ...commonFlags,
  ...rootFlags,
  ...securityFlags,
  ...clusterFlags,
  ...keyServiceFlags,
  ...ldapFlags,
  dir: textFlag('./data', 'directory of the root credentials, when they are not given'),
  ip: textFlag('127.0.0.1', 'address to listen on'),
  port: portFlag(9000, 'port of S3 and Iceberg REST'),
  region: textFlag('us-east-1', 'region that signatures must name'),
  config: textFlag('', 'JSON file with static identities, read again when it changes'),
  domainName: listFlag([], 'host names under which buckets are reached as the first label'),
  'website.port': optionalFlag(portFlag(0, 'port of websites; none when not set')),
  'website.domainName': listFlag([], 'host names below which each bucket has its website, on the S3 port too'),
  'logging.rollInterval': optionalFlag(
    durationFlag(300_000, 'how long access log records are gathered before they are delivered'),
  ),
  compat: listFlag([], 'where to behave as RGW-style clients expect: aws, rgw, or names of switches'),
  trustedProxies: listFlag([], 'addresses and ranges of proxies that are believed in what they say of clients'),
  catalog: textFlag('127.0.0.1:9400', 'HTTP address of the catalog'),
  master: textFlag('127.0.0.1:9333', 'HTTP address of the master'),
  notify: textFlag('127.0.0.1:9500', 'HTTP address of notify'),
  select: textFlag('127.0.0.1:9600', 'HTTP address of select'),
} as const;

/** `needlestack gateway`: one S3 door as this process. It keeps nothing and may be killed at any moment. */
export const gatewayCommand = defineCommand({
  verb: 'gateway',
  flags: gatewayFlags,
  run: async (values) => {
    const security = readServerSecurity(values);
    const root = loadRootCredentials({
      directory: values.dir,
      accessKeyId: values['root.accessKeyId'],
      secretAccessKey: values['root.secretAccessKey'],
    });
    if (root.source === 'created') {
      // Every gateway of a cluster must have the same, so none makes its own.
      throw new FlagError(
        `no root credentials: give -root.accessKeyId and -root.secretAccessKey, or a -dir that has them`,
      );
    }
    const rootKeys = loadRootKeys({ directory: values.dir, setting: values['root.key'] });
    const compatibility = readCompatibility(values.compat);
    const encryptsAll = encryptsByDefault(values, compatibility);
    if (rootKeys === undefined && encryptsAll) {
      // Nor does any of them make the key that all of them open objects with.
      throw new FlagError(
        'no root key to encrypt objects under: give the one of all gateways (-root.key, or root.key of -dir), or -sse.default=none',
      );
    }
    const trustedProxies = readTrustedProxies(values.trustedProxies);
    const ldap = readLdapOptions(values);
    const connections = new ClusterConnections(toChannelSecurity(security));
    const objects = connections.objectStore(values.master);
    const catalog = connections.catalog(values.catalog);
    // No bucket has this name: the question costs one lookup and says whether the catalog can read.
    const catalogProbe = new PeriodicProbe({
      ask: async () => catalog.getBucket('-'),
      intervalMs: CATALOG_PROBE_INTERVAL_MS,
      timeoutMs: CATALOG_PROBE_TIMEOUT_MS,
    });
    catalogProbe.start();
    const { 'cluster.secret': internalSecret } = values;
    return runService({
      name: 'gateway',
      verbosity: values.v,
      graceMs: values['shutdown.grace'],
      start: (logger) =>
        startGateway({
          host: values.ip,
          port: values.port,
          region: values.region,
          virtualHostDomains: values.domainName,
          ...(values['website.port'] === undefined ? undefined : { websitePort: values['website.port'] }),
          websiteDomains: values['website.domainName'],
          ...(values['logging.rollInterval'] === undefined ? undefined : { logRollMs: values['logging.rollInterval'] }),
          root,
          ...(rootKeys === undefined ? undefined : { rootKeys, objectKeys: createObjectKeys(rootKeys, values) }),
          defaultKmsKeyId: values['kms.defaultKey'],
          encryptsByDefault: encryptsAll,
          compatibility,
          trustedProxies,
          ...(ldap === undefined ? undefined : { ldap }),
          ...(values.config === '' ? undefined : { identitiesPath: values.config }),
          catalog,
          writer: objects.writer,
          reader: objects.reader,
          select: connections.select(values.select),
          notify: connections.notify(values.notify),
          ...(internalSecret === ''
            ? undefined
            : { catalogHttpUrl: `http://${values.catalog.replace(/(:\d+)\.\d+$/, '$1')}` }),
          internalSecret,
          readinessCheck: () => {
            const reason = catalogProbe.reason();
            return reason === undefined ? undefined : `catalog: ${reason}`;
          },
          logger,
        }),
      disconnect: () => {
        catalogProbe.close();
        return connections.close();
      },
    });
  },
});
