import {
  catalogFlags,
  createTableRouter,
  scanOfFlags,
  startCatalogService,
  storeOfFlags,
} from '@needlestack/catalog-service';
import { secretFlag, textFlag } from '@needlestack/service-kit';
import { defineCommand } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { ClusterConnections } from '../compose/cluster-connections.ts';
import { createFileEncryption, createObjectKeys, encryptsByDefault, objectKeyFlags } from '../compose/object-keys.ts';
import { grpcPortOf } from '../grpc-port.ts';
import { loadRootKeys } from '../root-key.ts';
import { runService } from '../run-service.ts';
import { readServerSecurity } from '../security-options.ts';
import { clusterFlags, securityFlags } from '../server-flags.ts';

/** `needlestack catalog`: one catalog as this process. */
export const catalogCommand = defineCommand({
  verb: 'catalog',
  flags: {
    ...catalogFlags,
    ...securityFlags,
    ...clusterFlags,
    ...objectKeyFlags,
    master: textFlag('127.0.0.1:9333', 'master that knows the volumes, to delete needles and keep table metadata'),
    's3.externalUrl': textFlag('', 'URL under which clients reach the S3 port, for answers that name it'),
    'root.key': secretFlag(
      'root key of the gateways, under which files of tables and secrets of identities are kept; root.key of -dir when empty',
    ),
  },
  run: async (values) => {
    const security = readServerSecurity(values);
    const connections = new ClusterConnections(toChannelSecurity(security));
    const objects = connections.objectStore(values.master);
    const rootKeys = loadRootKeys({ directory: values.dir, setting: values['root.key'] });
    // Without a root key the files of tables lie plain, and those that clients encrypted cannot be read.
    const encryption =
      rootKeys === undefined
        ? undefined
        : createFileEncryption(createObjectKeys(rootKeys, values), encryptsByDefault(values));
    const { 'cluster.secret': internalSecret, 's3.externalUrl': s3Endpoint } = values;
    return runService({
      name: 'catalog',
      verbosity: values.v,
      graceMs: values['shutdown.grace'],
      start: (logger) =>
        startCatalogService({
          store: storeOfFlags(values),
          host: values.ip,
          httpPort: values.port,
          grpcPort: grpcPortOf(values.port, values['port.grpc']),
          security,
          garbage: {
            deleteChunks: (chunks, signal) => objects.chunks.delete(chunks, signal),
            delayMs: values['gc.delay'],
            intervalMs: values['gc.interval'],
          },
          lifecycle: { dayMs: values['lifecycle.debugDay'] },
          sealer: rootKeys,
          scan: scanOfFlags(values),
          mountRouters: ({ kv, catalog }) =>
            internalSecret === ''
              ? []
              : [
                  createTableRouter({
                    kv,
                    catalog,
                    writer: objects.writer,
                    reader: objects.reader,
                    encryption,
                    internalSecret,
                    ...(s3Endpoint === '' ? undefined : { s3Endpoint }),
                    logger,
                  }),
                ],
          logger,
        }),
      disconnect: () => connections.close(),
    });
  },
});
