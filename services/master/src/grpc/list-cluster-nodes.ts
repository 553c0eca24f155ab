import type { ListClusterNodesRequest, ListClusterNodesResponseInit } from '@needlestack/rpc/wire/master-pb';
import type { Master } from '../core/master.ts';

export const listClusterNodes =
  (master: Master) =>
  (request: ListClusterNodesRequest): ListClusterNodesResponseInit => {
    const members = master.members.list(request.client_type, request.filer_group);
    const listed = request.limit > 0 ? members.slice(0, request.limit) : members;
    return {
      cluster_nodes: listed.map((member) => ({
        address: member.address,
        version: member.version,
        created_at_ns: BigInt(member.joinedAtMs) * 1_000_000n,
        data_center: member.dataCenter,
        rack: member.rack,
      })),
    };
  };
