import { RpcError } from '@needlestack/rpc';
import type { EcShardInfoInit, VolumeEcShardsInfoRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { readShardRows } from '../core/shards/shard-rows.ts';
import type { GrpcContext } from './grpc-context.ts';

/** The mounted shards of a volume, and what its index says; deletions that are only journaled are not subtracted. */
export async function describeEcShards({ shards }: GrpcContext, request: VolumeEcShardsInfoRequest) {
  const { volume_id: volumeId } = request;
  const primary = shards.get(volumeId);
  if (primary === undefined) throw new RpcError('unknown', `VolumeEcShardsInfo: EC volume ${volumeId} not found`);
  const infos = new Map<number, EcShardInfoInit>();
  for (const volume of shards.encodingsOf(volumeId)) {
    for (const { shardId, name, file } of volume.shards.values()) {
      if (infos.has(shardId)) continue;
      infos.set(shardId, {
        shard_id: shardId,
        size: file.endBytes,
        collection: name.collection,
        volume_id: volumeId,
      });
    }
  }
  let [files, deletedFiles, sizeBytes] = [0, 0, 0];
  for await (const row of readShardRows(primary.shared)) {
    if (row.sizeBytes < 0) deletedFiles += 1;
    else files += 1;
    sizeBytes += Math.max(row.sizeBytes, 0);
  }
  return {
    ec_shard_infos: [...infos.values()].sort((a, b) => (a.shard_id ?? 0) - (b.shard_id ?? 0)),
    volume_size: sizeBytes,
    file_count: files,
    file_deleted_count: deletedFiles,
  };
}
