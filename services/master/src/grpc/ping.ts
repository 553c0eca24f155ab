import { RpcError } from '@needlestack/rpc';
import type { PingRequest, PingResponseInit } from '@needlestack/rpc/wire/master-pb';
import { formatMasterAddress, type Master } from '../core/master.ts';

const NS_PER_MS = 1_000_000n;

/** Pings itself, or a volume server that is connected. Nobody can make the master call an address that it does not know. */
export const ping =
  (master: Master) =>
  async ({ target, target_type }: PingRequest): Promise<PingResponseInit> => {
    const nowNs = (): bigint => BigInt(Math.floor(master.clock.nowMs())) * NS_PER_MS;
    const startNs = nowNs();
    let remoteNs = 0n;
    if (target !== '') {
      const server =
        target_type === 'volumeServer'
          ? master.topology.servers.find(
              ({ url, identity }) => target === url || target === `${url}.${identity.grpcPort}`,
            )
          : undefined;
      const self = master.address();
      const isSelf =
        target_type === 'master' && (target === formatMasterAddress(self) || target === `${self.ip}:${self.httpPort}`);
      if (server !== undefined) remoteNs = await master.servers.ping(server);
      else if (isSelf) remoteNs = nowNs();
      else throw new RpcError('invalid-argument', `unknown ping target ${target} of type ${target_type}`);
    }
    return { start_time_ns: startNs, remote_time_ns: remoteNs, stop_time_ns: nowNs() };
  };
