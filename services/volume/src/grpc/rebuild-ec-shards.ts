import type { CallContext } from '@needlestack/rpc';
import type { VolumeEcShardsRebuildRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { countOutcome } from '../core/server-counters.ts';
import { rebuildVolumeShards } from '../core/shards/rebuild-volume-shards.ts';
import { checkCollection } from '../core/volume/check-collection.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Makes missing and damaged shards anew. */
export async function rebuildEcShards(
  context: GrpcContext,
  request: VolumeEcShardsRebuildRequest,
  { signal }: CallContext,
) {
  refuseInMaintenance(context);
  const { volume_id: volumeId, collection, unsafe_ignore_sidecar: ignoresChecksums } = request;
  checkCollection(collection);
  const rebuilt = await countOutcome(context.counters.rebuildBegun(), () =>
    rebuildVolumeShards(context, { volumeId, collection }, ignoresChecksums, signal),
  );
  return { rebuilt_shard_ids: rebuilt };
}
