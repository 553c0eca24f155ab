import { type CallContext, RpcError } from '@needlestack/rpc';
import type { VolumeEcShardsMountRequest, VolumeEcShardsUnmountRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { recoverShardIndexes } from '../core/shards/recover-shard-index.ts';
import { checkCollection } from '../core/volume/check-collection.ts';
import type { GrpcContext } from './grpc-context.ts';

/** Takes shards into use whose files are there, after fetching an index that is missing when asked to. */
export async function mountEcShards(
  context: GrpcContext,
  request: VolumeEcShardsMountRequest,
  { signal }: CallContext,
) {
  const { volume_id: volumeId, collection, shard_ids: shardIds, source_disk_type: diskType } = request;
  checkCollection(collection);
  if (request.recover_missing_index) {
    await recoverShardIndexes(context, volumeId === 0 ? undefined : volumeId, signal);
  }
  const { shards } = context;
  await shards.inTurn(volumeId, async () => {
    for (const shardId of shardIds) {
      try {
        await shards.mount({ volumeId, collection }, shardId, toDiskType(diskType));
      } catch (error) {
        if (!(error instanceof VolumeError)) throw error;
        const text = `mount ${volumeId}.${shardId}: ${error.message}`;
        throw new RpcError('unknown', text, { cause: error, reason: error.code });
      }
    }
  });
  return {};
}

/** A shard that is not mounted is no error. */
export async function unmountEcShards({ shards }: GrpcContext, request: VolumeEcShardsUnmountRequest) {
  const { volume_id: volumeId, shard_ids: shardIds } = request;
  const olderThanTsNs = BigInt(request.encode_ts_ns);
  await shards.inTurn(volumeId, async () => {
    for (const shardId of shardIds) await shards.unmount(volumeId, shardId, olderThanTsNs);
  });
  return {};
}

/** Undefined for the type of the disk that the shards lie on. */
function toDiskType(diskType: string): string | undefined {
  if (diskType === '') return undefined;
  return diskType === 'hdd' ? '' : diskType;
}
