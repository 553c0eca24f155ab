import { selectFlags, startSelectService } from '@needlestack/select-service';
import { defineCommand } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { ClusterConnections } from '../compose/cluster-connections.ts';
import { grpcPortOf } from '../grpc-port.ts';
import { runService } from '../run-service.ts';
import { readServerSecurity } from '../security-options.ts';
import { securityFlags } from '../server-flags.ts';

/** `needlestack select`: one query server as this process. */
export const selectCommand = defineCommand({
  verb: 'select',
  flags: { ...selectFlags, ...securityFlags },
  run: async (values) => {
    const security = readServerSecurity(values);
    const connections = new ClusterConnections(toChannelSecurity(security));
    return runService({
      name: 'select',
      verbosity: values.v,
      graceMs: values['shutdown.grace'],
      start: (logger) =>
        startSelectService({
          reader: connections.objectStore(values.master).reader,
          host: values.ip,
          port: values.port,
          grpcPort: grpcPortOf(values.port, values['port.grpc']),
          workersMax: values.workers,
          security,
          logger,
        }),
      disconnect: () => connections.close(),
    });
  },
});
