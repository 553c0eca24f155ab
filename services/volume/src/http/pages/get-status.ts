import { replicaPlacementToByte } from '@needlestack/needle-format';
import { reportVolume } from '../../core/heartbeat/build-heartbeat.ts';
import type { Volume } from '../../core/volume/volume.ts';
import type { HttpContext } from '../http-context.ts';
import type { NeedleExchange } from '../needle-exchange.ts';
import { sendJson } from '../send-response.ts';

/** `/status`: disks and volumes as SeaweedFS's tools read them. */
export async function getStatus(context: HttpContext, exchange: NeedleExchange): Promise<void> {
  const disks = await context.registry.store.diskStatuses();
  const volumes = context.registry.list();
  sendJson(exchange, 200, {
    DiskStatuses: disks.map(({ path, totalBytes, freeBytes, diskType }) => ({
      dir: path,
      all: totalBytes,
      used: totalBytes - freeBytes,
      free: freeBytes,
      percent_free: (freeBytes / totalBytes) * 100,
      percent_used: (1 - freeBytes / totalBytes) * 100,
      disk_type: diskType || undefined,
    })),
    Version: context.version,
    Volumes: volumes.length === 0 ? null : volumes.map(toStatus),
  });
}

function toStatus(volume: Volume) {
  const report = reportVolume(volume);
  const { ttl } = volume.opened.superblock;
  const { otherDataCenters, otherRacks, sameRack } = volume.replicaPlacement;
  const placement = replicaPlacementToByte(volume.replicaPlacement);
  return {
    Collection: report.collection,
    DiskType: report.diskType,
    RemoteStorageName: report.remoteStorageName,
    ReplicaPlacement:
      placement === 0
        ? {}
        : { dc: otherDataCenters || undefined, rack: otherRacks || undefined, node: sameRack || undefined },
    Ttl: { Count: ttl.count, Unit: ttl.unit },
    Size: volume.counters.contentBytes,
    DeletedByteCount: report.deletedBytes,
    ModifiedAtSecond: report.modifiedAtSeconds,
    Id: report.volumeId,
    DiskId: report.diskId,
    CompactRevision: report.compactionRevision,
    FileCount: report.fileCount,
    DeleteCount: report.deleteCount,
    Version: report.version,
    ReadOnly: report.readOnly,
  };
}
