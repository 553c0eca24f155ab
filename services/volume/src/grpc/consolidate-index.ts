import type { VolumeConsolidateIndexRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { consolidateIndex as consolidate } from '../core/volume/consolidate-index.ts';
import { findVolume, type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Moves the index of a volume to the directory for indexes, if it lies beside its data. */
export async function consolidateIndex(context: GrpcContext, request: VolumeConsolidateIndexRequest) {
  refuseInMaintenance(context);
  const { registry } = context;
  const volume = findVolume(context, request.volume_id, 'volume', 'not found on disk');
  await registry.whileHeld(volume.volumeId, () => consolidate(volume, registry.store));
  return {};
}
