import type { RaftListClusterServersResponseInit } from '@needlestack/rpc/wire/master-pb';
import { formatMasterAddress, type Master } from '../core/master.ts';

/** There is no raft; this master is the only voter and leads. */
export const raftListClusterServers = (master: Master) => (): RaftListClusterServersResponseInit => {
  const address = master.address();
  return {
    cluster_servers: [
      {
        id: formatMasterAddress(address),
        address: `${address.ip}:${address.grpcPort}`,
        suffrage: 'Voter',
        isLeader: true,
      },
    ],
  };
};
