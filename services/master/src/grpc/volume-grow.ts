import type { VolumeGrowRequest, VolumeGrowResponseInit } from '@needlestack/rpc/wire/master-pb';
import { growOnRequest } from '../core/grow-on-request.ts';
import type { Master } from '../core/master.ts';
import { readWriteRequest } from '../core/write-wish.ts';

export const volumeGrow =
  (master: Master) =>
  async (request: VolumeGrowRequest): Promise<VolumeGrowResponseInit> => {
    const wish = readWriteRequest(
      {
        collection: request.collection,
        replication: request.replication,
        ttl: request.ttl,
        diskType: request.disk_type,
        dataCenter: request.data_center,
        rack: request.rack,
        dataNode: request.data_node,
        memoryMapMaxSizeMb: request.memory_map_max_size_mb,
      },
      master.settings.defaultReplication,
    );
    await growOnRequest(master, wish, Math.max(1, request.writable_volume_count));
    return {};
  };
