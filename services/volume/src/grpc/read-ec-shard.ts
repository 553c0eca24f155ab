import { type CallContext, RpcError } from '@needlestack/rpc';
import type { VolumeEcShardReadRequest, VolumeEcShardReadResponseInit } from '@needlestack/rpc/wire/volume-server-pb';
import { LIMITS } from '../core/limits.ts';
import type { EcVolume } from '../core/shards/ec-volume.ts';
import type { GrpcContext } from './grpc-context.ts';

/** Bytes of one shard as they lie here, up to its end; instead one frame that says so when the needle was deleted. */
export async function* readEcShard(
  { shards }: GrpcContext,
  request: VolumeEcShardReadRequest,
  { signal }: CallContext,
): AsyncGenerator<VolumeEcShardReadResponseInit> {
  const { volume_id: volumeId, shard_id: shardId } = request;
  const wantedTsNs = BigInt(request.encode_ts_ns);
  const volume = shards.findHolder(volumeId, shardId, wantedTsNs);
  if (volume === undefined) {
    const known = shards.get(volumeId) !== undefined;
    throw new RpcError('unknown', known ? `not found ec shard ${volumeId}.${shardId}` : missingVolume(request));
  }
  const { encodeTsNs } = volume.info;
  if (wantedTsNs !== 0n && wantedTsNs !== encodeTsNs) {
    throw new RpcError('unknown', `ec shard ${volumeId}.${shardId} belongs to a different encode run`);
  }
  const needleId = BigInt(request.file_key);
  if (needleId !== 0n && ((await volume.find(needleId))?.sizeBytes ?? 0) < 0) {
    yield { is_deleted: true, encode_ts_ns: encodeTsNs };
    return;
  }
  for await (const data of readParts(volume, request, signal)) yield { data, encode_ts_ns: encodeTsNs };
}

async function* readParts(
  volume: EcVolume,
  { shard_id: shardId, offset, size }: VolumeEcShardReadRequest,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const shardBytes = volume.shards.get(shardId)?.file.endBytes ?? 0;
  const endBytes = Math.min(Number(offset) + Number(size), shardBytes);
  for (let at = Math.max(0, Number(offset)); at < endBytes; at += LIMITS.streamPartBytes) {
    signal.throwIfAborted();
    const data = await volume.readShard(shardId, at, Math.min(LIMITS.streamPartBytes, endBytes - at));
    if (data === undefined)
      throw new RpcError('unknown', `read of ec shard ${volume.volumeId}.${shardId} at ${at} failed`);
    yield data;
  }
}

function missingVolume({ volume_id, shard_id }: VolumeEcShardReadRequest): string {
  return `not found ec volume id ${volume_id}: not found ec shard ${volume_id}.${shard_id}`;
}
