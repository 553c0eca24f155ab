import type { LocationInit } from '@needlestack/rpc/wire/master-pb';
import type { VolumeServerNode } from '../core/volume-server-node.ts';

export const writeLocation = ({ url, identity }: VolumeServerNode): LocationInit => ({
  url,
  public_url: identity.publicUrl,
  grpc_port: identity.grpcPort,
  data_center: identity.dataCenter,
});
