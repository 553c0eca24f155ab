import type { VolumeEcShardsDeleteRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { deleteVolumeShards, tearDownVolumeShards } from '../core/shards/delete-volume-shards.ts';
import { checkCollection } from '../core/volume/check-collection.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Removes some shards, or everything of all of them; missing ones are no error. */
export async function deleteEcShards(context: GrpcContext, request: VolumeEcShardsDeleteRequest) {
  refuseInMaintenance(context);
  const { volume_id: volumeId, collection, full_teardown: isFull } = request;
  checkCollection(collection);
  const name = { volumeId, collection };
  if (isFull) await tearDownVolumeShards(context, name, BigInt(request.encode_ts_ns));
  else await deleteVolumeShards(context, name, request.shard_ids);
  return { full_teardown_done: isFull };
}
