import type {
  HeartbeatInit,
  VolumeInformationMessageInit,
  VolumeShortInformationMessageInit,
} from '@needlestack/rpc/wire/master-pb';
import { maxNeedleId, reportDisks, reportVolume } from '../core/build-heartbeat.ts';
import type { DiskStatus } from '../core/ports.ts';
import type { ServerStateRecord } from '../core/server-state.ts';
import type { Volume } from '../core/volume.ts';
import type { VolumeChange } from '../core/volume-registry.ts';

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
  readonly disks: readonly DiskStatus[];
  readonly directoryUuids: readonly string[];
  readonly state: ServerStateRecord;
}

/** The beat that says everything. */
export function fullBeat(identity: ServerIdentity, snapshot: ServerSnapshot): HeartbeatInit {
  const disks = reportDisks(snapshot.disks);
  return {
    ...identityFields(identity),
    max_volume_counts: disks.volumesMax,
    max_file_key: maxNeedleId(snapshot.volumes),
    volumes: snapshot.volumes.map(toInformation),
    has_no_volumes: snapshot.volumes.length === 0,
    has_no_ec_shards: true,
    location_uuids: snapshot.directoryUuids,
    state: snapshot.state,
    disk_total_bytes: disks.totalBytes,
    disk_free_bytes: disks.freeBytes,
  };
}

/** What a volume that came or went adds; undefined for a change that only a full beat can tell. */
export function deltaBeat(identity: ServerIdentity, { kind, volume }: VolumeChange): HeartbeatInit | undefined {
  const short = toShortInformation(volume);
  switch (kind) {
    case 'added':
      return { ...identityFields(identity), new_volumes: [short], max_file_key: volume.counters.maxNeedleId };
    case 'removed':
      return { ...identityFields(identity), deleted_volumes: [short] };
    case 'changed':
      return undefined;
  }
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

function toInformation(volume: Volume): VolumeInformationMessageInit {
  const report = reportVolume(volume);
  return {
    ...toShortInformation(volume),
    size: report.sizeBytes,
    file_count: report.fileCount,
    delete_count: report.deleteCount,
    deleted_byte_count: report.deletedBytes,
    read_only: report.readOnly,
    compact_revision: report.compactionRevision,
    modified_at_second: report.modifiedAtSeconds,
  };
}

function toShortInformation(volume: Volume): VolumeShortInformationMessageInit {
  const report = reportVolume(volume);
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
