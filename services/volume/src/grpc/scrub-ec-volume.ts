import { type CallContext, RpcError } from '@needlestack/rpc';
import type { EcShardInfoInit, ScrubEcVolumeRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { type ShardScrubMode, scrubShards } from '../core/scrub/scrub-shards.ts';
import type { GrpcContext } from './grpc-context.ts';

const SCRUB_MODES: Readonly<Record<string, ShardScrubMode>> = {
  INDEX: 'index',
  LOCAL: 'local',
  FULL: 'full',
  CHECKSUM: 'checksum',
};

/** Reads shards through: those of the volumes named, or all. */
export async function scrubEcVolumes(context: GrpcContext, request: ScrubEcVolumeRequest, { signal }: CallContext) {
  if (request.force_deleted_needles_check && request.mode !== 'FULL') {
    throw new RpcError('unknown', 'deleted needle checks are only supported for FULL scrubs');
  }
  const { shards } = context;
  const all = [...new Set(shards.list().map(({ volumeId }) => volumeId))];
  const ids = request.volume_ids.length > 0 ? request.volume_ids : all;
  const mode = SCRUB_MODES[request.mode];
  const details: string[] = [];
  const brokenIds: number[] = [];
  const brokenShards: EcShardInfoInit[] = [];
  let files = 0;
  for (const volumeId of ids) {
    const volume = shards.get(volumeId);
    if (volume === undefined) throw new RpcError('unknown', `EC volume id ${volumeId} not found`);
    if (mode === undefined) throw new RpcError('unknown', `unsupported EC volume scrub mode ${request.mode}`);
    const report = await scrubShards(context, volume, mode, signal);
    files += report.needles;
    if (report.faults.length === 0 && report.brokenShards.length === 0) continue;
    brokenIds.push(volumeId);
    details.push(...report.faults);
    for (const { shardId, sizeBytes } of report.brokenShards) {
      brokenShards.push({ shard_id: shardId, size: sizeBytes, collection: volume.collection, volume_id: volumeId });
    }
  }
  context.counters.scrubbed(request.mode, brokenIds.length, brokenShards.length);
  return {
    total_volumes: ids.length,
    total_files: files,
    broken_volume_ids: brokenIds,
    broken_shard_infos: brokenShards,
    details,
  };
}
