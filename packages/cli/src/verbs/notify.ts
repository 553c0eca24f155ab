import { notifyFlags, startNotifyService } from '@needlestack/notify-service';
import { defineCommand } from '../command.ts';
import { toChannelSecurity } from '../compose/channel-security.ts';
import { ClusterConnections } from '../compose/cluster-connections.ts';
import { grpcPortOf } from '../grpc-port.ts';
import { runService } from '../run-service.ts';
import { readServerSecurity } from '../security-options.ts';
import { securityFlags } from '../server-flags.ts';

/** `needlestack notify`: one event deliverer as this process. */
export const notifyCommand = defineCommand({
  verb: 'notify',
  flags: { ...notifyFlags, ...securityFlags },
  run: async (values) => {
    const security = readServerSecurity(values);
    const connections = new ClusterConnections(toChannelSecurity(security));
    return runService({
      name: 'notify',
      verbosity: values.v,
      graceMs: values['shutdown.grace'],
      start: (logger) =>
        startNotifyService({
          outbox: connections.catalog(values.catalog),
          dataDirectory: values.dir,
          region: values.region,
          host: values.ip,
          port: values.port,
          grpcPort: grpcPortOf(values.port, values['port.grpc']),
          security,
          logger,
        }),
      disconnect: () => connections.close(),
    });
  },
});
