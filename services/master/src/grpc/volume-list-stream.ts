import type { VolumeListRequest, VolumeListStreamResponseInit } from '@needlestack/rpc/wire/master-pb';
import { describeTopology } from '../core/describe-topology.ts';
import type { Master } from '../core/master.ts';
import { readVolumeFilter, writeBareDisk, writeTopology } from './volume-list.ts';
import { writeEcShard, writeVolume } from './volume-mapping.ts';

/** First the tree without volumes, then the volumes of one disk type of one server a message. */
export const volumeListStream = (master: Master) =>
  async function* (request: VolumeListRequest): AsyncGenerator<VolumeListStreamResponseInit> {
    const dataCenters = describeTopology(master.topology, readVolumeFilter(request));
    yield {
      header: {
        topology_info: writeTopology(dataCenters, writeBareDisk),
        volume_size_limit_mb: master.settings.volumeSizeLimitMb,
      },
    };
    for (const { racks } of dataCenters) {
      for (const { server, disks } of racks.flatMap(({ servers }) => servers)) {
        for (const disk of disks) {
          yield {
            data_center: server.identity.dataCenter,
            rack: server.identity.rack,
            data_node: server.identity.id,
            disk_type: disk.type,
            volume_infos: disk.volumes.map(writeVolume),
            ec_shard_infos: disk.ecShards.map(writeEcShard),
          };
        }
      }
    }
  };
