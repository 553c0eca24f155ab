import type { VolumeStatusRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { findVolume, type GrpcContext } from './grpc-context.ts';

export function getVolumeStatus(context: GrpcContext, request: VolumeStatusRequest) {
  const volume = findVolume(context, request.volume_id);
  const { fileCount, deleteCount } = volume.counters;
  return {
    is_read_only: !volume.isWritable,
    volume_size: volume.opened.file.endBytes,
    file_count: fileCount,
    file_deleted_count: deleteCount,
  };
}
