import type { CallContext } from '@needlestack/rpc';
import type { VolumeEcShardsGenerateRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { generateShards } from '../core/shards/generate-shards.ts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** Cuts a volume into shards beside it. */
export async function generateEcShards(
  context: GrpcContext,
  request: VolumeEcShardsGenerateRequest,
  { signal }: CallContext,
) {
  refuseInMaintenance(context);
  await generateShards(context, request.volume_id, request.collection, signal);
  return {};
}
