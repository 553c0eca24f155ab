import { type CallContext, RpcError } from '@needlestack/rpc';
import type { VolumeEcShardsCopyRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { copyShards } from '../core/shards/copy-shards.ts';
import { checkCollection } from '../core/volume/check-collection.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Fetches shards and the files beside them from another server. */
export async function copyEcShards(context: GrpcContext, request: VolumeEcShardsCopyRequest, { signal }: CallContext) {
  refuseInMaintenance(context);
  const { volume_id: volumeId, collection } = request;
  checkCollection(collection);
  try {
    await copyShards(
      context,
      {
        name: { volumeId, collection },
        source: request.source_data_node,
        shardIds: request.shard_ids,
        withIndex: request.copy_ecx_file,
        withJournal: request.copy_ecj_file,
        withInfo: request.copy_vif_file,
        withChecksums: request.copy_ecsum_file,
        diskId: request.disk_id,
        bytesPerSecond: Number(request.io_byte_per_second),
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof VolumeError) || error.code !== 'unreachable') throw error;
    const text = `VolumeEcShardsCopy volume ${volumeId}: ${error.message}`;
    throw new RpcError('unknown', text, { cause: error, reason: error.code });
  }
  return {};
}
