import { type ChannelSecurity, createGrpcClient, loadProtos } from '@needlestack/rpc';
import type { DataNodeInfo, Seaweed } from '@needlestack/rpc/wire/master-pb';
import { toGrpcAddress } from '@needlestack/volume-service';
import type { VolumeCopy } from './volume-servers.ts';

export interface MasterAddress extends ChannelSecurity {
  /** `host:port` of the master's gRPC. */
  readonly address: string;
}

/** Where the volumes of a collection are, replicas and shards included. Rejects with RpcError. */
export async function listVolumeCopies(
  master: MasterAddress,
  collection: string,
  signal: AbortSignal,
): Promise<VolumeCopy[]> {
  const client = createGrpcClient<Seaweed>({
    ...master,
    protos: loadProtos(['master.proto']),
    service: 'master_pb.Seaweed',
  });
  try {
    const { topology_info: topology } = await client.call.VolumeList({}, { signal });
    const nodes = (topology?.data_center_infos ?? [])
      .flatMap((center) => center.rack_infos)
      .flatMap((rack) => rack.data_node_infos);
    return nodes.flatMap(copiesOf).filter((copy) => copy.collection === collection);
  } finally {
    client.close();
  }
}

function copiesOf(node: DataNodeInfo): VolumeCopy[] {
  const url = node.address === '' ? node.id : node.address;
  const host = url.slice(0, url.lastIndexOf(':'));
  const grpcAddress = node.grpc_port > 0 ? `${host}:${node.grpc_port}` : toGrpcAddress(url);
  return Object.values(node.diskInfos).flatMap((disk) => [
    ...disk.volume_infos.map(({ id, collection }) => ({ volumeId: id, collection, grpcAddress, isEncoded: false })),
    ...disk.ec_shard_infos.map(({ id, collection }) => ({ volumeId: id, collection, grpcAddress, isEncoded: true })),
  ]);
}
