import { RpcError } from '@needlestack/rpc';
import type { VolumeMountRequest, VolumeUnmountRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { VolumeError } from '@needlestack/service-contracts';
import { type GrpcContext, refuseInMaintenance } from './grpc-context.ts';

export async function mountVolume(context: GrpcContext, request: VolumeMountRequest) {
  refuseInMaintenance(context);
  try {
    await context.registry.mount(request.volume_id);
  } catch (error) {
    if (!(error instanceof VolumeError) || error.code !== 'volume-not-found') throw error;
    throw new RpcError('unknown', `volume ${request.volume_id} not found on disk`, {
      cause: error,
      reason: error.code,
    });
  }
  return {};
}

/** A volume that is not mounted is no error. */
export async function unmountVolume(context: GrpcContext, request: VolumeUnmountRequest) {
  refuseInMaintenance(context);
  await context.registry.unmount(request.volume_id);
  return {};
}
