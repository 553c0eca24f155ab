import type {
  DataNodeInfoInit,
  DiskInfoInit,
  TopologyInfoInit,
  VolumeListRequest,
  VolumeListResponseInit,
} from '@needlestack/rpc/wire/master-pb';
import {
  type DescribedDataCenter,
  type DescribedServer,
  type DiskSummary,
  describeTopology,
  type ServerDisk,
  sumDisks,
  type VolumeFilter,
} from '../core/describe-topology.ts';
import type { Master } from '../core/master.ts';
import { writeEcShard, writeVolume } from './volume-mapping.ts';

/** Which volumes a request asks for. */
export const readVolumeFilter = (request: VolumeListRequest): VolumeFilter => ({
  volume: ({ id, collection }) =>
    (request.volume_id === 0 || id === request.volume_id) &&
    (request.collection === '' || collection === request.collection) &&
    (!request.default_collection_only || collection === ''),
});

const writeSummary = (disk: DiskSummary): DiskInfoInit => ({
  type: disk.type,
  volume_count: disk.volumeCount,
  max_volume_count: disk.maxVolumeCount,
  free_volume_count: disk.freeVolumeCount,
  active_volume_count: disk.activeVolumeCount,
  remote_volume_count: disk.remoteVolumeCount,
  disk_total_bytes: disk.totalBytes,
  disk_free_bytes: disk.freeBytes,
});

const byType = <D extends DiskSummary>(
  disks: readonly D[],
  write: (disk: D) => DiskInfoInit,
): Record<string, DiskInfoInit> => Object.fromEntries(disks.map((disk) => [disk.type, write(disk)]));

const writeServer = (
  { server, disks }: DescribedServer,
  writeDisk: (disk: ServerDisk) => DiskInfoInit,
): DataNodeInfoInit => ({
  id: server.identity.id,
  grpc_port: server.identity.grpcPort,
  address: server.url,
  diskInfos: byType(disks, (disk) => {
    const tags = server.capacity.diskTags.filter(({ diskType }) => diskType === disk.type);
    return {
      ...writeDisk(disk),
      disk_id: tags[0]?.diskId ?? 0,
      tags: tags.flatMap((tag) => tag.tags),
      max_volume_count_by_disk: Object.fromEntries(tags.map((tag) => [tag.diskId, tag.maxVolumeCount])),
    };
  }),
});

/** The tree, each disk written as the caller wants it. */
export const writeTopology = (
  dataCenters: readonly DescribedDataCenter[],
  writeDisk: (disk: ServerDisk) => DiskInfoInit,
): TopologyInfoInit => {
  const disksOf = (servers: readonly DescribedServer[]): ServerDisk[] => servers.flatMap(({ disks }) => disks);
  const serversOf = (dataCenter: DescribedDataCenter): DescribedServer[] =>
    dataCenter.racks.flatMap(({ servers }) => servers);
  return {
    id: 'topo',
    diskInfos: byType(sumDisks(disksOf(dataCenters.flatMap(serversOf))), writeSummary),
    data_center_infos: dataCenters.map((dataCenter) => ({
      id: dataCenter.id,
      diskInfos: byType(sumDisks(disksOf(serversOf(dataCenter))), writeSummary),
      rack_infos: dataCenter.racks.map((rack) => ({
        id: rack.id,
        diskInfos: byType(sumDisks(disksOf(rack.servers)), writeSummary),
        data_node_infos: rack.servers.map((server) => writeServer(server, writeDisk)),
      })),
    })),
  };
};

export const writeBareDisk = writeSummary;

export const volumeList =
  (master: Master) =>
  (request: VolumeListRequest): VolumeListResponseInit => ({
    topology_info: writeTopology(describeTopology(master.topology, readVolumeFilter(request)), (disk) => ({
      ...writeSummary(disk),
      volume_infos: disk.volumes.map(writeVolume),
      ec_shard_infos: disk.ecShards.map(writeEcShard),
    })),
    volume_size_limit_mb: master.settings.volumeSizeLimitMb,
  });
