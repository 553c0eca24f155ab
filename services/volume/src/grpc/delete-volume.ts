import type { CallContext } from '@needlestack/rpc';
import type { DeleteCollectionRequest, VolumeDeleteRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { storageNameOf } from '../core/remote-ports.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** The data of a volume that lies on another store goes too, unless the request keeps it. */
export async function deleteVolume(context: GrpcContext, request: VolumeDeleteRequest, { signal }: CallContext) {
  refuseInMaintenance(context);
  const { registry, storages } = context;
  const remote = request.keep_remote_data ? undefined : registry.get(request.volume_id)?.opened.remote;
  await registry.delete(request.volume_id, request.only_empty);
  if (remote !== undefined) await storages.get(storageNameOf(remote))?.delete(remote.key, signal);
  return {};
}

/** Removes every volume of a collection, whole or in shards; an unknown name is no error. */
export async function deleteCollection(context: GrpcContext, request: DeleteCollectionRequest) {
  const { registry, shards } = context;
  await shards.deleteCollection(request.collection);
  for (const volume of registry.list()) {
    if (volume.collection === request.collection) await registry.delete(volume.volumeId, false);
  }
  return {};
}
