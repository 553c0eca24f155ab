import { replicaPlacementFromByte, ttlFromUint32 } from '@needlestack/needle-format';
import { describeTopology } from '../core/describe-topology.ts';
import type { Master } from '../core/master.ts';
import type { VolumeRecord } from '../core/volume-record.ts';
import { jsonAnswer, type MasterRoute } from './http-answer.ts';

const writeVolume = (volume: VolumeRecord) => {
  const placement = replicaPlacementFromByte(volume.placement);
  const ttl = ttlFromUint32(volume.ttl);
  return {
    Id: volume.id,
    Size: volume.sizeBytes,
    ReplicaPlacement: {
      ...(placement.sameRack > 0 ? { node: placement.sameRack } : {}),
      ...(placement.otherRacks > 0 ? { rack: placement.otherRacks } : {}),
      ...(placement.otherDataCenters > 0 ? { dc: placement.otherDataCenters } : {}),
    },
    Ttl: { Count: ttl.count, Unit: ttl.unit },
    DiskType: volume.diskType,
    DiskId: volume.diskId,
    Collection: volume.collection,
    Version: volume.version,
    FileCount: volume.fileCount,
    DeleteCount: volume.deleteCount,
    DeletedByteCount: volume.deletedBytes,
    ReadOnly: volume.readOnly,
    CompactRevision: volume.compactRevision,
    ModifiedAtSecond: volume.modifiedAtSeconds,
    RemoteStorageName: volume.remoteStorageName,
    RemoteStorageKey: volume.remoteStorageKey,
  };
};

export const volStatus =
  (master: Master): MasterRoute =>
  () => {
    const dataCenters = describeTopology(master.topology, { volume: () => true });
    return jsonAnswer({
      Version: master.settings.version,
      Volumes: {
        DataCenters: Object.fromEntries(
          dataCenters.map(({ id, racks }) => [
            id,
            Object.fromEntries(
              racks.map((rack) => [
                rack.id,
                Object.fromEntries(
                  rack.servers.map(({ server, disks }) => [
                    server.url,
                    disks.flatMap(({ volumes }) => volumes).map(writeVolume),
                  ]),
                ),
              ]),
            ),
          ]),
        ),
      },
    });
  };
