import type {
  HeartbeatInit,
  VolumeEcShardInformationMessageInit,
  VolumeInformationMessageInit,
  VolumeShortInformationMessageInit,
} from '@needlestack/rpc/wire/master-pb';
import { maxNeedleId, reportDisks, reportVolume, type VolumeReport } from '../core/heartbeat/build-heartbeat.ts';
import type { ReportedVolumes } from '../core/heartbeat/reported-volumes.ts';
import type { DiskStatus } from '../core/ports.ts';
import type { ServerStateRecord } from '../core/server-state.ts';
import type { ShardChange } from '../core/shards/ec-registry.ts';
import type { ShardReport } from '../core/shards/ec-volume.ts';
import { ageOfVolume } from '../core/volume/expire-volumes.ts';
import type { Volume } from '../core/volume/volume.ts';
import type { VolumeChange } from '../core/volume/volume-registry.ts';

/** Who this server is to its masters. */
export interface ServerIdentity {
  readonly id: string;
  readonly ip: string;
  readonly port: number;
  readonly publicUrl: string;
  readonly grpcPort: number;
  readonly dataCenter: string;
  readonly rack: string;
}

export interface ServerSnapshot {
  readonly volumes: readonly Volume[];
  readonly shards: readonly ShardReport[];
  readonly disks: readonly DiskStatus[];
  readonly directoryUuids: readonly string[];
  readonly state: ServerStateRecord;
  /** As the master said; 0 before. */
  readonly volumeSizeLimitBytes: number;
  readonly nowMs: number;
}

/** The beat that says everything, or what is new to a master that keeps count. */
export function fullBeat(identity: ServerIdentity, snapshot: ServerSnapshot, reported: ReportedVolumes): HeartbeatInit {
  const { volumes, nowMs } = snapshot;
  const disks = reportDisks(snapshot.disks, volumes, snapshot.volumeSizeLimitBytes);
  const shown = volumes.filter((volume) => isShown(volume, nowMs));
  const news = reported.next(shown.map(reportVolume));
  return {
    ...identityFields(identity),
    max_volume_counts: disks.volumesMax,
    max_file_key: maxNeedleId(volumes),
    ...(news.isWhole
      ? { volumes: news.changed.map(toInformation), has_no_volumes: shown.length === 0 }
      : { changed_volumes: news.changed.map(toInformation), deleted_volumes: news.departed.map(toShortInformation) }),
    volume_digest: news.digest,
    ec_shards: snapshot.shards.map(toShardInformation),
    has_no_ec_shards: snapshot.shards.length === 0,
    location_uuids: snapshot.directoryUuids,
    disk_tags: disks.directories.map(({ diskId, diskType, tags, volumesMax }) => ({
      disk_id: diskId,
      type: diskType,
      tags: [...tags],
      max_volume_count: volumesMax,
    })),
    state: snapshot.state,
    disk_total_bytes: disks.totalBytes,
    disk_free_bytes: disks.freeBytes,
  };
}

/** What a volume that came or went adds; undefined for a change that only a full beat can tell. */
export function deltaBeat(identity: ServerIdentity, { kind, volume }: VolumeChange): HeartbeatInit | undefined {
  const short = toShortInformation(reportVolume(volume));
  switch (kind) {
    case 'added':
      return { ...identityFields(identity), new_volumes: [short], max_file_key: volume.counters.maxNeedleId };
    case 'removed':
      return { ...identityFields(identity), deleted_volumes: [short] };
    case 'changed':
      return undefined;
  }
}

/** What a shard that came or went adds. */
export function shardDeltaBeat(identity: ServerIdentity, { kind, report }: ShardChange): HeartbeatInit {
  const shards = [toShardInformation(report)];
  return {
    ...identityFields(identity),
    ...(kind === 'added' ? { new_ec_shards: shards } : { deleted_ec_shards: shards }),
  };
}

/** The last word of a server that goes: nothing is here any more. */
export function emptyBeat(identity: ServerIdentity): HeartbeatInit {
  return { ...identityFields(identity), has_no_volumes: true, has_no_ec_shards: true };
}

/** A volume that nobody should ask for, since its disk hangs or its time has passed, is not told of. */
function isShown(volume: Volume, nowMs: number): boolean {
  return volume.suspension !== 'disk-hung' && ageOfVolume(volume, nowMs) === 'live';
}

function identityFields(identity: ServerIdentity): HeartbeatInit {
  return {
    id: identity.id,
    ip: identity.ip,
    port: identity.port,
    public_url: identity.publicUrl,
    grpc_port: identity.grpcPort,
    data_center: identity.dataCenter,
    rack: identity.rack,
  };
}

function toInformation(report: VolumeReport): VolumeInformationMessageInit {
  return {
    ...toShortInformation(report),
    size: report.sizeBytes,
    file_count: report.fileCount,
    delete_count: report.deleteCount,
    deleted_byte_count: report.deletedBytes,
    read_only: report.readOnly,
    compact_revision: report.compactionRevision,
    modified_at_second: report.modifiedAtSeconds,
    remote_storage_name: report.remoteStorageName,
    remote_storage_key: report.remoteStorageKey,
  };
}

function toShardInformation(report: ShardReport): VolumeEcShardInformationMessageInit {
  let bits = 0;
  for (const { shardId } of report.shards) bits |= 1 << shardId;
  return {
    id: report.volumeId,
    collection: report.collection,
    ec_index_bits: bits >>> 0,
    shard_sizes: report.shards.map(({ sizeBytes }) => sizeBytes),
    disk_type: report.diskType,
    disk_id: report.diskId,
    expire_at_sec: report.expireAtSec,
    file_count: report.fileCount,
    delete_count: report.deleteCount,
    encode_ts_ns: report.encodeTsNs,
  };
}

function toShortInformation(report: VolumeReport): VolumeShortInformationMessageInit {
  return {
    id: report.volumeId,
    collection: report.collection,
    replica_placement: report.replicaPlacement,
    version: report.version,
    ttl: report.ttl,
    disk_type: report.diskType,
    disk_id: report.diskId,
  };
}
