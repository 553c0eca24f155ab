import type {
  VolumeEcShardInformationMessage,
  VolumeEcShardInformationMessageInit,
  VolumeInformationMessage,
  VolumeInformationMessageInit,
  VolumeShortInformationMessage,
} from '@needlestack/rpc/wire/master-pb';
import { type EcShardRecord, emptyVolumeRecord, type VolumeRecord } from '../core/volume-record.ts';
import { normalizeDiskType } from '../core/write-wish.ts';

export const readVolume = (message: VolumeInformationMessage): VolumeRecord => ({
  id: message.id,
  sizeBytes: Number(message.size),
  collection: message.collection,
  fileCount: Number(message.file_count),
  deleteCount: Number(message.delete_count),
  deletedBytes: Number(message.deleted_byte_count),
  readOnly: message.read_only,
  placement: message.replica_placement,
  version: message.version,
  ttl: message.ttl,
  compactRevision: message.compact_revision,
  modifiedAtSeconds: Number(message.modified_at_second),
  remoteStorageName: message.remote_storage_name,
  remoteStorageKey: message.remote_storage_key,
  diskType: normalizeDiskType(message.disk_type),
  diskId: message.disk_id,
});

/** The short form says nothing of sizes: a volume that is known keeps its own, a new one starts empty. */
export const readShortVolume = (
  message: VolumeShortInformationMessage,
  known: VolumeRecord | undefined,
): VolumeRecord => {
  const layout = {
    collection: message.collection,
    placement: message.replica_placement,
    ttl: message.ttl,
    diskType: normalizeDiskType(message.disk_type),
  };
  const base = known ?? emptyVolumeRecord(message.id, layout);
  return { ...base, ...layout, version: message.version, diskId: message.disk_id };
};

export const writeVolume = (record: VolumeRecord): VolumeInformationMessageInit => ({
  id: record.id,
  size: record.sizeBytes,
  collection: record.collection,
  file_count: record.fileCount,
  delete_count: record.deleteCount,
  deleted_byte_count: record.deletedBytes,
  read_only: record.readOnly,
  replica_placement: record.placement,
  version: record.version,
  ttl: record.ttl,
  compact_revision: record.compactRevision,
  modified_at_second: record.modifiedAtSeconds,
  remote_storage_name: record.remoteStorageName,
  remote_storage_key: record.remoteStorageKey,
  disk_type: record.diskType,
  disk_id: record.diskId,
});

export const readEcShard = (message: VolumeEcShardInformationMessage): EcShardRecord => ({
  id: message.id,
  collection: message.collection,
  shardBits: message.ec_index_bits,
  diskType: normalizeDiskType(message.disk_type),
  diskId: message.disk_id,
  expireAtSeconds: Number(message.expire_at_sec),
  shardSizesBytes: message.shard_sizes.map(Number),
  fileCount: Number(message.file_count),
  deleteCount: Number(message.delete_count),
  encodeTsNs: message.encode_ts_ns,
});

export const writeEcShard = (record: EcShardRecord): VolumeEcShardInformationMessageInit => ({
  id: record.id,
  collection: record.collection,
  ec_index_bits: record.shardBits >>> 0,
  disk_type: record.diskType,
  disk_id: record.diskId,
  expire_at_sec: record.expireAtSeconds,
  shard_sizes: record.shardSizesBytes,
  file_count: record.fileCount,
  delete_count: record.deleteCount,
  encode_ts_ns: record.encodeTsNs,
});
