import type { CallContext } from '@needlestack/rpc';
import type { DeleteCollectionRequest, VolumeDeleteRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { deleteVolume as removeVolume } from '../core/volume/delete-volume.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** The data of a volume that lies on another store goes too, unless the request keeps it. */
export async function deleteVolume(context: GrpcContext, request: VolumeDeleteRequest, { signal }: CallContext) {
  refuseInMaintenance(context);
  const { registry, storages } = context;
  const { volume_id, only_empty: onlyEmpty, keep_remote_data: keepsRemote } = request;
  await removeVolume(volume_id, { registry, storages, signal, onlyEmpty, keepsRemote });
  return {};
}

/** Removes every volume of a collection, whole, in shards or on another store; an unknown name is no error. */
export async function deleteCollection(
  { registry, shards, storages }: GrpcContext,
  request: DeleteCollectionRequest,
  { signal }: CallContext,
) {
  await shards.deleteCollection(request.collection);
  for (const volume of registry.list()) {
    if (volume.collection === request.collection) await removeVolume(volume.volumeId, { registry, storages, signal });
  }
  return {};
}
