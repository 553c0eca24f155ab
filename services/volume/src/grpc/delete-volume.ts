import type { DeleteCollectionRequest, VolumeDeleteRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

export async function deleteVolume(context: GrpcContext, request: VolumeDeleteRequest) {
  refuseInMaintenance(context);
  await context.registry.delete(request.volume_id, request.only_empty);
  return {};
}

/** Removes every volume of a collection; an unknown name is no error. */
export async function deleteCollection(context: GrpcContext, request: DeleteCollectionRequest) {
  const { registry } = context;
  for (const volume of registry.list()) {
    if (volume.collection === request.collection) await registry.delete(volume.volumeId, false);
  }
  return {};
}
