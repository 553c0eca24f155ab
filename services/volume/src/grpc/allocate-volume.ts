import type { AllocateVolumeRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Creates an empty volume. The master learns of it with the next heartbeat, which is sent at once. */
export async function allocateVolume(context: GrpcContext, request: AllocateVolumeRequest) {
  refuseInMaintenance(context);
  const { volume_id, collection, replication, ttl, disk_type, version } = request;
  await context.registry.allocate({
    volumeId: volume_id,
    collection,
    replication,
    ttl,
    diskType: disk_type === 'hdd' ? '' : disk_type,
    version,
  });
  return {};
}
