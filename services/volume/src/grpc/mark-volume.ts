import type { VolumeMarkReadonlyRequest, VolumeMarkWritableRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

/** A missing volume is reported even while maintenance is on. */
export async function markVolumeReadonly(context: GrpcContext, request: VolumeMarkReadonlyRequest) {
  requireVolume(context, request.volume_id);
  refuseInMaintenance(context);
  await context.registry.markReadOnly(request.volume_id, request.persist);
  context.announce();
  return {};
}

export async function markVolumeWritable(context: GrpcContext, request: VolumeMarkWritableRequest) {
  requireVolume(context, request.volume_id);
  refuseInMaintenance(context);
  await context.registry.markWritable(request.volume_id);
  context.announce();
  return {};
}

function requireVolume(context: GrpcContext, volumeId: number): void {
  context.registry.require(volumeId);
}
