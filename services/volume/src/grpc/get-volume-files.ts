import { formatTtl } from '@needlestack/needle-format';
import type { ReadVolumeFileStatusRequest, VolumeSyncStatusRequest } from '@needlestack/rpc/wire/volume-server-pb';
import { findVolume, type GrpcContext } from './grpc-context.ts';

/** Where a copy of this volume must get to. */
export async function getSyncStatus(context: GrpcContext, request: VolumeSyncStatusRequest) {
  const volume = findVolume(context, request.volume_id);
  await volume.opened.log.flush();
  const { superblock, file, log } = volume.opened;
  return {
    volume_id: volume.volumeId,
    collection: volume.collection,
    replication: volume.replication,
    ttl: formatTtl(superblock.ttl),
    tail_offset: file.endBytes,
    compact_revision: superblock.compactionRevision,
    idx_file_size: log.endBytes,
    version: superblock.version,
  };
}

/** What a server that copies the volume asks first. The index is complete when this answers. */
export async function getFileStatus(context: GrpcContext, request: ReadVolumeFileStatusRequest) {
  const volume = findVolume(context, request.volume_id);
  await volume.opened.log.flush();
  const { superblock, file, log, info, diskType } = volume.opened;
  const modifiedAtSeconds = Math.floor(volume.modifiedAtMs / 1000);
  return {
    volume_id: volume.volumeId,
    idx_file_timestamp_seconds: modifiedAtSeconds,
    idx_file_size: log.endBytes,
    dat_file_timestamp_seconds: modifiedAtSeconds,
    dat_file_size: file.endBytes,
    file_count: volume.counters.fileCount,
    compaction_revision: superblock.compactionRevision,
    collection: volume.collection,
    disk_type: diskType,
    version: superblock.version,
    volume_info: {
      version: info.version,
      replication: info.replication,
      bytes_offset: info.bytesOffset,
      dat_file_size: info.datFileSize,
      expire_at_sec: info.expireAtSec,
      read_only: info.readOnly,
      read_only_can_delete: info.readOnlyCanDelete,
      files: info.files.map((remote) => ({
        backend_type: remote.backendType,
        backend_id: remote.backendId,
        key: remote.key,
        offset: remote.offset,
        file_size: remote.fileSize,
        modified_time: remote.modifiedTime,
        extension: remote.extension,
      })),
    },
  };
}
