import { type CallContext, RpcError } from '@needlestack/rpc';
import type { VolumeEcShardsToVolumeRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { restorePlainVolume } from '../core/shards/restore-plain-volume.ts';
import { checkCollection } from '../core/volume/check-collection.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Puts a volume together again out of its shards here, or takes over one that another server has put together. */
export async function restoreEcVolume(
  context: GrpcContext,
  request: VolumeEcShardsToVolumeRequest,
  { signal }: CallContext,
) {
  refuseInMaintenance(context);
  const { volume_id: volumeId, collection } = request;
  checkCollection(collection);
  if (request.from_staged) {
    await adoptStagedVolume(context, request);
    return {};
  }
  const outcome = await restorePlainVolume(context, volumeId, collection, signal);
  if (outcome === 'no-live-entries') {
    throw new RpcError('failed-precondition', `ec volume ${volumeId} has no live entries`);
  }
  return {};
}

async function adoptStagedVolume({ registry }: GrpcContext, request: VolumeEcShardsToVolumeRequest): Promise<void> {
  const { volume_id: volumeId, collection, disk_type: diskType } = request;
  if (registry.get(volumeId) !== undefined) {
    throw new RpcError('unknown', `staged volume ${volumeId} already exists on this server`);
  }
  await registry.store.transfers.adoptStaged({ volumeId, collection }, diskType === 'hdd' ? '' : diskType);
  await registry.mount(volumeId);
}
